from datetime import UTC, date, datetime

import duckdb
import pytest

from essaim.nomenclature.perimeter import load_perimeter
from essaim.stock.archive import Archive
from essaim.stock.errors import Busy, GateRefusal, StockError, WrongFile
from essaim.stock.importing import import_stock
from essaim.stock.read import current_extract
from essaim.stock.schema import EXTRACT_COLUMNS, JOINED_COLUMNS
from tests.stock import factories as f


def codes(row):
    return [criterion["code"] for criterion in row["criteria"]]


def test_an_association_is_kept_with_every_column(run, rows):
    report = run([f.unit(1, sigleUniteLegale="S1", identifiantAssociationUniteLegale="w863001234")], [f.place(1)])
    (row,) = rows().values()
    assert tuple(row) == EXTRACT_COLUMNS + JOINED_COLUMNS
    assert row == {
        "siret": f.siret(1), "siren": f.siren(1), "nic": f.siret(1)[9:], "is_head_office": True, "siret_valid": True,
        "diffusion": "O", "unit_diffusion": "O", "name": "STRUCTURE 1", "acronym": "S1", "usual_names": [], "signs": [],
        "establishment_usual_name": None, "rna": "W863001234", "legal_category": "9220",
        "naf": "94.99Z", "naf_nomenclature": "NAFRev2", "naf25": None, "unit_naf": "94.99Z",
        "unit_naf_nomenclature": "NAFRev2", "headcount_band": "NN", "headcount_year": None, "unit_headcount_band": "NN",
        "unit_headcount_year": None, "employer": False, "unit_employer": False, "state": "A", "unit_state": "A",
        "created_on": date(2001, 2, 3), "unit_created_on": date(2001, 2, 3), "state_since": date(2010, 1, 1),
        "unit_state_since": date(2010, 1, 1), "last_processed_on": date(2024, 5, 6),
        "unit_last_processed_on": date(2024, 5, 6), "address_complement": None, "street_number": "12",
        "repetition": None, "street_type": "RUE", "street_name": "DES LILAS", "special_distribution": None,
        "postcode": "00100", "commune_name": "CLAIRFONT", "commune_code": "00101",
        "lambert_x": 497000.5, "lambert_y": 6612000.5, "ess_flag": None, "mission_company": None,
        "family": "association", "sub_family": "declared",
        "criteria": [{"code": "legal_category", "source": "SIRENE, catégorie juridique ; périmètre insee-champ-es-2017",
                      "reference": "9220", "as_of": "2026-11"}],
        "labels": [], "successor_siret": None, "succession_on": None, "geo_x": None, "geo_y": None, "geo_epsg": None,
        "geo_longitude": None, "geo_latitude": None, "geo_quality": None,
    }  # fmt: skip
    assert report["kept"] == {"establishments": 1, "structures": 1, "open": 1, "closed": 0}
    assert report["by_criterion"] == {"legal_category": {"structures": 1, "establishments": 1}}
    assert report["by_family"] == {"association": {"structures": 1, "establishments": 1}}


def test_every_category_of_the_perimeter_enters_with_its_family(run, rows):
    expected = dict(enumerate(load_perimeter().legal_categories.values()))
    run(
        [f.unit(n, categorieJuridiqueUniteLegale=rule.code) for n, rule in expected.items()],
        [f.place(n) for n in expected],
    )
    found = {row["siren"]: row for row in rows().values()}
    for n, rule in expected.items():
        row = found[f.siren(n)]
        assert codes(row) == ["legal_category"]
        assert (row["family"], row["sub_family"]) == (rule.family, rule.sub_family)
    assert len(found) == len(expected) == 67


def test_the_excluded_activities_are_those_of_the_unit(run, rows):
    activities = [
        ("94.99Z", "NAFRev2", True),
        ("94.12Z", "NAFRev2", True),
        ("94.11Z", "NAFRev2", False),
        ("94.20Z", "NAFRev2", False),
        ("94.91Z", "NAFRev2", False),
        ("94.92Z", "NAFRev2", False),
        ("84.11Z", "NAFRev2", False),
        ("84.30C", "NAFRev2", False),
        ("84.1A", "NAFRev1", True),
        ("", "", True),
    ]
    units = [
        f.unit(n, activitePrincipaleUniteLegale=naf, nomenclatureActivitePrincipaleUniteLegale=nomenclature)
        for n, (naf, nomenclature, _) in enumerate(activities)
    ]
    run([*units, f.unit(90)], [*(f.place(n) for n in range(10)), f.place(90, activitePrincipaleEtablissement="84.11Z")])
    found = {row["siren"] for row in rows().values()}
    assert found - {f.siren(90)} == {f.siren(n) for n, (_, _, kept) in enumerate(activities) if kept}
    assert f.siren(90) in found, "an establishment's own activity does not exclude"


