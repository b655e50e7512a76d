from datetime import date

import openpyxl
import pytest

from essaim.stock.archive import Archive
from essaim.stock.errors import GateRefusal, WrongFile
from essaim.stock.labels.importing import import_labels
from essaim.stock.read import current_extract, rna_associations
from tests.stock import factories as f

ESS_FRANCE = (
    "SIREN,Nom ou raison sociale de l'entreprise,Famille juridique de l'entreprise,Code postal,"
    "Libellé de la commune de l'établissement,Code du département de l'établissement,"
    "Département de l'établissement,Région de l'établissement"
)
RNA = [
    "id", "id_ex", "siret", "rup_mi", "gestion", "date_creat", "date_decla", "date_publi", "date_disso", "nature",
    "groupement", "titre", "titre_court", "objet", "objet_social1", "objet_social2", "adrs_complement", "adrs_numvoie",
    "adrs_repetition", "adrs_typevoie", "adrs_libvoie", "adrs_distrib", "adrs_codeinsee", "adrs_codepostal",
    "adrs_libcommune", "adrg_libvoie", "dir_civilite", "siteweb", "publiweb", "observation", "position", "maj_time",
]  # fmt: skip


def association(number, **values):
    row = dict.fromkeys(RNA, "")
    row |= {
        "id": f"W00{number:07d}", "titre": f"ASSOCIATION {number}", "objet": "le jardin partagé", "position": "A",
        "date_creat": "2001-02-03", "date_disso": "0001-01-01", "adrs_codeinsee": "00101", "nature": "D",
        "adrg_libvoie": "CHEZ LA PRESIDENTE", "dir_civilite": "PF",
    }  # fmt: skip
    return row | values


