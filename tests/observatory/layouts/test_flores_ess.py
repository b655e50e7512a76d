"""The official ESS tables in their three forms: read whole, or refused with the line."""

from __future__ import annotations

import io
import re
import zipfile
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from essaim.observatory.enums import FamilyGroup, Field, Level, Measure, Population, Source, Workers
from essaim.observatory.layouts import LARGEST, DensityGrid, read
from essaim.observatory.reading import WrongFile, YearNeeded
from tests.observatory.layouts import files
from tests.observatory.layouts.files import FAMILIES, HOME, OTHER, as_csv, as_ods, as_xlsx, changed, without


@pytest.fixture
def reading(tmp_path):
    def read_it(content, name="EPCI_T1_2017.csv", **more):
        path = tmp_path / name
        path.write_bytes(content)
        return read(path, **more)

    return read_it


@pytest.fixture
def refusal(reading):
    def refuse(content, name="EPCI_T1_2017.csv", **more):
        with pytest.raises(WrongFile) as caught:
            reading(content, name, **more)
        said = str(caught.value)
        assert f"« {name} »" in said
        return said.replace("\u202f", " ")

    return refuse


def values(table, **axes):
    """The one value of a table's cell of these axes (the others empty)."""
    wanted = {"population": Population.ESS, "family": "", "sector": "", "workers": "", "measure": Measure.JOBS} | axes
    (cell,) = [cell for cell in table.cells if all(getattr(cell, axis) == value for axis, value in wanted.items())]
    return cell.value


# --- the three forms ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8", "utf-8-sig"])
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_2017(reading, encoding, delimiter):
    one = reading(as_csv(files.rows_2017(), encoding=encoding, delimiter=delimiter))
    assert (one.source, one.field, one.period, one.year) == (Source.FLORES_ESS, Field.ALL_POSTS, "2017", 2017)
    assert one.perimeter_version == "insee-champ-es-2017"
    assert len(one.sha256) == 64
    (table,) = one.tables
    assert (table.table, table.layout, table.sheet) == ("families", "flores_ess_2017", "")
    assert dict(table.counts) == {"rows_read": 10, "rows_kept": 10, "cells": 50, "secret": 8}
    assert table.remarks == []
    assert {(cell.level, cell.code) for cell in table.cells} == {(Level.EPCI, HOME)}
    assert values(table) == 4000
    assert values(table, measure=Measure.NON_ANNEX_JOBS) == 3670
    assert values(table, measure=Measure.FTE) == Decimal("3430.75")
    assert values(table, measure=Measure.GROSS_PAY) == 112000000
    assert values(table, population=Population.ALL, measure=Measure.ESTABLISHMENTS) == 5000
    assert values(table, population=Population.PRIVATE_NON_ESS) == 20000
    assert values(table, population=Population.PUBLIC) == 16000
    assert values(table, population=Population.NON_ESS) == 36000
    assert values(table, family=FamilyGroup.ASSOCIATION_FOUNDATION) == 3000
    assert values(table, family=FamilyGroup.ASSOCIATION) is None
    assert [cell.line for cell in table.cells][:6] == [2, 2, 2, 2, 2, 3]
    assert {words: said.replace("\u202f", " ") for words, said in table.totals.items()} == {
        "intercommunalités": "1",
        "établissements de l’ESS": "500",
        "emplois de l’ESS": "4 000",
        "emplois de toute l’économie": "40 000",
    }


def test_2017_by_sector_in_both_typologies(reading):
    first = reading(as_csv(files.sector_rows_2017(files.SECTORS_1, "typo1")), "EPCI_T2_2017.csv").tables[0]
    second = reading(as_csv(files.sector_rows_2017(files.SECTORS_2, "typo2")), "EPCI_T3_2017.csv").tables[0]
    assert (first.table, second.table) == ("sectors-1", "sectors-2")
    assert values(first, sector="arts_sport") == 350
    assert values(first, sector="services") == values(second, sector="services") == 300
    assert values(second, sector="arts") == 140
    assert values(second, sector="sport") == 210
    assert values(second, sector="social") == 1400
    assert values(second, sector="home_care") == 220
    assert values(second, sector="work_aid") is None
    assert values(second, sector="unclassified") == 450
    assert values(first) == values(second) == 4000


