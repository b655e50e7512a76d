"""Loading a source file: all or nothing, once, replacing and telling; two at once; what stays secret."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from threading import Barrier, Thread

import pytest
from django.db import connection

from essaim.foundation.errors import Busy
from essaim.foundation.models import JournalEntry
from essaim.geography.models import Commune, Density
from essaim.observatory import load_plan
from essaim.observatory.actions import loading
from essaim.observatory.actions.loading import LOADED, load, preview
from essaim.observatory.book import CellRow
from essaim.observatory.enums import Field, Level, Measure, Population, Source
from essaim.observatory.layouts import read
from essaim.observatory.models import Cell, SourceFile, Vintage
from essaim.observatory.reading import Reading, TableReading, WrongFile
from tests.foundation.factories import TerritoryFactory
from tests.geography.factories import CITY, load_small_cog
from tests.observatory.layouts import files
from tests.observatory.layouts.files import FAMILIES, HOME, OTHER, as_csv, as_xlsx, changed

pytestmark = pytest.mark.django_db
BY = "test"
Read = Callable[..., Reading]


@pytest.fixture
def cog():
    load_small_cog()
    TerritoryFactory(siren=HOME, name="CU du Grand Poitiers")


@pytest.fixture
def reading(tmp_path) -> Read:
    def read_it(content: bytes, name: str = "EPCI_T1_2017.csv", **more: object) -> Reading:
        path = tmp_path / name
        path.write_bytes(content)
        return read(path, **more)  # type: ignore[arg-type,return-value]

    return read_it


def value(measure=Measure.JOBS, population=Population.ESS, **axes):
    """The one stored value of these axes."""
    empty = {"family": "", "sector": "", "workers": "", "level": Level.EPCI, "code": HOME}
    return Cell.objects.get(measure=measure, population=population, **(empty | axes)).value


def whole(families=FAMILIES):
    """2018, families and sectors in one workbook."""
    return as_xlsx(T3=files.rows_2018(families), T4=files.sector_rows_2018())


def bigger_ess():
    """2017 with one more job in the cooperatives, and in what they are part of."""
    return FAMILIES | {
        "2-COOPERATIVES": (60, 780, 801, "750.5", 31000000),
        "4-ESS": (500, 3670, 4001, "3430.75", 112000000),
        "6-TOTAL": (5000, 36670, 40001, "34430.75", 1112000000),
    }


# --- once -----------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("cog")
def test_a_preview_writes_nothing(reading):
    report = preview(reading(whole(), "EPCI2_OK_2018.xlsx"))
    assert not report.written
    assert not report.already
    assert (Vintage.objects.count(), Cell.objects.count(), JournalEntry.objects.filter(verb=LOADED).count()) == (0,) * 3
    (vintage,) = report.vintages
    assert [table.added for table in vintage.tables] == [50, 70]
    assert vintage.tables[1].elsewhere == 5
    assert vintage.pk is None
    assert json.loads(json.dumps(report.as_dict()))["vintages"][0]["tables"][0]["sheet"] == "T3"
    said = "\n".join(report.lines())
    assert "Insee, Flores × ESS 2018" in said
    assert "Feuille T3" in said
    assert "emplois de l’ESS : 4\u202f000" in said


@pytest.mark.usefixtures("cog")
def test_a_load_writes_all_and_publishes(reading):
    one = reading(whole(), "EPCI2_OK_2018.xlsx")
    report = load(reading=one, by=BY)
    assert report.written
    vintage = Vintage.objects.get()
    assert (vintage.source, vintage.field, vintage.period, vintage.year) == ("flores_ess", "all_posts", "2018", 2018)
    assert vintage.published_at is not None
    assert not vintage.fictitious
    families, sectors = vintage.files.all()
    assert (families.table, families.sheet, families.cells.count()) == ("families", "T3", 50)
    assert (sectors.table, sectors.sheet, sectors.cells.count()) == ("sectors-2", "T4", 70)
    assert families.sha256 == one.sha256
    assert families.report["counts"]["rows_read"] == 10
    assert value() == 4000
    assert value(sector="home_care") == 220
    assert value(family="association") is None
    entry = JournalEntry.objects.get(verb=LOADED)
    assert (entry.by_label, entry.reason) == (BY, "EPCI2_OK_2018.xlsx")
    assert entry.after["sha256"] == one.sha256
    assert entry.after["tables"]["families"]["cells"] == 50
    assert "chargé et publié" in report.lines()[-1]


@pytest.mark.usefixtures("cog")
def test_the_same_file_twice_writes_once(reading):
    content = whole()
    load(reading=reading(content, "EPCI2_OK_2018.xlsx"), by=BY)
    before = (JournalEntry.objects.count(), list(SourceFile.objects.values_list("pk", flat=True)))
    again = load(reading=reading(content, "autre_nom_2018.xlsx"), by=BY)
    assert again.already
    assert not again.written
    assert (JournalEntry.objects.count(), list(SourceFile.objects.values_list("pk", flat=True))) == before
    assert "déjà chargé" in again.lines()[-1]
    assert preview(reading(content, "EPCI2_OK_2018.xlsx")).already


@pytest.mark.usefixtures("cog")
def test_another_file_of_the_same_table_replaces_and_says_how_many_figures_changed(reading):
    load(reading=reading(as_csv(files.rows_2017())), by=BY)
    fewer = {label: row for label, row in bigger_ess().items() if label != "1B-FONDATIONS"}
    told = preview(reading(as_csv(files.rows_2017(fewer)), "corrige_2017.csv")).vintages[0].tables[0]
    assert value() == 4000
    report = load(reading=reading(as_csv(files.rows_2017(fewer)), "corrige_2017.csv"), by=BY)
    table = report.vintages[0].tables[0]
    assert (table.added, table.changed, table.removed, table.replaces) == (0, 3, 5, "EPCI_T1_2017.csv")
    assert (told.added, told.changed, told.removed, told.replaces) == (0, 3, 5, "EPCI_T1_2017.csv")
    assert SourceFile.objects.get().name == "corrige_2017.csv"
    assert value() == 4001
    assert Cell.objects.count() == 45
    last = JournalEntry.objects.filter(verb=LOADED).order_by("-pk")[0]
    assert last.before["sha256"].keys() == {"families"}
    assert last.after["tables"]["families"] == {"sheet": "", "cells": 45, "added": 0, "changed": 3, "removed": 5}


@pytest.mark.usefixtures("cog")
def test_the_same_figures_under_another_checksum_are_no_change(reading):
    load(reading=reading(as_csv(files.rows_2017())), by=BY)
    table = load(reading=reading(as_csv(files.rows_2017(), delimiter=";")), by=BY).vintages[0].tables[0]
    assert not table.already
    assert (table.added, table.changed, table.removed) == (0, 0, 0)


@pytest.mark.usefixtures("cog")
def test_three_years_are_three_vintages_and_2019_another_field(reading):
    load(reading=reading(as_csv(files.rows_2017())), by=BY)
    load(reading=reading(whole(), "EPCI2_OK_2018.xlsx"), by=BY)
    load(reading=reading(as_csv(files.rows_2019(), encoding="utf-8"), "Tab_1_2019.csv"), by=BY)
    assert [(row.period, row.field) for row in Vintage.objects.order_by("year")] == [
        ("2017", Field.ALL_POSTS),
        ("2018", Field.ALL_POSTS),
        ("2019", Field.NON_ANNEX_POSTS),
    ]


# --- drafts ---------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("cog")
def test_a_draft_waits(reading):
    report = load(reading=reading(as_csv(files.rows_2017())), by=BY, publish=False)
    assert Vintage.objects.get().published_at is None
    assert "en attente de publication" in report.lines()[-1]
    again = load(reading=reading(as_csv(files.rows_2017())), by=BY)
    assert again.already
    assert "attend d’être publié" in again.lines()[-1]
    assert Vintage.objects.get().published_at is None


@pytest.mark.usefixtures("cog")
def test_a_draft_over_what_is_public_is_refused(reading):
    load(reading=reading(as_csv(files.rows_2017())), by=BY)
    with pytest.raises(WrongFile, match=r"déjà publié.*ou enregistrez en publiant"):
        load(reading=reading(as_csv(files.rows_2017(bigger_ess()))), by=BY, publish=False)
    assert value() == 4000


# --- tables that meet -----------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("cog")
def test_the_same_figure_in_two_tables_is_kept_once(reading):
    load(reading=reading(as_csv(files.rows_2017())), by=BY)
    sectors = as_csv(files.sector_rows_2017(files.SECTORS_2, "typo2"))
    table = load(reading=reading(sectors, "EPCI_T3_2017.csv"), by=BY).vintages[0].tables[0]
    assert (table.elsewhere, table.added) == (5, 70)
    assert value() == 4000
    assert load(reading=reading(sectors, "EPCI_T3_2017.csv"), by=BY).already


@pytest.mark.usefixtures("cog")
def test_another_value_in_another_table_is_refused_and_both_are_named(reading):
    load(reading=reading(as_csv(files.rows_2017(bigger_ess()))), by=BY)
    sectors = reading(as_csv(files.sector_rows_2017(files.SECTORS_2, "typo2")), "EPCI_T3_2017.csv")
    for act in (preview, lambda one: load(reading=one, by=BY)):
        with pytest.raises(WrongFile) as refusal:
            act(sectors)
        said = str(refusal.value).replace("\u202f", " ")
        for words in ("« EPCI_T3_2017.csv », ligne 16", "4 000", "« EPCI_T1_2017.csv », ligne 7", "4 001"):
            assert words in said
    assert SourceFile.objects.count() == 1


@pytest.mark.usefixtures("cog")
def test_two_tables_of_one_file_that_contradict_each_other_are_refused(reading):
    with pytest.raises(WrongFile, match=r"T4.*T3"):
        load(reading=reading(whole(bigger_ess()), "EPCI2_OK_2018.xlsx"), by=BY)
    assert Vintage.objects.count() == 0


ASSOCIATIONS = {"TOUS SECTEURS": (398, 2690, 2980, "2480", 74000000)}


@pytest.mark.usefixtures("cog")
@pytest.mark.parametrize("families_first", [True, False])
def test_what_one_table_hides_stays_hidden_whichever_comes_first(reading, families_first):
    """The table by sector gives the associations; beside « associations et fondations », it tells of two employers."""
    rows = files.sector_rows_2017(ASSOCIATIONS, "typo2")
    hidden = reading(as_csv(files.rows_2017()), "EPCI_T1_2017.csv")
    given = reading(as_csv(changed(rows, 2, "jurid2", "2-TOTAL-ASSOCIATIONS")), "EPCI_T3_2017.csv")
    order = [hidden, given] if families_first else [given, hidden]
    reports = [load(reading=one, by=BY) for one in order]
    assert value(family="association") is None
    assert value(Measure.ESTABLISHMENTS, family="association") == 398
    table = reports[1].vintages[0].tables[0]
    assert table.counts["hidden"] == 4
    assert "2980" not in "".join(reports[1].lines()).replace("\u202f", "")
    assert all(load(reading=one, by=BY).already for one in order)


@pytest.mark.usefixtures("cog")
def test_in_one_workbook_too_in_both_orders(reading):
    rows = files.sector_rows_2018(ASSOCIATIONS, "2-TOTAL-ASSOCIATIONS")
    for sheets in ({"T3": files.rows_2018(), "T4": rows}, {"T3": rows, "T4": files.rows_2018()}):
        Vintage.objects.all().delete()
        load(reading=reading(as_xlsx(**sheets), "EPCI2_OK_2018.xlsx"), by=BY)
        assert value(family="association") is None


ASSOCIATION_SECTORS: dict[str, tuple[object, ...]] = {
    "2-ENSEIGNEMENT": (98, 690, 780, "680", 24000000),
    "5-ACTION SOCIALE": (300, 2000, 2200, "1800", 50000000),
    **ASSOCIATIONS,
}


def _by_sector(reading):
    rows = files.sector_rows_2017(ASSOCIATION_SECTORS, "typo2")
    for line in range(2, len(rows) + 1):
        rows = changed(rows, line, "jurid2", "2-TOTAL-ASSOCIATIONS")
    return reading(as_csv(rows), "EPCI_T3_2017.csv")


@pytest.mark.usefixtures("cog")
@pytest.mark.parametrize("families_first", [True, False])
def test_the_sectors_of_a_family_whose_total_is_hidden_are_hidden_too(reading, families_first):
    """780 + 2 200 jobs of the associations, of 3 000 with the foundations: two foundations would have 20."""
    hidden, given = reading(as_csv(files.rows_2017()), "EPCI_T1_2017.csv"), _by_sector(reading)
    order = [hidden, given] if families_first else [given, hidden]
    load(reading=order[0], by=BY)
    told = preview(order[1])
    report = load(reading=order[1], by=BY)
    measures = (Measure.JOBS, Measure.NON_ANNEX_JOBS, Measure.FTE, Measure.GROSS_PAY)
    for measure in measures:
        assert [value(measure, family="association", sector=key) for key in ("", "education", "social")] == [None] * 3
    assert value(Measure.ESTABLISHMENTS, family="association", sector="social") == 300
    table = report.vintages[0].tables[0]
    assert table.counts["veiled"] == 2 * len(measures)
    said = "\n".join(report.lines()).replace("\u00a0", " ")
    assert "8 chiffres gardés secrets" in said
    assert "pour ne pas révéler" in said
    assert "2200" not in "".join(report.lines()).replace("\u202f", "")
    assert told.vintages[0].tables[0].counts == table.counts
    assert all(load(reading=one, by=BY).already for one in order)


@pytest.mark.usefixtures("cog")
def test_in_one_workbook_the_sectors_are_hidden_too_in_both_orders(reading):
    rows = files.sector_rows_2018(ASSOCIATION_SECTORS, "2-TOTAL-ASSOCIATIONS")
    for sheets in ({"T3": files.rows_2018(), "T4": rows}, {"T3": rows, "T4": files.rows_2018()}):
        Vintage.objects.all().delete()
        one = reading(as_xlsx(**sheets), "EPCI2_OK_2018.xlsx")
        load(reading=one, by=BY)
        assert value(family="association", sector="social") is None
        assert value(Measure.FTE, family="association", sector="education") is None
        assert load(reading=one, by=BY).already


@pytest.mark.usefixtures("cog")
def test_a_later_file_hides_what_was_loaded_before_this_rule(reading):
    """Cells stored with their value by an older version leave at the next load of the table that hides the total."""
    families, given = reading(as_csv(files.rows_2017()), "EPCI_T1_2017.csv"), _by_sector(reading)
    load(reading=families, by=BY)
    load(reading=given, by=BY)
    cells = Cell.objects.filter(family="association", measure=Measure.JOBS)
    cells.filter(sector="education").update(value=780)
    cells.filter(sector="social").update(value=2200)
    assert not load(reading=families, by=BY).already
    assert value(family="association", sector="social") is None


@pytest.mark.usefixtures("cog")
def test_the_same_table_of_other_epci_stands_beside_the_first(reading):
    cities = reading(as_xlsx(T3=files.rows_2018()), "EPCI2_OK_2018.xlsx")
    others = reading(as_xlsx(T3=files.rows_2018(code=OTHER)), "EPCI1_OK_2018.xlsx")
    load(reading=cities, by=BY)
    table = load(reading=others, by=BY).vintages[0].tables[0]
    assert (table.name, table.added, table.removed, table.replaces) == ("families (2)", 50, 0, "")
    assert value() == value(code=OTHER) == 4000
    assert load(reading=cities, by=BY).already
    assert load(reading=others, by=BY).already
    corrected = reading(as_xlsx(T3=files.rows_2018(bigger_ess(), code=OTHER)), "EPCI1_corrige_2018.xlsx")
    assert load(reading=corrected, by=BY).vintages[0].tables[0].replaces == "EPCI1_OK_2018.xlsx"
    assert (value(), value(code=OTHER)) == (4000, 4001)


# --- territories ----------------------------------------------------------------------------------------------------


def test_without_the_geographic_code_nothing_is_recognised(reading):
    with pytest.raises(WrongFile, match="essaim geography load"):
        preview(reading(as_csv(files.rows_2017())))


@pytest.mark.usefixtures("cog")
def test_an_epci_that_does_not_exist_is_refused_and_told_the_others_stay(reading):
    rows = files.rows_2017() + files.rows_2017(code="299999999")[1:]
    report = load(reading=reading(as_csv(rows)), by=BY)
    table = report.vintages[0].tables[0]
    assert (table.counts["rows_kept"], table.counts["refused"], table.added) == (10, 10, 50)
    (remark,) = table.remarks
    assert remark.line == 12
    assert "299999999" in remark.text
    assert not Cell.objects.filter(code="299999999").exists()


@pytest.mark.usefixtures("cog")
def test_a_file_of_unknown_epci_only_is_refused(reading):
    with pytest.raises(WrongFile, match="299999999"):
        load(reading=reading(as_csv(files.rows_2017(code="299999999"))), by=BY)
    assert Vintage.objects.count() == 0


def by_commune(*cells: tuple[str, object]) -> Reading:
    """A reading of jobs by commune."""
    table = TableReading("communes", "test", "Essai")
    table.cells = [
        CellRow(
            0, 0, line, Level.COMMUNE, code, Population.ALL, "", "", "", "", Measure.JOBS,
            None if number is None else Decimal(str(number)),
        )
        for line, (code, number) in enumerate(cells, 2)
    ]  # fmt: skip
    return Reading(Path("x.csv"), "x.csv", "0" * 64, 1, Source.FLORES_OPEN, Field.OPEN_POSTS, "2018", "", [table])


@pytest.mark.usefixtures("cog")
def test_communes_merged_since_add_up_and_one_secret_makes_the_sum_secret():
    load(
        reading=by_commune(
            ("86219", 40), ("86019", 60), ("86194", 100), ("86038", None), ("86226", 7), ("86281", 9), ("69383", 5)
        ),
        by=BY,
    )  # fmt: skip
    stored = {(cell.code, cell.line): cell.value for cell in Cell.objects.all()}
    # 86281 and Lyon are known but not served; Saint-Julien keeps its line.
    assert stored == {("86019", None): 100, ("86194", None): None, ("86226", 6): 7}


@pytest.mark.usefixtures("cog")
@pytest.mark.parametrize(
    ("level", "code"),
    [(Level.DEPARTMENT, "00"), (Level.REGION, "99"), (Level.COUNTRY, "FM"), (Level.EPCI, "123456789")],
)
def test_a_territory_that_does_not_exist_is_refused_and_told_whatever_its_level(reading, level, code):
    found = reading(as_csv(files.rows_2017()))
    table = found.tables[0]
    kept = len(table.cells)
    table.cells.append(table.cells[0]._replace(level=level.value, code=code, line=99))
    report = load(reading=found, by=BY).vintages[0].tables[0]
    assert any(code in remark.text and remark.line == 99 for remark in report.remarks)
    assert report.counts["refused"] == 1
    assert Cell.objects.count() == kept
    assert not Cell.objects.filter(code=code).exists()


@pytest.mark.usefixtures("cog")
def test_a_commune_that_does_not_exist_is_told():
    report = preview(by_commune(("86194", 100), ("86999", 3)))
    table = report.vintages[0].tables[0]
    assert table.counts["refused"] == 1
    assert "86999" in table.remarks[0].text
    with pytest.raises(WrongFile, match="86999"):
        preview(by_commune(("86999", 3)))


@pytest.mark.usefixtures("cog")
def test_the_same_file_is_read_again_once_another_territory_is_served():
    one = by_commune(("86194", 100), ("69123", 300))
    load(reading=one, by=BY)
    assert load(reading=one, by=BY).already
    TerritoryFactory(siren=CITY, name="Métropole de Lyon")
    table = load(reading=one, by=BY).vintages[0].tables[0]
    assert (table.added, table.already) == (1, False)


# --- several years, the grid ----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("cog")
def test_the_years_of_one_file_are_loaded_together_or_not_at_all(reading):
    older, newer = by_commune(("86194", 90)), by_commune(("86194", 100))
    older.period, newer.period = "2017", "2018"
    newer.siblings = [older]
    report = load(reading=newer, by=BY)
    assert [vintage.period for vintage in report.vintages] == ["2018", "2017"]
    assert Vintage.objects.count() == 2
    older.tables[0].cells = by_commune(("86999", 1)).tables[0].cells
    newer.tables[0].cells = by_commune(("86194", 101)).tables[0].cells
    with pytest.raises(WrongFile):
        load(reading=newer, by=BY)
    assert value(population=Population.ALL, level=Level.COMMUNE, code="86194", vintage__period="2018") == 100


@pytest.mark.usefixtures("cog")
def test_the_density_grid_goes_to_the_communes(tmp_path):
    path = tmp_path / "grille.csv"
    path.write_text("CODGEO;DENS;DENS7\n86194;1;2\n86226;3;6\n99999;3;7\n")
    grid = read(path)
    before = Commune.objects.get(pk="86194").density
    told = preview(grid)
    assert (told.rows, told.known, told.written) == (3, 2, False)
    assert Commune.objects.get(pk="86194").density == before != Density.MEDIUM_CENTRES
    report = load(reading=grid, by=BY)
    assert (report.updated, report.written) == (2, True)
    assert Commune.objects.get(pk="86194").density == Density.MEDIUM_CENTRES
    assert load(reading=grid, by=BY).already
    assert "grille" in report.lines()[0]


# --- two at once ----------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_loads_at_once_write_once(reading, cog, monkeypatch):
    one = reading(whole(), "EPCI2_OK_2018.xlsx")
    ready = Barrier(2)
    members = loading._members

    def both_have_read(*args):
        found = members(*args)
        ready.wait(20)
        return found

    monkeypatch.setattr(loading, "_members", both_have_read)
    results: list[object] = [None, None]

    def run(at):
        try:
            results[at] = load(reading=one, by=f"personne {at}")
        except Busy as refusal:
            results[at] = refusal
        finally:
            connection.close()

    threads = [Thread(target=run, args=(at,)) for at in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    written = [result for result in results if not isinstance(result, Busy) and result.written]
    assert len(written) == 1
    assert all(isinstance(result, Busy) or result.already for result in results if result is not written[0])
    assert (Vintage.objects.count(), SourceFile.objects.count(), Cell.objects.count()) == (1, 2, 120)
    assert JournalEntry.objects.filter(verb=LOADED).count() == 1


@pytest.mark.usefixtures("cog")
def test_what_fails_in_the_middle_leaves_nothing(reading, monkeypatch):
    load(reading=reading(as_csv(files.rows_2017())), by=BY)
    monkeypatch.setattr(loading.journal, "record", lambda **_: (_ for _ in ()).throw(RuntimeError("panne")))
    with pytest.raises(RuntimeError, match="panne"):
        load(reading=reading(as_csv(files.rows_2017(bigger_ess()))), by=BY)
    assert value() == 4000


def test_the_axes_of_a_cell_are_those_of_the_model():
    row = CellRow(1, 2, 3, *"abcdefgh", Decimal(4))
    assert load_plan.key_of(row) == tuple("abcdefgh")
