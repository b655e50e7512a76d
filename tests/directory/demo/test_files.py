"""The generated files: official layout, marked as invented, the same bytes for the same seed, good for `stock`."""

from __future__ import annotations

import csv
import datetime as dt
import json
import re
from collections import Counter

import duckdb
import pytest

from essaim.directory.demo import columns, files
from essaim.directory.demo.cards import FICTION_RANGES
from essaim.directory.demo.generate import (
    CARDS,
    ESTABLISHMENTS,
    ESUS,
    GAPS,
    GEOLOCATION,
    LABEL_FILES,
    LEGAL_UNITS,
    RNA,
    SIAE,
    SUCCESSION,
    generate,
)
from essaim.directory.demo.places import grand_poitiers
from essaim.directory.demo.units import FILE_DATE, VINTAGE
from essaim.foundation.hours import WeeklyHours
from essaim.foundation.spreadsheets import read_table
from essaim.stock.importing import import_stock
from essaim.stock.labels.importing import import_labels
from essaim.stock.read import current_extract, rna_associations


def rows(path, what="*", where="true"):
    return duckdb.sql(f"SELECT {what} FROM read_parquet('{path}') WHERE {where}").fetchall()


def test_same_seed_same_bytes_another_seed_other_ones(made, tmp_path):
    folder, _summary = made
    generate(tmp_path / "again", 86000)
    names = sorted(path.name for path in folder.iterdir())
    assert sorted(path.name for path in (tmp_path / "again").iterdir()) == names
    assert [n for n in names if (folder / n).read_bytes() != (tmp_path / "again" / n).read_bytes()] == []
    generate(tmp_path / "other", 7)
    assert (folder / ESTABLISHMENTS).read_bytes() != (tmp_path / "other" / ESTABLISHMENTS).read_bytes()


def test_sirene_files_have_the_official_columns(made):
    folder, _summary = made
    for name, expected, count in ((ESTABLISHMENTS, columns.ESTABLISHMENT, 54), (LEGAL_UNITS, columns.LEGAL_UNIT, 35)):
        described = duckdb.sql(f"DESCRIBE SELECT * FROM read_parquet('{folder / name}')").fetchall()
        assert tuple(row[0] for row in described) == expected
        assert len(expected) == count == len(set(expected))


def test_every_parquet_file_says_that_it_is_invented(made):
    folder, _summary = made
    for name in (ESTABLISHMENTS, LEGAL_UNITS, GEOLOCATION):
        marks = duckdb.sql(f"SELECT decode(key), decode(value) FROM parquet_kv_metadata('{folder / name}')").fetchall()
        assert ("fictif", "true") in marks
        assert ("vintage", VINTAGE) in marks


def test_identifiers_are_unique_and_joined(made):
    folder, _summary = made
    places, units = folder / ESTABLISHMENTS, folder / LEGAL_UNITS
    assert rows(places, "count(*) - count(DISTINCT siret)") == [(0,)]
    assert rows(units, "count(*) - count(DISTINCT siren)") == [(0,)]
    assert rows(places, "count(*)", f"siren NOT IN (SELECT siren FROM read_parquet('{units}'))") == [(0,)]
    assert rows(places, "count(*)", "siret <> siren || nic OR NOT starts_with(siren, '999')") == [(0,)]
    seats = duckdb.sql(
        f"SELECT count(*) FROM (SELECT siren FROM read_parquet('{places}') GROUP BY siren "
        "HAVING count(*) FILTER (etablissementSiege) <> 1)"
    ).fetchall()
    assert seats == [(0,)]


def test_partial_diffusion_hides_street_and_point(made):
    folder, _summary = made
    partial = rows(
        folder / ESTABLISHMENTS,
        "DISTINCT coalesce(libelleVoieEtablissement, '[ND]'), coalesce(coordonneeLambertAbscisseEtablissement, '[ND]')",
        "statutDiffusionEtablissement = 'P'",
    )
    assert partial == [("[ND]", "[ND]")]
    shown = "libelleVoieEtablissement = '[ND]' OR enseigne1Etablissement = '[ND]'"
    assert rows(folder / ESTABLISHMENTS, "count(*)", f"statutDiffusionEtablissement = 'O' AND ({shown})") == [(0,)]