def test_2018_has_several_sheets_and_codes_written_as_numbers(reading):
    content = as_xlsx(
        Lisez_moi=[["Tableaux commandés par le réseau des CRESS"]],
        T3=files.rows_2018(),
        T4=files.sector_rows_2018() + files.sector_rows_2018({"3-ENSEIGNEMENT": (55, 690, 780, "640", 18000000)},
                                                             "2-TOTAL-ASSOCIATIONS")[1:],
    )  # fmt: skip
    one = reading(content, "EPCI2_OK_2018.xlsx")
    assert (one.period, one.field) == ("2018", Field.ALL_POSTS)
    families, sectors = one.tables
    assert (families.table, families.sheet, sectors.table, sectors.sheet) == ("families", "T3", "sectors-2", "T4")
    assert values(families) == 4000
    assert values(sectors, sector="education") == 800
    assert values(sectors, sector="education", family=FamilyGroup.ASSOCIATION) == 780
    assert {cell.code for cell in families.cells} == {HOME}


@pytest.mark.parametrize(
    ("write", "name"),
    [(lambda rows: as_csv(rows, delimiter=";", encoding="utf-8"), "Tab_1_2019.csv"), (as_ods, "Tab_1_2019_Ok.ods"),
     (lambda rows: as_xlsx(Tab_1_2019=rows), "Tab_1_2019.xlsx")],
)  # fmt: skip
def test_2019_counts_another_field(reading, write, name):
    one = reading(write(files.rows_2019()), name)
    assert (one.period, one.field) == ("2019", Field.NON_ANNEX_POSTS)
    (table,) = one.tables
    assert dict(table.counts) == {"rows_read": 14, "rows_kept": 12, "ignored": 2, "cells": 48, "secret": 7}
    assert values(table) == 3700
    assert values(table, workers=Workers.WOMEN) == 2400
    assert values(table, workers=Workers.UNDER_30) == 700
    assert values(table, family=FamilyGroup.FOUNDATION) is None
    assert values(table, population=Population.PRIVATE_NON_ESS) == 18300
    assert {(cell.level, cell.code) for cell in table.cells} == {(Level.EPCI, HOME)}
    assert not [cell for cell in table.cells if cell.measure == Measure.NON_ANNEX_JOBS]
    assert next(cell.line for cell in table.cells) == 9
    assert "France entière" in table.remarks[0].text


def test_the_total_of_every_epci_is_france_only_when_the_table_is_of_all_france(reading):
    (table,) = reading(as_csv(files.rows_2019(zone=files.FRANCE), encoding="utf-8"), "Tab_1_2019.csv").tables
    assert values(table, level=Level.COUNTRY, population=Population.ALL) == 1000000
    assert {cell.code for cell in table.cells if cell.level == Level.COUNTRY} == {"FR"}
    # What one recognises the file by is the sum of its EPCI, without France over them.
    assert table.totals["emplois de toute l’économie"].replace("\u202f", "") == "37000"


# --- values ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["4 000", "4\u00a0000", "4\u202f000", "4'000", "4000,0"])
def test_separators_of_thousands_and_decimals(reading, text):
    rows = changed(files.rows_2017(), 7, "eff_31", text)
    assert values(reading(as_csv(rows, encoding="utf-8", delimiter=";")).tables[0]) == 4000