def test_the_flag_brings_a_company_in_and_no_other_word_does(run, rows):
    units = [
        f.unit(n, categorieJuridiqueUniteLegale="5710", economieSocialeSolidaireUniteLegale=flag)
        for n, flag in enumerate(["O", "N", "", "o"])
    ]
    run(units, [f.place(n) for n in range(4)])
    (row,) = rows().values()
    assert row["siren"] == f.siren(0)
    assert codes(row) == ["sirene_flag"]
    assert (row["family"], row["sub_family"], row["ess_flag"]) == ("company", None, True)


def test_two_criteria_are_both_kept(run, rows):
    run([f.unit(1, economieSocialeSolidaireUniteLegale="O")], [f.place(1)])
    (row,) = rows().values()
    assert codes(row) == ["legal_category", "sirene_flag"]


def test_a_unit_added_by_name(run, rows):
    named = next(iter(load_perimeter().named_sirens.values()))
    run(
        [f.unit(1), f.unit(2, siren=named.siren, categorieJuridiqueUniteLegale="5699")],
        [f.place(1), f.place(2, siren=named.siren, siret=named.siren + "00014")],
    )
    row = rows()[named.siren + "00014"]
    assert codes(row) == ["named_addition"]
    assert row["family"] == named.family
    assert row["criteria"][0]["reference"] == named.siren


def test_closed_establishments_and_units_are_kept(run, rows):
    units = [f.unit(1), f.unit(2, etatAdministratifUniteLegale="C")]
    places = [
        f.place(1),
        f.place(1, 2, etatAdministratifEtablissement="F", dateDebut="2020-07-01"),
        f.place(2, etatAdministratifEtablissement="F"),
    ]
    report = run(units, places)
    assert report["kept"] == {"establishments": 3, "structures": 2, "open": 1, "closed": 2}
    assert rows()[f.siret(1, 2)]["state"] == "F"
    assert rows()[f.siret(1, 2)]["state_since"] == date(2020, 7, 1)
    assert rows()[f.siret(2)]["unit_state"] == "C"


def test_rows_come_sorted_by_commune_and_only_those_asked(run, data_dir):
    units = [f.unit(n) for n in range(40)]
    run(units, [f.place(n, codeCommuneEtablissement=f"001{n % 7:02d}") for n in range(40)])
    extract = current_extract(data_dir)
    found = [(row["commune_code"], row["siret"]) for row in extract.establishments(["00103", "00101", "00101"])]
    assert found == sorted(found)
    assert {commune for commune, _ in found} == {"00101", "00103"}
    assert list(extract.establishments([])) == []
    stored = duckdb.sql(f"SELECT commune_code, siret FROM read_parquet('{extract.path}')").fetchall()
    assert stored == sorted(stored)


def test_partial_diffusion_hides_and_nd_never_leaves(run, rows, data_dir):
    hidden = dict.fromkeys(
        (
            "numeroVoieEtablissement", "typeVoieEtablissement", "libelleVoieEtablissement", "codePostalEtablissement",
            "enseigne1Etablissement", "coordonneeLambertAbscisseEtablissement",
            "coordonneeLambertOrdonneeEtablissement",
        ),
        "[ND]",
    )  # fmt: skip
    leaky = {
        "statutDiffusionEtablissement": "P",
        "enseigne1Etablissement": "CHEZ ANNE",
        "denominationUsuelleEtablissement": "X",
    }
    report = run(
        [f.unit(1, statutDiffusionUniteLegale="P", sigleUniteLegale="[ND]"), f.unit(2)],
        [f.place(1, statutDiffusionEtablissement="P", **hidden), f.place(2, **leaky)],
    )
    assert report["flags"]["hidden_value"] == 1
    assert report["flags"]["partial_diffusion"] == 2
    for row in rows().values():
        assert row["diffusion"] == "P"
        secret = ("street_number", "street_type", "street_name", "lambert_x", "lambert_y", "establishment_usual_name")
        assert [row[column] for column in secret] == [None] * 6
        assert row["signs"] == []
        assert "[ND]" not in repr(row)


