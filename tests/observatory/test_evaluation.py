"""Figures worked out from cells: observed, secret, published, estimated, missing."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from essaim.geography.models import Epci
from essaim.observatory.book import FactNote
from essaim.observatory.enums import FactRole, Field, Level, Population, Source, Status
from essaim.observatory.evaluation import MOST_ERROR, calibrate, estimate, evaluate, history
from essaim.observatory.indicators import indicator
from essaim.observatory.queries import book_of
from essaim.observatory.territory import Territory
from tests.foundation.factories import TerritoryFactory
from tests.observatory.factories import EPCI, book, cell, note, vintage

ESS, ALL, OTHER = Population.ESS, Population.ALL, Population.PRIVATE_NON_ESS


def _flores(period="2018", ess=120, everybody=1000, **more):
    return note(Source.FLORES_ESS, period, **more), [
        cell(ess),
        cell(everybody, population=ALL),
        cell(500, population=OTHER),
        cell(12, measure="establishments"),
    ]


def test_a_share_divides_by_all_jobs_and_another_one_by_private_jobs():
    seen = book(_flores())
    assert evaluate(indicator("ess-job-share"), EPCI, seen).value == Decimal(12)
    private = evaluate(indicator("ess-private-job-share"), EPCI, seen)
    assert round(private.value, 2) == Decimal("19.35")
    assert private.source_line == "Insee, Flores × ESS, 2018"


def test_secret_is_never_a_zero():
    seen = book((note(Source.FLORES_ESS, "2018"), [cell(None), cell(10, population=ALL)]))
    for key in ("ess-jobs", "ess-job-share"):
        figure = evaluate(indicator(key), EPCI, seen)
        assert (figure.status, figure.value) == (Status.SECRET, None)


def test_another_field_never_comes_first_and_breaks_the_series():
    seen = book(_flores("2018"), _flores("2019", 90, 900, field=Field.NON_ANNEX_POSTS))
    assert evaluate(indicator("ess-jobs"), EPCI, seen).period == "2018"
    assert [(f.period, f.field) for f in history(indicator("ess-jobs"), EPCI, seen)] == [
        ("2018", Field.ALL_POSTS),
        ("2019", Field.NON_ANNEX_POSTS),
    ]


def _sirene(*sizes):
    return note(Source.SIRENE, "2026-10"), [
        cell(number, measure="establishments", family="association", sector=sector, size=size, line=None)
        for number, size, sector in sizes
    ] + [cell(9, measure="establishments", population=ALL, size="11", line=None)]


def test_bands_give_an_interval_and_no_centre_without_calibration():
    seen = book(_sirene((2, "01", "sport"), (1, "12", "social_lodging"), (5, "NN", "sport"), (1, "00", "arts")))
    figure = estimate(indicator("ess-jobs"), EPCI, seen)
    assert (figure.status, figure.low, figure.high, figure.value) == (Status.ESTIMATED, 22, 53, None)
    assert estimate(indicator("ess-employer-establishments"), EPCI, seen).value == 4
    share = estimate(indicator("ess-job-share"), EPCI, seen)
    assert share.status == Status.MISSING


def test_the_last_band_has_no_upper_bound():
    figure = estimate(indicator("ess-jobs"), EPCI, book(_sirene((1, "53", "finance"))))
    assert (figure.low, figure.high) == (10_000, None)


def test_open_flores_is_the_denominator_of_an_estimated_share():
    seen = book(
        _sirene((2, "01", "sport"), (1, "12", "social_lodging")),
        (
            note(Source.FLORES_OPEN, "2024"),
            [cell(400, population=Population.PUBLIC), cell(600, population=Population.PRIVATE)],
        ),
    )
    share = estimate(indicator("ess-job-share"), EPCI, seen)
    assert (share.low, share.high) == (Decimal("2.2"), Decimal("5.3"))
    assert share.source_line == (
        "Estimation d’après Insee, Sirene, octobre\u00a02026 ; emplois de toute l’économie : Insee, Flores, 2024"
    )
    private = estimate(indicator("ess-private-job-share"), EPCI, seen)
    assert round(private.low, 2) == Decimal("3.67")


NEIGHBOUR = Territory(Level.EPCI, "200069763", "CC du Haut-Poitou")


def _calibrated(sport=30, social=70, *, invented=False):
    """A table of home by sector, and the same Sirene bands at home and next door."""
    sirene, bands = _sirene((10, "01", "sport"), (2, "12", "social_lodging"))
    return book(
        (note(Source.FLORES_ESS, "2018"), [cell(sport, sector="sport"), cell(social, sector="social"), cell(100)]),
        (replace(sirene, fictitious=invented), bands + [one._replace(code=NEIGHBOUR.code) for one in bands]),
        calibrators=[EPCI],
    )


def test_a_calibration_is_named_with_its_error():
    figure = estimate(indicator("ess-jobs"), NEIGHBOUR, _calibrated())
    assert figure.calibration is not None
    assert figure.calibration.observed.period == "2018"
    assert figure.value == Decimal(100)
    assert 0 < figure.calibration.error < MOST_ERROR
    assert figure.no_centre == ""


def test_a_calibration_that_misses_the_sectors_gives_no_centre_and_says_by_how_much():
    seen = _calibrated(sport=90, social=10)
    found = calibrate(seen)
    assert found is not None
    assert found.error > MOST_ERROR
    assert not found.holds
    figure = estimate(indicator("ess-jobs"), NEIGHBOUR, seen)
    assert (figure.status, figure.value, figure.calibration) == (Status.ESTIMATED, None, None)
    assert (figure.low, figure.high) == (50, 118), "the interval stays"
    assert "Calage écarté : écart de 143" in figure.no_centre


def test_where_the_calibration_comes_from_there_is_no_centre():
    figure = estimate(indicator("ess-jobs"), EPCI, _calibrated())
    assert (figure.value, figure.calibration, figure.low, figure.high) == (None, None, 50, 118)
    assert "ajusté sur ce territoire" in figure.no_centre


def test_a_centre_never_joins_an_invented_register_and_a_real_table():
    figure = estimate(indicator("ess-jobs"), NEIGHBOUR, _calibrated(invented=True))
    assert (figure.status, figure.value, figure.calibration) == (Status.ESTIMATED, None, None)


def test_a_calibration_of_the_other_world_leaves_room_for_one_of_the_same():
    sirene, bands = _sirene((10, "01", "sport"), (2, "12", "social_lodging"))
    table = [cell(30, sector="sport"), cell(70, sector="social"), cell(100)]
    there = [one._replace(code=NEIGHBOUR.code) for one in bands]
    seen = book(
        (note(Source.FLORES_ESS, "2018"), table),
        (sirene, bands),
        (note(Source.FLORES_ESS, "2017", fictitious=True), table),
        (replace(sirene, pk=sirene.pk + 10_000, fictitious=True), bands + there),
        calibrators=[EPCI],
    )
    figure = estimate(indicator("ess-jobs"), NEIGHBOUR, seen)
    assert figure.numerator.vintage.fictitious
    assert figure.calibration.observed.fictitious
    assert figure.calibration.counted.fictitious


def test_what_a_real_table_hides_an_invented_one_never_tells():
    seen = book(
        (note(Source.FLORES_ESS, "2018"), [cell(None)]),
        (note(Source.FLORES_ESS, "2017", fictitious=True), [cell(42)]),
    )
    assert evaluate(indicator("ess-jobs"), EPCI, seen).status == Status.SECRET


def test_what_an_invented_table_hides_a_real_one_may_tell():
    seen = book(
        (note(Source.FLORES_ESS, "2018", fictitious=True), [cell(None, population=ALL)]),
        (note(Source.FLORES_OPEN, "2017"), [cell(42, population=ALL)]),
    )
    assert evaluate(indicator("all-jobs"), EPCI, seen).value == 42


def test_a_share_never_divides_an_invented_register_by_real_jobs():
    sirene, bands = _sirene((2, "01", "sport"))
    seen = book(
        (replace(sirene, fictitious=True), bands),
        (note(Source.FLORES_OPEN, "2024"), [cell(400, population=ALL)]),
    )
    assert estimate(indicator("ess-job-share"), EPCI, seen).status == Status.MISSING


def _fact(year, field, value):
    return FactNote(
        1, FactRole.CITED, "ess-jobs", Level.EPCI, EPCI.code, year, field, Decimal(value), "", "Une étude", "", None, ""
    )


def test_a_fact_whose_field_nobody_said_never_doubles_a_year():
    facts = [_fact(2018, None, 7), _fact(2016, None, 5), _fact(2016, Field.ALL_POSTS, 6)]
    seen = book(_flores("2018"), facts=facts)
    past = history(indicator("ess-jobs"), EPCI, seen)
    assert [(one.year, one.value) for one in past] == [(2016, 6), (2018, 120)]


@pytest.mark.django_db
def test_without_a_table_of_its_own_the_largest_epci_told_calibrates_and_is_named():
    TerritoryFactory(siren=EPCI.code, name=EPCI.name)
    for siren, jobs in (("200041317", 150), ("200069855", 90)):
        Epci.objects.create(siren=siren, name=f"Voisine {siren}", cog_year=2026)
        vintage(
            Source.FLORES_ESS,
            "2018" if jobs == 150 else "2017",
            [cell(jobs, code=siren), cell(jobs, code=siren, sector="sport")],
        )
    bands = [
        cell(10, measure="establishments", family="association", sector="sport", size="11", line=None, code=code)
        for code in (EPCI.code, "200041317")
    ]
    vintage(Source.SIRENE, "2026-10", bands)
    figure = estimate(indicator("ess-jobs"), EPCI, book_of([EPCI]))
    assert figure.calibration.territory.name == "Voisine 200041317"
    assert figure.value is None or figure.low <= figure.value <= figure.high