def workbook(path, *rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


@pytest.fixture
def load(data_dir):
    def go(path, **more):
        return import_labels(data_dir=data_dir, file=str(path), **({"vintage": "2026-11"} | more))

    return go


def labels(row):
    return [(label["kind"], label["siret"]) for label in row["labels"]]


# --- SIAE -------------------------------------------------------------------------------------------------------------


def siae(path, *rows):
    path.write_text("siret,name,kind,naf\n" + "".join(f"{siret},STRUCTURE,{kind},8899B\n" for siret, kind in rows))
    return path


def test_siae_qualifies_at_the_next_import_and_labels_its_establishment_only(tmp_path, load, run, rows):
    company = {"categorieJuridiqueUniteLegale": "5499"}
    units = [f.unit(1, **company), f.unit(2), f.unit(3, **company), f.unit(4, **company)]
    places = [f.place(1), f.place(1, 2), f.place(2), f.place(3), f.place(4)]
    run(units, places)
    assert set(rows()) == {f.siret(2)}
    path = siae(
        tmp_path / "siaes.csv",
        (f.siret(1, 2), "EI"),
        (f.siret(1, 2), "ACI"),
        (f.siret(2), "ETTI"),
        (f.siret(3), "GEIQ"),
    )
    report = load(path)
    assert (report["kind"], report["accepted"], report["refused"]) == ("siae", 4, 0)
    assert report["flags"]["siren_absent"] == 2
    assert report["by_kind"] == {"ACI": 1, "EI": 1, "ETTI": 1, "GEIQ": 1}
    assert labels(rows()[f.siret(2)]) == [("ETTI", f.siret(2))], "labels are joined at once"
    report = run(units, places)
    assert report["by_criterion"]["siae"] == {"structures": 2, "establishments": 3}
    found = rows()
    assert set(found) == {f.siret(1), f.siret(1, 2), f.siret(2)}, "a GEIQ is no SIAE by law"
    assert labels(found[f.siret(1)]) == []
    assert labels(found[f.siret(1, 2)]) == [("ACI", f.siret(1, 2)), ("EI", f.siret(1, 2))]
    (criterion,) = found[f.siret(1)]["criteria"]
    assert (criterion["code"], criterion["reference"], criterion["as_of"]) == ("siae", "ACI, EI", "2026-11")
    assert found[f.siret(1)]["family"] == "company"


def test_a_siae_of_a_public_body_is_not_ess(tmp_path, load, run, rows):
    units = [f.unit(1, categorieJuridiqueUniteLegale="7361"), f.unit(2)]
    load(siae(tmp_path / "s.csv", (f.siret(1), "ACI")))
    report = run(units, [f.place(1), f.place(2)])
    assert set(rows()) == {f.siret(2)}
    assert report["flags"]["siae_public"] == 1


def test_siae_with_floats_wrong_keys_doubles_and_unknown_kinds(tmp_path, load):
    wrong = f.siret(1)[:-1] + str((int(f.siret(1)[-1]) + 1) % 10)
    path = siae(
        tmp_path / "s.csv", (f.siret(2) + ".0", "EI"), (wrong, "EI"), (f.siret(3), "XYZ"), (f.siret(4), "AI"),
        (f.siret(4), "AI"), ("", "EI"), ("12", "EI"),
    )  # fmt: skip
    report = load(path)
    assert (report["read"], report["accepted"], report["repaired"], report["refused"]) == (7, 4, 1, 2)
    assert report["odd"] == 3
    flags = report["flags"]
    assert (flags["key_wrong"], flags["kind_unknown"], flags["duplicate_row"]) == (1, 1, 1)


# --- ESUS -------------------------------------------------------------------------------------------------------------


def test_esus_workbook_with_titles_above_its_header(tmp_path, load, run, rows):
    path = workbook(
        tmp_path / "liste.xlsx",
        ["Liste nationale des agréments ESUS", None, None, None],
        ["Mise à jour : novembre 2026"],
        [],
        ["Dénomination", "N° SIREN ", "Date de décision", "Durée (années)"],
        ["Le Fil", int(f.siren(1)), date(2024, 6, 1), 5],
        ["La Trame", f.siren(2), "01/06/2018", "5 ans"],
        ["Sans date", f.siren(3), None, None],
        ["Illisible", "à vérifier", None, None],
        [None, None, None, None],
    )
    report = load(path)
    assert (report["kind"], report["accepted"], report["refused"]) == ("esus", 3, 1)
    assert report["flags"]["expired"] == 1
    company = {"categorieJuridiqueUniteLegale": "5710"}
    run([f.unit(n, **company) for n in range(5)], [f.place(n) for n in range(5)])
    found = rows()
    assert set(found) == {f.siret(1), f.siret(3)}, "an approval that has ended does not qualify"
    (label,) = found[f.siret(1)]["labels"]
    assert (label["kind"], label["valid_from"], label["valid_until"]) == ("ESUS", date(2024, 6, 1), date(2029, 6, 1))
    assert found[f.siret(1)]["criteria"][0]["reference"] == "agrément jusqu’au 01/06/2029"


def test_a_list_with_a_siren_but_no_word_of_esus_is_refused_unless_said(tmp_path, load):
    path = tmp_path / "contacts.csv"
    path.write_text(f"SIREN;Nom\n{f.siren(1)};Le Fil\n")
    with pytest.raises(WrongFile, match=r"contacts\.csv.*SIREN, Nom.*--as"):
        load(path)
    assert load(path, forced="esus")["accepted"] == 1
    with pytest.raises(WrongFile, match="siret"):
        load(path, forced="siae")


# --- ESS France -------------------------------------------------------------------------------------------------------


def test_ess_france(tmp_path, load, run, rows):
    path = tmp_path / "entreprisesess.csv"
    path.write_text(f"{ESS_FRANCE}\n{f.siren(1)},LE FIL,Sociétés commerciales,86000,POITIERS,86,VIENNE,N-A\n", "utf-8")
    assert load(path)["kind"] == "ess_france"
    run([f.unit(1, categorieJuridiqueUniteLegale="5710"), f.unit(2)], [f.place(1), f.place(2)])
    (criterion,) = rows()[f.siret(1)]["criteria"]
    assert (criterion["code"], criterion["reference"]) == ("ess_france", "Sociétés commerciales")
    assert rows()[f.siret(1)]["labels"] == []


def test_all_criteria_come_in_the_order_of_the_house(tmp_path, load, run, rows):
    ess = tmp_path / "e.csv"
    ess.write_text(f"{ESS_FRANCE}\n{f.siren(1)},LE FIL,Associations,86000,POITIERS,86,VIENNE,N-A\n", "utf-8")
    load(ess)
    load(siae(tmp_path / "s.csv", (f.siret(1), "ACI")))
    esus = tmp_path / "esus.csv"
    esus.write_text(f"SIREN;Nom\n{f.siren(1)};Le Fil\n")
    load(esus)
    run([f.unit(1, economieSocialeSolidaireUniteLegale="O")], [f.place(1)])
    (row,) = rows().values()
    assert [c["code"] for c in row["criteria"]] == ["legal_category", "sirene_flag", "ess_france", "esus", "siae"]
    assert sorted(labels(row)) == [("ACI", f.siret(1)), ("ESUS", None)]


# --- RNA --------------------------------------------------------------------------------------------------------------


def test_rna_one_file_a_departement_in_latin_1(tmp_path, load, data_dir):
    import zipfile

    first = [association(1, titre="L'ÉTÉ"), association(2, adrs_codeinsee="00102"), association(3, position="D")]
    second = [
        association(4, date_disso="2020-01-01"),
        association(5, id="0863000001"),
        association(1, maj_time="2020-01-01 10:00:00"),
    ]
    path = tmp_path / "rna_waldec.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number, rows in enumerate((first, second)):
            archive.writestr(f"rna_waldec_dpt_{number}.csv", f.csv_text(rows, ";").encode("latin-1"))
    report = load(path)
    assert (report["kind"], report["read"], report["accepted"], report["refused"]) == ("rna", 6, 4, 1)
    assert report["flags"]["duplicate_row"] == 1
    found = {row["rna"]: row for row in rna_associations(data_dir, ["00101"])}
    assert {number: row["state"] for number, row in found.items()} == {
        "W000000001": "A", "W000000003": "F", "W000000004": "F",
    }  # fmt: skip
    row = found["W000000003"]
    assert (row["created_on"], row["dissolved_on"]) == (date(2001, 2, 3), None)
    assert row["criteria"] == [
        {"code": "rna", "source": "Répertoire national des associations (ministère de l’Intérieur)",
         "reference": "W000000003", "as_of": "2026-11"}
    ]  # fmt: skip
    assert "PRESIDENTE" not in repr(found), "the managers' address is not kept"
    assert list(rna_associations(data_dir, [])) == []


def test_no_rna_no_association(data_dir):
    assert list(rna_associations(data_dir, ["00101"])) == []


# --- succession, geolocation ------------------------------------------------------------------------------------------


def links(path, *rows):
    header = (
        "siretEtablissementPredecesseur,siretEtablissementSuccesseur,dateLienSuccession,transfertSiege,"
        "continuiteEconomique"
    )
    path.write_text(header + "\n" + "".join(f"{a},{b},{on},true,true\n" for a, b, on in rows))
    return path


def test_the_successor_is_the_end_of_the_chain_and_loops_end(tmp_path, load, run, rows):
    s = [f.siret(1, nic) for nic in range(1, 9)]
    path = links(
        tmp_path / "liens.csv", (s[0], s[1], "2020-01-01"), (s[1], s[2], "2021-01-01"),
        (s[3], s[4], "2020-01-01"), (s[4], s[3], "2021-01-01"), (s[5], s[5], "2020-01-01"),
        (s[6], s[0], "2010-01-01"), (s[6], s[7], "2022-01-01"), ("12", s[0], "2020-01-01"),
    )  # fmt: skip
    report = load(path)
    assert (report["kind"], report["read"], report["accepted"], report["refused"]) == ("succession", 8, 5, 2)
    assert report["flags"]["self_link"] == 1
    closed = {"etatAdministratifEtablissement": "F"}
    run([f.unit(1)], [f.place(1, n + 1, **(closed if n in (0, 3, 5, 6) else {})) for n in range(8)])
    found = {siret: (row["successor_siret"], row["succession_on"]) for siret, row in rows().items()}
    assert found[s[0]] == (s[2], date(2020, 1, 1))
    assert found[s[1]] == (None, None), "an open establishment has no successor"
    assert found[s[3]] == (s[4], date(2020, 1, 1))
    assert found[s[5]] == (None, None)
    assert found[s[6]] == (s[7], date(2022, 1, 1))


def test_geolocation_joins_and_never_betrays_partial_diffusion(tmp_path, load, run, rows):
    path = tmp_path / "geo.csv"
    path.write_text(
        "siret;x;y;qualite_xy;epsg;plg_qp24;x_longitude;y_latitude\n"
        f"{f.siret(1)};497000.1;6612000.2;11;2154;QN01;0.34;46.58\n"
        f"{f.siret(2)};497000.1;6612000.2;11;2154;;0.34;46.58\n"
        f"{f.siret(3)};0;0;33;2154;;0;0\n"
        f"{f.siret(4)};;;;;;;\n"
    )
    report = load(path)
    assert (report["kind"], report["accepted"], report["refused"]) == ("geolocation", 2, 2)
    assert report["by_kind"] == {"EPSG 2154": 2}
    run([f.unit(n) for n in (1, 2, 3)], [f.place(1), f.place(2, statutDiffusionEtablissement="P"), f.place(3)])
    found = rows()
    names = ("geo_x", "geo_y", "geo_epsg", "geo_longitude", "geo_latitude", "geo_quality")
    assert [found[f.siret(1)][column] for column in names] == [497000.1, 6612000.2, 2154, 0.34, 46.58, "11"]
    assert [found[f.siret(2)][column] for column in names] == [None] * 6
    assert [found[f.siret(3)][column] for column in names] == [None] * 6


def test_geolocation_in_parquet(tmp_path, load):
    rows = [{"siret": f.siret(1), "x": "497000", "y": "6612000", "epsg": "2154"}]
    path = f.write_parquet(tmp_path / "g.parquet", rows, types={"x": "DOUBLE", "y": "DOUBLE", "epsg": "INTEGER"})
    assert load(path)["accepted"] == 1


# --- recognition, gate, archive ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [b"%PDF-1.7", b"<html></html>", b"", b"nom,ville\nA,B\n", b"PK\x03\x04"])
def test_what_is_no_known_list(tmp_path, load, content, data_dir):
    path = tmp_path / "liste.csv"
    path.write_bytes(content)
    with pytest.raises(WrongFile, match=r"liste\.csv"):
        load(path)
    assert Archive(data_dir).current_labels() == {}


def test_a_stock_file_is_not_a_list(tmp_path, load):
    with pytest.raises(WrongFile, match="aucune des listes"):
        load(f.write_parquet(tmp_path / "StockUniteLegale.parquet", [f.unit(1)]))


def test_the_gate_holds_for_lists_too(tmp_path, load, data_dir):
    full = [(f.siret(n), "EI") for n in range(100)]
    load(siae(tmp_path / "s.csv", *full))
    with pytest.raises(GateRefusal, match="50 lignes contre 100"):
        load(siae(tmp_path / "s.csv", *full[:50]), vintage="2026-12")
    assert Archive(data_dir).current("siae").vintage == "2026-11"
    load(siae(tmp_path / "s.csv", *full[:50]), vintage="2026-12", accept_shrink=True)
    assert Archive(data_dir).current("siae").rows == 50
    with pytest.raises(GateRefusal, match="vide"):
        load(siae(tmp_path / "s.csv", ("", "EI")), accept_shrink=True)


def test_lists_in_ods_and_with_a_byte_order_mark(tmp_path, load):
    path = tmp_path / "s.csv"
    path.write_bytes(f"\ufeffsiret;kind\n{f.siret(1)};EI\n".encode())
    assert load(path)["accepted"] == 1


def test_blank_lines_of_a_workbook_are_not_refusals(tmp_path, load):
    path = workbook(tmp_path / "s.xlsx", ["siret", "kind"], [f.siret(1), "EI"], [None, None], [None, None])
    report = load(path)
    assert (report["accepted"], report["refused"]) == (1, 0)


def test_a_list_from_a_url(load):
    from tests.stock.httpserver import Served, serve

    with serve({"/siaes.csv": Served(f"siret,kind\n{f.siret(1)},EI\n".encode())}) as base:
        assert load(f"{base}/siaes.csv")["accepted"] == 1


def test_lists_survive_a_new_extract(tmp_path, load, run, data_dir):
    load(siae(tmp_path / "s.csv", (f.siret(1), "EI")))
    run([f.unit(1)], [f.place(1)])
    assert set(current_extract(data_dir).labels) == {"siae"}


def test_default_vintage_is_this_month(tmp_path, load):
    assert len(load(siae(tmp_path / "s.csv", (f.siret(1), "EI")), vintage=None)["vintage"]) == 7