def test_a_natural_person_under_partial_diffusion_has_no_name(run, rows):
    person = {
        "categorieJuridiqueUniteLegale": "1000",
        "denominationUniteLegale": "",
        "nomUniteLegale": "DURAND",
        "prenom1UniteLegale": "ANNE",
        "economieSocialeSolidaireUniteLegale": "O",
    }
    run([f.unit(1, **person), f.unit(2, statutDiffusionUniteLegale="P", **person)], [f.place(1), f.place(2)])
    assert rows()[f.siret(1)]["name"] == "ANNE DURAND"
    assert rows()[f.siret(2)]["name"] is None


def test_a_unit_under_partial_diffusion_hides_its_open_establishment_too(run, rows):
    told = {
        "enseigne1Etablissement": "CHEZ ANNE",
        "denominationUsuelleEtablissement": "ANNE",
        "libelleVoieEtablissement": "DU PORT",
    }
    run([f.unit(1, statutDiffusionUniteLegale="P"), f.unit(2)], [f.place(1, **told), f.place(2, **told)])
    discreet, known = rows()[f.siret(1)], rows()[f.siret(2)]
    assert (discreet["signs"], discreet["establishment_usual_name"], discreet["street_name"]) == ([], None, None)
    assert (known["signs"], known["establishment_usual_name"], known["street_name"]) == (
        ["CHEZ ANNE"],
        "ANNE",
        "DU PORT",
    )


def test_not_diffusible_rows_of_old_files_never_enter(run, rows):
    report = run(
        [f.unit(1), f.unit(2, statutDiffusionUniteLegale="N")],
        [f.place(1), f.place(1, 2, statutDiffusionEtablissement="N"), f.place(2)],
    )
    assert set(rows()) == {f.siret(1)}
    assert report["flags"]["non_diffusible"] == 2


def test_names_in_use_are_lists(run, rows):
    run(
        [f.unit(1, denominationUsuelle1UniteLegale="LE FIL", denominationUsuelle3UniteLegale="LE FIL ROUGE")],
        [
            f.place(
                1,
                enseigne1Etablissement="L'ETAPE ",
                enseigne2Etablissement="L'ETAPE",
                denominationUsuelleEtablissement="CHEZ FIL",
            )
        ],
    )
    (row,) = rows().values()
    assert sorted(row["usual_names"]) == ["LE FIL", "LE FIL ROUGE"]
    assert row["signs"] == ["L'ETAPE"]
    assert row["establishment_usual_name"] == "CHEZ FIL"


def test_absurd_dates_are_emptied_and_counted(run, rows):
    report = run(
        [f.unit(1, dateCreationUniteLegale="0001-01-01"), f.unit(2), f.unit(3)],
        [
            f.place(1),
            f.place(2, dateCreationEtablissement="7490-12-31"),
            f.place(3, dateCreationEtablissement="not a date", dateDebut="1898-01-01"),
        ],
    )
    assert report["flags"]["date_absurd"] == 3
    assert rows()[f.siret(1)]["unit_created_on"] is None
    assert rows()[f.siret(2)]["created_on"] is None
    assert rows()[f.siret(3)]["state_since"] == date(1898, 1, 1)


def test_absurd_dates_typed_as_dates_too(run, rows):
    report = run(
        [f.unit(1)],
        [f.place(1, dateCreationEtablissement="0001-01-01"), f.place(1, 2, dateCreationEtablissement="7490-12-31")],
        options={"types": f.OFFICIAL_TYPES},
    )
    assert report["flags"]["date_absurd"] == 2
    assert [row["created_on"] for row in rows().values()] == [None, None]


def test_the_day_that_insee_writes_for_unknown_is_unknown_and_not_absurd(run, rows):
    report = run(
        [f.unit(1, dateCreationUniteLegale="1900-01-01")], [f.place(1, dateCreationEtablissement="1900-01-01")]
    )
    assert report["flags"]["date_absurd"] == 0
    (row,) = rows().values()
    assert (row["created_on"], row["unit_created_on"]) == (None, None)