def test_secret_missing_and_zero_are_three_things(reading):
    rows = changed(files.rows_2017(), 7, "eff_31", "s")
    rows = changed(rows, 2, "non_annexe", "ND")
    rows = changed(rows, 5, "non_annexe", "-")
    rows = changed(rows, 6, "non_annexe", "")
    rows = changed(rows, 6, "rem_brut", "nd")
    rows = changed(rows, 4, "nb_etab", 0)
    (table,) = reading(as_csv(rows)).tables
    assert values(table) is None
    assert values(table, family=FamilyGroup.FOUNDATION, measure=Measure.ESTABLISHMENTS) == 0
    assert (table.counts["secret"], table.counts["missing"], table.counts["cells"]) == (9, 4, 46)
    with pytest.raises(ValueError, match="not enough values"):
        values(table, family=FamilyGroup.MUTUAL, measure=Measure.NON_ANNEX_JOBS)


@pytest.mark.parametrize(
    ("column", "text", "words"),
    [
        ("eff_31", "-4000", "négatif"),
        ("eff_31", "4.5", "entier"),
        ("eff_31", "beaucoup", "pas un nombre"),
        ("rem_brut", "nan", "pas un nombre"),
        ("rem_brut", "1" * 20, "vraisemblable"),
    ],
)
def test_what_is_no_number_is_refused_with_line_and_column(refusal, column, text, words):
    said = refusal(as_csv(changed(files.rows_2017(), 7, column, text)))
    assert f"ligne 7 : colonne « {column} »" in said
    assert words in said


# --- the wrong file -------------------------------------------------------------------------------------------------


def test_a_file_whose_name_says_another_year_than_its_form_is_refused_until_the_year_is_given(reading, tmp_path):
    content = as_csv(files.rows_2017())
    with pytest.raises(YearNeeded, match=r"forme des tableaux de 2017.*2018"):
        reading(content, "EPCI_T1_2018.csv")
    assert reading(content, "EPCI_T1_2018.csv", year=2018).period == "2018"
    assert reading(content, "tableau.csv").period == "2017"
    assert reading(content, "flores_2017_lu_en_2021.csv").period == "2017"
    with pytest.raises(YearNeeded):
        read(tmp_path / "tableau.csv", name="EPCI_T1_2016.csv")


def test_the_year_that_the_file_states_has_the_last_word(reading, refusal):
    content = as_csv(files.rows_2019(source="Source INSEE DADS 2020"), encoding="utf-8")
    assert reading(content, "Tab_1.csv").period == "2020"
    assert "dit être de 2020, pas de 2019" in refusal(content, "Tab_1.csv", year=2019)


def test_a_year_that_cannot_be(reading):
    with pytest.raises(WrongFile, match="vraisemblable"):
        reading(as_csv(files.rows_2017()), year=20180)


@pytest.mark.parametrize("column", ["EPCI", "jurid1", "nb_etab", "eff_31", "eff_EQTP", "rem_brut", "non_annexe"])
def test_a_missing_column_of_2017_is_named(refusal, column):
    said = refusal(as_csv(without(files.rows_2017(), column)))
    assert "forme de 2017" in said
    assert re.search(rf"manque la colonne « .*{column}", said)


@pytest.mark.parametrize("column", ["EPCI", "jurid2", "NB_ETAB", "ENSEMBLE", "NON_ANNEXE", "EFFEQTP", "REMBRUTE"])
def test_a_missing_column_of_2018_is_named(refusal, column):
    said = refusal(as_xlsx(T3=without(files.rows_2018(), column)), "EPCI2_OK_2018.xlsx")
    assert "feuille T3 : c’est la forme de 2018" in said
    assert re.search(rf"manque la colonne « .*{column}", said)


@pytest.mark.parametrize("column", ["EPCIT21_", "Nom_Juridique_1_Detaillee", "Sexe_", "Nombre_Poste_3112"])
def test_a_missing_column_of_2019_is_named(refusal, column):
    said = refusal(as_csv(without(files.rows_2019(), column), encoding="utf-8"), "Tab_1_2019.csv")
    assert "forme de 2019" in said
    assert f"manque la colonne « {column} »" in said


