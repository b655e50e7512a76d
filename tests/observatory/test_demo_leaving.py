"""Invented and real figures: side by side never mixed, the real ones first; the invented ones leave with real data."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from essaim.foundation.models import JournalEntry
from essaim.observatory.actions.comments import save_comment
from essaim.observatory.actions.demonstration import REMOVED, remove_invented
from essaim.observatory.actions.facts import save_fact
from essaim.observatory.actions.loading import load
from essaim.observatory.demo import COMMENT
from essaim.observatory.enums import FactRole, Field, Level, Measure, Population, Source
from essaim.observatory.evaluation import calibrate, evaluate, history
from essaim.observatory.indicators import CATALOGUE
from essaim.observatory.layouts import read
from essaim.observatory.models import Cell, Comment, Note, PublishedFact, Vintage
from essaim.observatory.queries import book_of, home_territory
from essaim.observatory.reading import Reading, TableReading
from tests.foundation.factories import TerritoryFactory
from tests.geography.factories import load_small_cog
from tests.observatory.factories import EPCI, book, cell, note, vintage
from tests.observatory.layouts import files
from tests.observatory.layouts.files import HOME, as_csv

pytestmark = pytest.mark.django_db
JOBS = CATALOGUE["ess-jobs"]


@pytest.fixture
def cog():
    load_small_cog()
    TerritoryFactory(siren=HOME, name="CU du Grand Poitiers")


def flores_2017(folder: Path, **changes: tuple[object, ...]) -> Reading:
    path = folder / "EPCI_T1_2017.csv"
    path.write_bytes(as_csv(files.rows_2017(files.FAMILIES | changes)))
    found = read(path)
    assert isinstance(found, Reading)
    return found


def sirene(*, fictitious: bool, period: str = "2026-10") -> Reading:
    """A reading of one employer of Grand Poitiers."""
    row = cell(1, measure=Measure.ESTABLISHMENTS, family="association", sector="arts", size="01", line=None)
    everyone = row._replace(population=Population.ALL, family="", sector="")
    table = TableReading("ess", "sirene_extract", "Extrait", cells=[row, everyone])
    return Reading(
        Path("e.parquet"), "e.parquet", "0" * 64, 1, Source.SIRENE, Field.ACTIVE, period, "", [table], fictitious
    )


@pytest.mark.usefixtures("cog")
def test_a_real_file_stands_beside_the_invented_vintage_of_the_same_year_and_comes_first(tmp_path):
    invented = flores_2017(tmp_path)
    invented.fictitious = True
    load(reading=invented, by="test")
    more = {"4-ESS": (500, 3670, 4001, "3430.75", 112000000), "6-TOTAL": (5000, 36670, 40001, "34430.75", 1112000000)}
    assert load(reading=flores_2017(tmp_path, **more), by="test").written
    assert sorted(Vintage.objects.values_list("fictitious", flat=True)) == [False, True]
    known = book_of([home_territory()])
    figure = evaluate(JOBS, home_territory(), known)
    assert (figure.value, figure.fictitious) == (4001, False)
    past = history(JOBS, home_territory(), known)
    assert [(one.year, one.value) for one in past] == [(2017, 4001)], "one figure a year, the real one"


def test_an_older_real_vintage_comes_before_a_newer_invented_one():
    known = book(
        (note(Source.FLORES_ESS, "2018", fictitious=True), [cell(9)]), (note(Source.FLORES_ESS, "2017"), [cell(5)])
    )
    assert evaluate(JOBS, EPCI, known).value == 5
    assert [one.value for one in history(JOBS, EPCI, known)] == [5, 9], "two years: both are told"


@pytest.mark.parametrize(("observed", "counted"), [(False, False), (True, True), (False, True), (True, False)])
def test_a_calibration_never_joins_what_is_real_and_what_is_invented(observed, counted):
    jobs = [cell(100), cell(100, sector="education")]
    places = [cell(10, measure=Measure.ESTABLISHMENTS, family="association", sector="education", size="11")]
    known = book(
        (note(Source.FLORES_ESS, "2018", fictitious=observed), jobs),
        (note(Source.SIRENE, "2026-10", fictitious=counted), places),
        calibrators=[EPCI],
    )
    assert (calibrate(known) is not None) == (observed == counted)


def test_the_same_vintage_is_there_once_real_and_once_invented():
    vintage(Source.SIRENE, "2026-10", [], fictitious=True)
    vintage(Source.SIRENE, "2026-10", [])
    for fictitious in (True, False):
        with pytest.raises(IntegrityError), transaction.atomic():
            vintage(Source.SIRENE, "2026-10", [], fictitious=fictitious)


@pytest.mark.usefixtures("cog")
def test_a_real_extract_makes_the_invented_figures_leave(django_capture_on_commit_callbacks):
    home = home_territory()
    vintage(Source.FLORES_OPEN, "2024", [cell(9)], fictitious=True)
    vintage(Source.FLORES_ESS, "2018", [cell(7)])
    load(reading=sirene(fictitious=True), by="test")
    save_fact(
        role=FactRole.CITED, key="ess-jobs", territory=home, year=2016, value=Decimal(5), source_title="Insee",
        by="test",
    )  # fmt: skip
    save_comment(key="ess-jobs", territory=home, text=COMMENT, by="test")
    save_comment(key="ess-job-share", territory=home, text="Le nôtre.", by="test")
    told = []
    with django_capture_on_commit_callbacks(execute=True):
        load(reading=sirene(fictitious=False), by="test", progress=told.append)
    assert [(v.source, v.period, v.fictitious) for v in Vintage.objects.order_by("source")] == [
        ("flores_ess", "2018", False),
        ("sirene", "2026-10", False),
    ]
    assert set(Cell.objects.values_list("vintage__fictitious", flat=True)) == {False}
    assert [one.text for one in Comment.objects.all()] == ["Le nôtre."]
    assert PublishedFact.objects.count() == 1, "what was published is real: it stays"
    assert "retirés" in told[0]
    entry = JournalEntry.objects.get(verb=REMOVED)
    assert entry.before["vintages"] == ["Insee, Flores 2024", "Insee, Sirene 2026-10"]
    # A second one finds nothing to remove.
    load(reading=sirene(fictitious=False), by="test")
    assert JournalEntry.objects.filter(verb=REMOVED).count() == 1


@pytest.mark.usefixtures("cog")
def test_notes_made_of_invented_figures_leave_with_their_pdf(django_capture_on_commit_callbacks):
    storage = Note._meta.get_field("pdf").storage
    names = [storage.save(f"observatoire/notes/{year}.pdf", ContentFile(b"%PDF")) for year in (2024, 2025)]
    for year, name, invented in ((2024, names[0], True), (2025, names[1], False)):
        Note.objects.create(
            level=Level.EPCI,
            code=HOME,
            year=year,
            content={"fictitious": invented},
            pdf=name,
            issued_at=timezone.now(),
            issued_by="test",
        )
    vintage(Source.FLORES_OPEN, "2024", [cell(9)], fictitious=True)
    with django_capture_on_commit_callbacks(execute=True):
        assert remove_invented(by="test", reason="essai") == 1
    assert [one.year for one in Note.objects.all()] == [2025]
    assert [storage.exists(name) for name in names] == [False, True]