def test_official_types_read_as_well_as_text(run, rows):
    run([f.unit(1, anneeEffectifsUniteLegale="2023")], [f.place(1)], options={"types": f.OFFICIAL_TYPES})
    (row,) = rows().values()
    assert row["is_head_office"] is True
    assert row["last_processed_on"] == date(2024, 5, 6)
    assert row["lambert_x"] == 497000.5
    assert row["unit_headcount_year"] == "2023"


def test_a_duplicate_siret_keeps_the_most_recently_processed(run, rows):
    newer, older = "2025-01-02T00:00:00", "2019-01-01T00:00:00"
    places = [
        f.place(1, dateDernierTraitementEtablissement=older, libelleVoieEtablissement="OLD"),
        f.place(1, dateDernierTraitementEtablissement=newer, libelleVoieEtablissement="NEW"),
        f.place(1, dateDernierTraitementEtablissement="", libelleVoieEtablissement="NEVER"),
    ]
    report = run([f.unit(1)], places)
    assert report["flags"]["duplicate_siret"] == 2
    assert [row["street_name"] for row in rows().values()] == ["NEW"]


def test_a_duplicate_siren_counts_once_everywhere(run, rows):
    units = [
        f.unit(1, denominationUniteLegale="OLD", dateDernierTraitementUniteLegale="2019-01-01T00:00:00"),
        f.unit(1),
    ]
    report = run(units, [f.place(1)])
    assert report["flags"]["duplicate_siren"] == 1
    assert [row["name"] for row in rows().values()] == ["STRUCTURE 1"]
    assert report["cube"]["establishments"] == 1


def test_a_wrong_key_is_kept_and_flagged(run, rows):
    wrong = f.siret(1)[:-1] + str((int(f.siret(1)[-1]) + 1) % 10)
    report = run([f.unit(1)], [f.place(1, siret=wrong)])
    assert report["flags"]["siret_key_wrong"] == 1
    assert rows()[wrong]["siret_valid"] is False


def test_unknown_communes_are_kept_and_flagged(run, data_dir):
    communes = ["00101", "", "[ND]", "ABCDE", "2A004", "97411"]
    report = run([f.unit(1)], [f.place(1, n + 1, codeCommuneEtablissement=code) for n, code in enumerate(communes)])
    assert report["flags"]["commune_unknown"] == 3
    assert report["kept"]["establishments"] == 6


def test_the_cube_counts_active_establishments_of_everyone(run, data_dir):
    units = [f.unit(1), f.unit(2, categorieJuridiqueUniteLegale="5710", activitePrincipaleUniteLegale="62.01Z")]
    shop = {
        "activitePrincipaleEtablissement": "47.11B",
        "trancheEffectifsEtablissement": "11",
        "caractereEmployeurEtablissement": "O",
    }
    places = [
        f.place(1), f.place(1, 2, etatAdministratifEtablissement="F"),
        f.place(2, 1, **shop), f.place(2, 2, **shop), f.place(2, 3, codeCommuneEtablissement="00102"),
        f.place(9),
    ]  # fmt: skip
    report = run(units, places)
    cube = duckdb.sql(f"SELECT * FROM read_parquet('{current_extract(data_dir).cube_path}')")
    assert cube.columns == [
        "commune_code", "legal_category", "naf_division", "naf_nomenclature", "headcount_band", "employer",
        "establishments",
    ]  # fmt: skip
    assert cube.fetchall() == [
        ("00101", None, "94", "NAFRev2", "NN", False, 1),
        ("00101", "5710", "47", "NAFRev2", "11", True, 2),
        ("00101", "9220", "94", "NAFRev2", "NN", False, 1),
        ("00102", "5710", "94", "NAFRev2", "NN", False, 1),
    ]
    assert report["cube"] == {"rows": 4, "establishments": 5, "without_legal_unit": 1}
    cells = list(current_extract(data_dir).denominators(["00102"]))
    assert [(cell["legal_category"], cell["establishments"]) for cell in cells] == [("5710", 1)]
    assert list(current_extract(data_dir).denominators([])) == []