def test_no_person_is_invented(made):
    folder, _summary = made
    named = rows(folder / LEGAL_UNITS, "DISTINCT nomUniteLegale, prenom1UniteLegale", "nomUniteLegale IS NOT NULL")
    assert named == [("[ND]", "[ND]")]


def test_dates_hold_together(made):
    folder, _summary = made
    late = f"greatest(dateCreationEtablissement, dateDernierTraitementEtablissement::DATE) > DATE '{FILE_DATE}'"
    assert rows(folder / ESTABLISHMENTS, "count(*)", late) == [(0,)]
    assert rows(folder / ESTABLISHMENTS, "count(*)", "dateDebut < dateCreationEtablissement") == [(0,)]
    assert rows(folder / LEGAL_UNITS, "count(*)", "dateCreationUniteLegale < DATE '1950-01-01'") == [(0,)]


def test_former_codes_and_missing_points_are_there(made):
    folder, _summary = made
    codes = dict(
        rows(folder / ESTABLISHMENTS, "codeCommuneEtablissement, count(*) OVER (PARTITION BY codeCommuneEtablissement)")
    )
    assert {"86146", "86199", "86219", "00101", "00201"} <= set(codes)
    unlocated, total = rows(
        folder / ESTABLISHMENTS,
        "count(*) FILTER (coordonneeLambertAbscisseEtablissement IS NULL), count(*)",
        "statutDiffusionEtablissement = 'O'",
    )[0]
    assert 0.04 < unlocated / total < 0.12


def test_successions_link_known_places(made):
    folder, _summary = made
    known = {row[0]: row[1] for row in rows(folder / ESTABLISHMENTS, "siret, etatAdministratifEtablissement")}
    with (folder / SUCCESSION).open(encoding="utf-8") as lines:
        links = list(csv.DictReader(lines))
    assert tuple(links[0]) == columns.SUCCESSION
    assert {known[link["siretEtablissementPredecesseur"]] for link in links} == {"F"}
    assert all(link["siretEtablissementSuccesseur"] in known for link in links)


def test_lists_have_their_real_layouts(made):
    folder, _summary = made
    assert tuple(read_table(folder / SIAE, SIAE).columns) == columns.SIAE
    assert tuple(read_table(folder / RNA, RNA).columns) == columns.RNA
    for name in (SIAE, RNA, SUCCESSION, ESUS):
        assert (folder / f"{name}.fictif").exists()


def test_cards_use_only_what_is_kept_for_fiction(made):
    folder, summary = made
    cards = json.loads((folder / CARDS).read_text(encoding="utf-8"))
    assert len(cards) == summary["cards"] == 120
    assert len({card["siren"] for card in cards}) == 120
    for card in cards:
        values = card["values"]
        assert len(values["description"]) > 60
        assert "{" not in values["description"]
        assert values.get("phone", FICTION_RANGES[0] + "0000")[:6] in FICTION_RANGES
        assert re.fullmatch(r"https://[a-z0-9-]+\.example/", values.get("website", "https://a.example/"))
        assert values.get("email", "a@b.example").endswith(".example")
        assert WeeklyHours.from_json(values.get("hours", {})) is not None
    ages = [card["confirmed_days_ago"] for card in cards if card["confirmed_days_ago"] is not None]
    assert 30 <= sum(1 for age in ages if age < 365) <= 60
    assert 3 <= sum(1 for age in ages if age > 548) <= 20


def test_the_gap_is_told_row_by_row(made):
    folder, summary = made
    with (folder / GAPS).open(encoding="utf-8") as lines:
        told = list(csv.DictReader(lines))
    gaps = summary["territories"][0]["gaps"]
    assert Counter(row["cause"] for row in told if row["cause"]) == {
        key: gap["establishments"] for key, gap in gaps.items()
    }
    assert sum(row["table_officielle"] == "oui" for row in told) == 1_000


def test_empty_lists_and_odd_paths_are_written_too(tmp_path):
    folder = tmp_path / "l'été"
    folder.mkdir()
    assert files.write_parquet(folder / "a.parquet", ("siret", "x"), [], {"fictif": "true"}) == 0
    assert rows(str(folder / "a.parquet").replace("'", "''"), "count(*)") == [(0,)]
    quoted = [('9"9', ""), ("a,b\nc", "1.5")]
    assert files.write_parquet(folder / "b.parquet", ("siret", "x"), quoted, {"fictif": "true"}) == 2
    assert rows(str(folder / "b.parquet").replace("'", "''")) == [('9"9', None), ("a,b\nc", 1.5)]


