"""Urssaf's ESS by region: one vintage a year, sums that never hide what is not known."""

from __future__ import annotations

from decimal import Decimal

import pytest

from essaim.observatory.enums import Field, Measure, Source
from essaim.observatory.layouts import urssaf
from essaim.observatory.reading import WrongFile

HEADER = (
    "region;code_region;champ_ess;famille_ess;grand_secteur;secteur_na88;annee;nombre_d_etablissements;"
    "effectifs_salaries_moyens;masse_salariale"
)


def _line(year, family, jobs, *, ess="OUI", region="75", places="10", pay="1000"):
    return f"Nouvelle-Aquitaine;{region};{ess};{family};Services;88 Action sociale;{year};{places};{jobs};{pay}"


LINES = (
    _line(2023, "Associations", "100,5"),
    _line(2023, "Coopératives", "20"),
    _line(2023, "Hors ESS", "900", ess="NON"),
    _line(2022, "Associations", "90"),
    _line(2022, "Mutuelles", "9", ess="oui"),
    _line(2022, "Hors ESS", "801", ess="NON"),
)


def _file(tmp_path, *lines, header=HEADER, encoding="utf-8"):
    path = tmp_path / "ess.csv"
    path.write_text("\n".join((header, *lines)), encoding=encoding)
    return path


def _values(reading):
    return {
        (c.population, c.family, c.measure): c.value for c in reading.tables[0].cells if c.measure == Measure.MEAN_JOBS
    }


def test_every_year_is_a_vintage_and_families_add_up(tmp_path):
    path = _file(tmp_path, *LINES)
    assert urssaf.recognises(path)
    newest = urssaf.read(path, name="ess.csv")
    assert (newest.source, newest.field, newest.period) == (Source.URSSAF, Field.PRIVATE_MEAN, "2023")
    assert [one.period for one in newest.siblings] == ["2022"]
    assert _values(newest) == {
        ("ess", "", "mean_jobs"): Decimal("120.50"),
        ("ess", "association", "mean_jobs"): Decimal("100.50"),
        ("ess", "cooperative", "mean_jobs"): Decimal(20),
        ("private", "", "mean_jobs"): Decimal("1020.50"),
    }
    assert urssaf.read(path, name="ess.csv", year=2022).siblings == []


@pytest.mark.parametrize("gap", ["", "nd", "N.D.", "-", "–"])
def test_a_line_without_number_makes_its_sums_missing_never_smaller_nor_secret(tmp_path, gap):
    reading = urssaf.read(_file(tmp_path, *LINES[:2], _line(2023, "Mutuelles", gap)), name="ess.csv")
    assert set(_values(reading)) == {("ess", "association", "mean_jobs"), ("ess", "cooperative", "mean_jobs")}
    assert (reading.tables[0].counts["missing"], reading.tables[0].counts["secret"]) == (1, 0)


@pytest.mark.parametrize("gap", ["s", "S", "secret", "c", "k"])
def test_a_line_kept_secret_makes_its_sums_secret(tmp_path, gap):
    lines = (*LINES[:2], _line(2023, "Mutuelles", gap), _line(2023, "Mutuelles", "nd"))
    reading = urssaf.read(_file(tmp_path, *lines), name="ess.csv")
    values = _values(reading)
    for axes in (("ess", ""), ("ess", "mutual"), ("private", "")):
        assert values[*axes, "mean_jobs"] is None
    assert values["ess", "association", "mean_jobs"] == Decimal("100.50")
    assert reading.tables[0].counts["secret"] == 3


@pytest.mark.parametrize(("jobs", "said"), [("9" * 30, "ligne 2 : .*vraisemblable"), ("-5", "ligne 2 : .*négatif")])
def test_a_number_that_cannot_be_is_refused_with_its_line(tmp_path, jobs, said):
    with pytest.raises(WrongFile, match=said):
        urssaf.read(_file(tmp_path, _line(2023, "Associations", jobs)), name="ess.csv")


def test_a_sum_that_no_country_has_is_refused(tmp_path):
    lines = [_line(2023, "Associations", "9" * 13) for _ in range(2)]
    with pytest.raises(WrongFile, match=r"la somme de 75 .* n’est pas vraisemblable"):
        urssaf.read(_file(tmp_path, *lines), name="ess.csv")


def test_readable_headers_and_latin_text_are_the_same_file(tmp_path):
    header = (
        "Région;Code région;Champ ESS ?;Famille ESS;Grand secteur d'activité;Secteur NA88;Année;"
        "Nombre d'établissements;Effectifs salariés moyens;Masse salariale (brute)"
    )
    path = _file(tmp_path, *LINES, header=header, encoding="cp1252")
    assert urssaf.recognises(path)
    assert _values(urssaf.read(path, name="ess.csv"))["ess", "", "mean_jobs"] == Decimal("120.50")


def test_without_region_the_file_is_of_france(tmp_path):
    header = HEADER.replace("region;code_region;", "")
    lines = [line.split(";", 2)[2] for line in LINES]
    reading = urssaf.read(_file(tmp_path, *lines, header=header), name="ess.csv")
    assert {(c.level, c.code) for c in reading.tables[0].cells} == {("country", "FR")}


def test_an_overseas_collectivity_is_left_aside(tmp_path):
    reading = urssaf.read(_file(tmp_path, *LINES[:2], _line(2023, "Associations", "5", region="977")), name="ess.csv")
    assert reading.tables[0].counts["ignored"] == 1


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([_line("vingt", "Associations", "5")], "n’est pas une année"),
        ([_line(2023, "Associations", "cinq")], "ligne 2 : « cinq » n’est pas un nombre"),
        ([_line(2023, "Associations", "5", ess="peut-être")], "OUI ou NON"),
        ([_line(2023, "Sectes", "5")], "famille de l’ESS inconnue"),
        ([], "aucune ligne"),
    ],
)
def test_what_cannot_be_is_refused_with_its_line(tmp_path, lines, said):
    with pytest.raises(WrongFile, match=said):
        urssaf.read(_file(tmp_path, *lines), name="ess.csv")


def test_another_file_is_not_recognised(tmp_path):
    assert not urssaf.recognises(_file(tmp_path, "1;2", header="CODGEO;DENS7"))
    empty = tmp_path / "vide.csv"
    empty.write_bytes(b"")
    assert not urssaf.recognises(empty)


def test_a_missing_column_is_named(tmp_path):
    header = HEADER.replace("annee", "an")
    with pytest.raises(WrongFile, match="annee"):
        urssaf.read(_file(tmp_path, *LINES, header=header), name="ess.csv")


def test_a_long_file_in_the_old_encoding_is_read_to_its_end(tmp_path):
    lines = [_line(2000 + n % 20, "Coopératives", "1") for n in range(1500)]
    path = _file(tmp_path, *lines, encoding="cp1252")
    assert path.stat().st_size > urssaf.SNIFFED
    assert len(urssaf.read(path, name="ess.csv").siblings) == 19