@pytest.mark.parametrize("field", ["Champ : Ensemble des postes, hors intérimaires", "Unité : postes"])
def test_2019_with_another_field_is_refused(refusal, field):
    said = refusal(as_csv(files.rows_2019(field=field), encoding="utf-8"), "Tab_1_2019.csv")
    assert "la ligne « Champ »" in said


@pytest.mark.parametrize(
    ("line", "column", "label", "words"),
    [(3, "jurid1", "1A-CLUBS", "la famille « 1A-CLUBS »"), (3, "EPCI", "", "territoire (colonne « EPCI ») est vide")],
)
def test_an_unknown_label_is_named_with_its_line(refusal, line, column, label, words):
    said = refusal(as_csv(changed(files.rows_2017(), line, column, label)))
    assert f"ligne {line} : " in said
    assert words in said


def test_an_unknown_sector_age_or_sex_too(refusal):
    rows = changed(files.sector_rows_2017(files.SECTORS_1, "typo1"), 5, "typo1", "4-CIRQUE")
    assert "ligne 5 : le secteur « 4-CIRQUE »" in refusal(as_csv(rows))
    for column, label, words in (
        ("Sexe_", "3 - Autre", "le sexe"),
        ("Tranche_Age_1", "9 - Cent ans", "la tranche d’âge"),
        ("Nom_Juridique_1_Detaillee", "15 - Clubs", "la catégorie"),
    ):
        rows = changed(files.rows_2019(), 10, column, label)
        said = refusal(as_csv(rows, encoding="utf-8"), "Tab_1_2019.csv")
        assert f"ligne 10 : {words}" in said
        assert label in said


def test_two_rows_for_the_same_figure_are_refused_with_both_lines(refusal):
    rows = [*files.rows_2017(), files.rows_2017()[4]]
    said = refusal(as_csv(rows))
    assert "ligne 12" in said
    assert "ligne 5" in said


def test_a_row_of_no_epci_is_refused_and_told_the_others_stay(reading, refusal):
    (table,) = reading(as_csv(changed(files.rows_2017(), 4, "EPCI", "ZZZZZZZZZ"))).tables
    assert (table.counts["refused"], table.counts["rows_kept"]) == (1, 9)
    assert table.remarks[0].line == 4
    assert "ZZZZZZZZZ" in table.remarks[0].text
    assert "aucune ligne à garder" in refusal(as_csv(files.rows_2017(code="ZZZZZZZZZ")))
    assert "aucune ligne à garder" in refusal(as_csv(files.rows_2017()[:1]))


def test_two_forms_in_one_workbook_are_refused(refusal):
    said = refusal(as_xlsx(T1=files.rows_2017(), T3=files.rows_2018()), "melange.xlsx")
    assert "2017 et 2018" in said


def test_notes_under_the_table_are_no_rows(reading):
    rows = [*files.rows_2018(), [], ["Source : Insee, Flores"], ["s : secret"]]
    assert reading(as_xlsx(T3=rows), "EPCI2_OK_2018.xlsx").tables[0].counts["rows_read"] == 10


# --- totals ---------------------------------------------------------------------------------------------------------