@pytest.fixture(scope="module")
def imported(made, tmp_path_factory):
    """A data dir that the official commands filled with the generated files."""
    folder, _summary = made
    data_dir = tmp_path_factory.mktemp("data")
    reports = [import_labels(data_dir=data_dir, file=str(folder / name), vintage=VINTAGE) for name in LABEL_FILES]
    stock = import_stock(
        data_dir=data_dir,
        vintage=VINTAGE,
        establishments=str(folder / ESTABLISHMENTS),
        legal_units=str(folder / LEGAL_UNITS),
    )
    return data_dir, reports, stock


def test_the_very_pipeline_of_real_files_reads_them(imported, made):
    data_dir, reports, stock = imported
    assert [report["kind"] for report in reports] == ["siae", "esus", "rna", "succession", "geolocation"]
    assert {report["fictitious"] for report in reports} == {True}
    assert {report["refused"] for report in reports} == {0}
    assert stock["fictitious"] is True
    assert (stock["flags"]["identifier_refused"], stock["flags"]["siret_key_wrong"]) == (0, 0)
    extract = current_extract(data_dir)
    codes = [place.code for place in grand_poitiers().places] + ["86146", "86199", "86219"]
    employers = Counter(
        row["family"]
        for row in extract.establishments(codes)
        if row["state"] == "A" and row["unit_state"] == "A" and row["employer"]
    )
    expected = made[1]["territories"][0]["sirene_employers"]
    assert employers == {family: n for family, n in expected.items() if n and family != "total"}


def test_extract_carries_labels_successors_and_positions(imported):
    data_dir, _reports, _stock = imported
    found = list(current_extract(data_dir).establishments([place.code for place in grand_poitiers().places]))
    assert {label["kind"] for row in found for label in row["labels"]} >= {"ESUS", "ACI", "AI", "GEIQ"}
    assert {criterion["code"] for row in found for criterion in row["criteria"]} >= {"legal_category", "esus", "siae"}
    assert any(row["successor_siret"] for row in found)
    assert any(row["geo_longitude"] for row in found)
    assert len(list(rna_associations(data_dir, ["86194"]))) > 100


def test_invented_lists_never_adorn_a_real_extract(imported, tmp_path):
    data_dir, _reports, _stock = imported
    unit = {
        "siren": "732829320",
        "statutDiffusionUniteLegale": "O",
        "denominationUniteLegale": "ASSOCIATION D'ESSAI",
        "categorieJuridiqueUniteLegale": "9220",
        "activitePrincipaleUniteLegale": "94.99Z",
        "nomenclatureActivitePrincipaleUniteLegale": "NAFRev2",
        "etatAdministratifUniteLegale": "A",
        "dateCreationUniteLegale": dt.date(2001, 1, 1).isoformat(),
    }
    place = {
        "siren": "732829320",
        "nic": "00074",
        "siret": "73282932000074",
        "statutDiffusionEtablissement": "O",
        "etatAdministratifEtablissement": "A",
        "etablissementSiege": "true",
        "codeCommuneEtablissement": "86194",
        "activitePrincipaleEtablissement": "94.99Z",
        "nomenclatureActivitePrincipaleEtablissement": "NAFRev2",
    }
    written = {}
    for name, names, row in (("u", columns.LEGAL_UNIT, unit), ("e", columns.ESTABLISHMENT, place)):
        written[name] = tmp_path / f"{name}.parquet"
        files.write_parquet(written[name], names, [tuple(row.get(column, "") for column in names)], {"origin": "test"})
    report = import_stock(
        data_dir=data_dir,
        vintage="2026-11",
        establishments=str(written["e"]),
        legal_units=str(written["u"]),
        accept_shrink=True,
    )
    assert report["fictitious"] is False
    extract = current_extract(data_dir)
    assert extract.labels == {}
    assert [row["name"] for row in extract.establishments(["86194"])] == ["ASSOCIATION D'ESSAI"]
    assert list(rna_associations(data_dir, ["86194"])) == []