def test_by_ranges_or_at_once_the_result_is_the_same(run, data_dir, monkeypatch):
    units = [f.unit(n, categorieJuridiqueUniteLegale=["9220", "5710"][n % 2]) for n in range(6000)]
    places = [f.place(n, 1 + n % 3, codeCommuneEtablissement=f"001{n % 40:02d}") for n in range(6000)]
    places += [f.place(n, 9) for n in range(0, 6000, 7)]
    places.sort(key=lambda row: row["siret"])

    def content():
        extract = current_extract(data_dir)
        return [
            duckdb.sql(f"SELECT * FROM read_parquet('{path}')").fetchall() for path in (extract.path, extract.cube_path)
        ]

    once = run(units, places, options={"row_group": 2048})
    expected = content()
    monkeypatch.setattr("essaim.stock.ranges.RANGE_UNITS", 2048)
    ranged = run(units, places, options={"row_group": 2048})
    assert (once["passes"], ranged["passes"]) == (1, 3)
    assert content() == expected
    unsorted = run(units[::-1], places[::-1], options={"row_group": 2048})
    assert unsorted["passes"] == 1
    assert content() == expected


@pytest.mark.parametrize("writer", [f.write_csv, f.write_gz, f.write_zip])
def test_csv_plain_zipped_or_gzipped_gives_the_same_as_parquet(run, rows, writer):
    units, places = [f.unit(1, denominationUniteLegale='LE "FIL", 2')], [f.place(1), f.place(1, 2)]
    run(units, places)
    expected = rows()

    def write(folder, units, places):
        folder.mkdir(exist_ok=True)
        return {
            "legal_units": str(writer(folder / "u.bin", units)),
            "establishments": str(writer(folder / "e.bin", places)),
        }

    run(units, places, write=write)
    assert rows() == expected


def test_the_column_sets_of_2017_to_2021_are_enough(run, rows):
    units, places = [f.unit(1)], [f.place(1)]
    new = (
        "coordonneeLambertAbscisseEtablissement",
        "coordonneeLambertOrdonneeEtablissement",
        "activitePrincipaleNAF25Etablissement",
    )
    for row in places:
        for column in new:
            del row[column]
    del units[0]["societeMissionUniteLegale"]
    run(units, places)
    (row,) = rows().values()
    assert (row["lambert_x"], row["naf25"], row["mission_company"]) == (None, None, None)


def test_unknown_columns_and_any_order_are_tolerated(run, rows):
    unit = {"colonneDeDemain": "x", **dict(reversed(f.unit(1).items()))}
    run([unit], [f.place(1)])
    assert len(rows()) == 1


# --- service, gate, archive -------------------------------------------------------------------------------------------


def test_the_gate_refuses_under_98_percent_and_accept_shrink_overrides(run, data_dir):
    units = [f.unit(n) for n in range(100)]
    places = [f.place(n) for n in range(100)]
    run(units, places, vintage="2026-10")
    with pytest.raises(GateRefusal, match=r"97 lignes contre 100.*--accept-shrink"):
        run(units, places[:97])
    assert current_extract(data_dir).vintage == "2026-10"
    run(units, places[:98])
    assert current_extract(data_dir).rows == 98
    run(units, places[:10], accept_shrink=True)
    assert current_extract(data_dir).rows == 10


def test_an_empty_extract_is_refused_even_with_accept_shrink(run, served):
    with pytest.raises(GateRefusal, match="vide"):
        run([f.unit(1, categorieJuridiqueUniteLegale="5710")], [f.place(1)], accept_shrink=True)
    assert served()


def test_files_that_do_not_go_together_are_refused(run, served):
    with pytest.raises(GateRefusal, match="vont ensemble"):
        run([f.unit(1)], [f.place(2)])
    assert served()


def test_every_run_is_archived_under_its_vintage(run, data_dir):
    for vintage, name in (("2026-10", "UN"), ("2026-11", "DEUX"), ("2026-11", "DEUX")):
        run([f.unit(1, denominationUniteLegale=name)], [f.place(1)], vintage=vintage)
    archive = Archive(data_dir)
    assert [str(m.path.relative_to(archive.root)) for m in archive.archived()] == [
        "extracts/2026-11/002",
        "extracts/2026-11/001",
        "extracts/2026-10/001",
    ]
    assert archive.current().path.name == "002"


def test_unchanged_files_are_not_a_new_vintage(run, data_dir):
    run([f.unit(1)], [f.place(1)], vintage="2026-10")
    with pytest.raises(GateRefusal, match="ceux du millésime 2026-10, déjà en service"):
        run([f.unit(1)], [f.place(1)], vintage="2026-11")
    assert [manifest.vintage for manifest in Archive(data_dir).archived()] == ["2026-10"]