def with_families(**values):
    """2017 with some rows changed: « ESS=(…) »."""
    keys = {"ESS": "4-ESS", "OUT": "5-HORS ESS", "PUBLIC": "5A-PUBLIC", "PRIVATE": "5B-PRIVE", "ALL": "6-TOTAL"}
    return as_csv(files.rows_2017(FAMILIES | {keys[name]: value for name, value in values.items()}))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            with_families(ESS=(500, 3670, 3999, "3430.75", 112000000)),
            ("ligne 7 :", "emplois salariés", "(3 999)", "(4 000, lignes 2, 5, 6)"),
        ),
        (
            with_families(ALL=(5000, 36670, 39999, "34430.75", 1112000000)),
            ("ligne 11 :", "(39 999)", "(40 000, lignes 7, 8)"),
        ),
        (
            with_families(OUT=(4499, 33000, 36000, "31000", 1000000000)),
            ("ligne 8 :", "établissements employeurs", "(4 499)", "(4 500, lignes 9, 10)"),
        ),
        (
            with_families(
                ESS=(500, 4001, 4000, "3430.75", 112000000), ALL=(5000, 37001, 40000, "34430.75", 1112000000)
            ),
            ("ligne 7 :", "(4 000)", "postes non annexes", "(4 001, ligne 7)"),
        ),
        (
            with_families(ALL=(499, 36670, 40000, "34430.75", 1112000000)),
            ("ligne 7 :", "(500)", "(499, ligne 11)", "100,2 %", "100 %"),
        ),
        (
            with_families(ESS=(500, 3670, 4000, "3430.4", 112000000)),
            ("ligne 7 :", "équivalents temps plein", "(3 430,4)", "(3 430,75, lignes 2, 5, 6)"),
        ),
    ],
)
def test_a_total_smaller_than_its_parts_is_refused_with_its_line_and_both_numbers(refusal, content, words):
    said = refusal(content)
    assert CU in said
    for word in words:
        assert word in said


CU = "CU du Grand Poitiers (200069854)"


def test_sectors_and_sub_sectors_are_parts_too(refusal):
    rows = changed(files.sector_rows_2018(), 6, "ENSEMBLE", 1289)
    rows = changed(rows, 6, "NON_ANNEXE", 1200)
    said = refusal(as_xlsx(T4=rows), "EPCI2_OK_2018.xlsx")
    assert "feuille T4, ligne 6 :" in said
    assert "(1 289)" in said
    assert "(1 290, lignes 7, 8, 10, 11)" in said
    said = refusal(as_xlsx(T4=changed(files.sector_rows_2018(), 16, "NB_ETAB", 499)), "EPCI2_OK_2018.xlsx")
    assert "ligne 16 :" in said
    assert "(499)" in said


def test_women_and_men_are_parts_of_jobs_but_not_of_establishments(reading, refusal):
    # 300 + 400 establishments that employ men or women, of 450: some employ both.
    reading(as_csv(files.rows_2019(), encoding="utf-8"), "Tab_1_2019.csv")
    rows = changed(files.rows_2019(), 19, "Nombre_Poste_3112", "2401")
    said = refusal(as_csv(rows, encoding="utf-8"), "Tab_1_2019.csv")
    assert "ligne 10 :" in said
    assert "(3 701, lignes 18, 19)" in said
    rows = changed(files.rows_2019(), 19, "Nombre_etab", "451")
    assert "sa partie" in refusal(as_csv(rows, encoding="utf-8"), "Tab_1_2019.csv")


def test_a_secret_part_is_unknown_not_zero(reading):
    # The families known make 1 000 of 4 000: the rest may be in the secret one.
    content = as_csv(files.rows_2017(FAMILIES | {"1-ASSO+FOND": (400, "s", "s", "s", "s")}))
    assert values(reading(content).tables[0]) == 4000


def test_rounding_of_full_time_equivalents_and_pay_is_no_fault(reading):
    # Four numbers, each rounded to the tenth and to the euro: 0,2 and 2 at most.
    content = with_families(ESS=(500, 3670, 4000, "3430.55", 111999998))
    assert values(reading(content).tables[0], measure=Measure.FTE) == Decimal("3430.55")


def test_parts_that_leave_a_hole_are_told_not_refused(reading):
    (table,) = reading(with_families(ALL=(5001, 36670, 40000, "34430.75", 1112000000))).tables
    assert table.counts["odd"] == 1
    assert table.remarks[0].line == 11


@given(
    parts=st.tuples(*[st.integers(0, 10**6)] * 3),
    outside=st.tuples(*[st.integers(0, 10**6)] * 2),
    off=st.integers(-50, 0),
    hidden=st.sets(st.integers(0, 2)),
)
def test_whatever_the_figures_only_true_totals_pass(tmp_path_factory, parts, outside, off, hidden):
    ess = sum(parts)
    shown = ["s" if at in hidden else part for at, part in enumerate(parts)]
    known = sum(part for at, part in enumerate(parts) if at not in hidden)
    told = max(ess + off, 0)
    public, private = outside

    def row(value):
        return (value, 0, value, "0", 0)

    content = as_csv(
        files.rows_2017(
            {
                **dict(zip(("1-ASSO+FOND", "2-COOPERATIVES", "3-MUTUELLES"), map(row, shown), strict=True)),
                "4-ESS": row(told),
                "5-HORS ESS": row(public + private),
                "5A-PUBLIC": row(public),
                "5B-PRIVE": row(private),
                "6-TOTAL": row(told + public + private),
            }
        )
    )
    path = tmp_path_factory.mktemp("flores") / "T1_2017.csv"
    path.write_bytes(content)
    if told < known:
        with pytest.raises(WrongFile, match="plus petit"):
            read(path)
    else:
        assert values(read(path).tables[0]) == told


# --- what else is sent ----------------------------------------------------------------------------------------------


def test_an_unknown_file_is_told_what_is_known(refusal):
    said = refusal(b"nom;ville\nA;Poitiers\n", "contacts.csv")
    for known in ("Flores × ESS", "Flores par commune", "Urssaf", "densité", "Sirene"):
        assert known in said


@pytest.mark.parametrize(("content", "words"), [(b"", "vide"), (b"%PDF-1.7", "PDF"), (b"PK\x03\x04 x", "incomplet")])
def test_what_is_no_table_is_refused_in_words(refusal, content, words):
    assert words in refusal(content, "envoi.csv")


def test_a_file_of_200_megabytes_is_refused_unread(tmp_path, monkeypatch):
    path = tmp_path / "enorme.csv"
    with path.open("wb") as handle:
        handle.write(as_csv(files.rows_2017()))
        handle.truncate(200 * 1024 * 1024)  # a hole: nothing is written on the disk
    monkeypatch.setattr("pathlib.Path.read_bytes", lambda _: pytest.fail("lu en entier"))
    with pytest.raises(WrongFile, match=r"pèse 200.Mo : au-delà de 30.Mo"):
        read(path)
    assert LARGEST == 30 * 1024 * 1024


def test_of_a_formula_the_kept_value_counts_and_its_absence_is_no_zero(reading):
    # openpyxl keeps no value: as a workbook saved by a program that computed nothing.
    rows = changed(files.rows_2018(), 7, "ENSEMBLE", "=SUM(G2;G5;G6)")
    (table,) = reading(as_xlsx(T3=rows), "EPCI2_OK_2018.xlsx").tables
    assert table.counts["missing"] == 1
    assert table.counts["cells"] == 49


def test_a_workbook_with_macros_is_read_as_values(reading):
    content = io.BytesIO(as_xlsx(T3=files.rows_2018()))
    with zipfile.ZipFile(content, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 Shell")
    assert values(reading(content.getvalue(), "EPCI2_OK_2018.xlsm").tables[0]) == 4000


def test_the_density_grid_is_recognised(reading, refusal):
    grid = [["Grille communale"], [], ["CODGEO", "LIBGEO", "DENS", "DENS7"]]
    grid += [["86194", "Poitiers", 1, 2], ["86226", "Saint-Julien", 3, 6]]
    found = reading(as_xlsx(Feuille=grid), "grille.xlsx")
    assert isinstance(found, DensityGrid)
    assert found.levels == {"86194": 2, "86226": 6}
    three = [["CODGEO", "LIBGEO", "DENS"], ["86194", "Poitiers", 2]]
    assert "sept niveaux" in refusal(as_xlsx(Feuille=three), "grille3.xlsx")


def test_two_epci_in_one_table(reading):
    rows = files.rows_2017() + files.rows_2017(code=OTHER)[1:]
    (table,) = reading(as_csv(rows)).tables
    assert table.totals["intercommunalités"] == "2"
    assert table.totals["établissements de l’ESS"].replace("\u202f", "") == "1000"