def test_a_vintage_named_too_late_can_be_corrected(run, data_dir):
    run([f.unit(1)], [f.place(1)], vintage="2026-11")
    run([f.unit(1)], [f.place(1)], vintage="2026-10")
    assert current_extract(data_dir).vintage == "2026-10"


def test_one_file_out_of_two_may_be_unchanged(run):
    run([f.unit(1)], [f.place(1)], vintage="2026-10")
    assert run([f.unit(1)], [f.place(1), f.place(1, nic=2)], vintage="2026-11")["kept"]["establishments"] == 2


def test_without_vintage_a_local_file_takes_this_month(run):
    assert run([f.unit(1)], [f.place(1)], vintage=None)["vintage"] == f"{datetime.now(UTC):%Y-%m}"


def test_the_files_say_what_they_are(run, data_dir):
    run([f.unit(1)], [f.place(1)], options={"metadata": {"fictif": "true"}})
    extract = current_extract(data_dir)
    for path in (extract.path, extract.cube_path):
        marks = dict(duckdb.sql(f"SELECT decode(key), decode(value) FROM parquet_kv_metadata('{path}')").fetchall())
        assert marks["vintage"] == "2026-11"
        assert marks["perimeter"] == "insee-champ-es-2017"
        assert marks["fictif"] == "true"
        assert all(source.sha256 in marks["sources"] for source in extract.sources)
    assert extract.fictitious
    assert {source.name for source in extract.sources} == {"StockUniteLegale.parquet", "StockEtablissement.parquet"}
    assert all(source.size > 0 and len(source.sha256) == 64 for source in extract.sources)


def real(row, number):
    """The same row under a SIREN that does not begin with 999."""
    return row | {"siren": number} | ({"siret": number + row["siret"][9:]} if "siret" in row else {})


def test_invented_data_is_told_by_metadata_by_a_note_or_by_its_numbers(run, data_dir, tmp_path):
    units, places = [real(f.unit(1), "200069854")], [real(f.place(1), "200069854")]
    assert run(units, places)["fictitious"] is False
    assert run(units, places, options={"metadata": {"fictif": "true"}})["fictitious"] is True
    assert run([f.unit(1)], [f.place(1)])["fictitious"] is True

    def noted(folder, units, places):
        (folder / "u.csv.fictif").touch()
        return {
            "legal_units": str(f.write_csv(folder / "u.csv", units)),
            "establishments": str(f.write_csv(folder / "e.csv", places)),
        }

    assert run(units, places, write=noted)["fictitious"] is True


@pytest.mark.parametrize("vintage", ["2026", "2026-13", "26-11", "2026-11-01", "../../x", ""])
def test_a_wrong_vintage_is_refused(run, vintage):
    with pytest.raises(StockError, match="2026-11"):
        run([f.unit(1)], [f.place(1)], vintage=vintage)


def test_two_imports_at_once_are_refused(run, data_dir):
    with Archive(data_dir).workspace(), pytest.raises(Busy, match="en cours"):
        run([f.unit(1)], [f.place(1)])


def test_leftovers_of_a_killed_run_are_swept(run, data_dir):
    left = data_dir / "stock" / "work" / "123" / "spill"
    left.mkdir(parents=True)
    (left / "huge.tmp").write_text("x")
    run([f.unit(1)], [f.place(1)])
    assert not (data_dir / "stock" / "work").exists()


def test_nothing_is_in_service_before_the_first_import(data_dir):
    assert current_extract(data_dir) is None


def test_a_wrong_memory_limit_is_refused(run):
    with pytest.raises(StockError, match="600MB"):
        run([f.unit(1)], [f.place(1)], memory_limit="lots")


@pytest.mark.parametrize("side", ["legal_units", "establishments"])
def test_a_missing_file_is_named(tmp_path, data_dir, side):
    files = f.write_stock(tmp_path / "s", [f.unit(1)], [f.place(1)]) | {side: str(tmp_path / "absent.parquet")}
    with pytest.raises(WrongFile, match=r"absent\.parquet"):
        import_stock(data_dir=data_dir, vintage="2026-11", **files)
