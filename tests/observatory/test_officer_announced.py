"""Announced beside computed: they agree at the announced rounding, or not; a figure ages."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from essaim.observatory.announced import AGED_AFTER, Verdict, announced_beside, announced_text, precision
from essaim.observatory.book import FactNote
from essaim.observatory.enums import FactRole, Field, Level, Population, Source, Status
from essaim.observatory.evaluation import Figure, evaluate, history
from essaim.observatory.indicators import CATALOGUE, Unit
from tests.observatory.factories import EPCI, book, cell, note

SHARE, PLACES = "ess-job-share", "ess-employer-establishments"


def fact(value, year=2018, *, indicator=SHARE, role=FactRole.ANNOUNCED, code=EPCI.code, wording=""):
    return FactNote(
        1, role, indicator, Level.EPCI, code, year, None, Decimal(str(value)), wording, "Ville-Test", "",
        date(2019, 5, 4), "",
    )  # fmt: skip


def figure(value, year=2018, *, indicator=SHARE, status=Status.OBSERVED, low=None, high=None):
    def number(one):
        return None if one is None else Decimal(str(one))

    return Figure(
        CATALOGUE[indicator], EPCI, status, str(year), year, Field.ALL_POSTS, number(value), number(low), number(high)
    )


def beside(announced, shown, past=None):
    told = announced_beside({shown.indicator.key: shown}, [announced], past)
    return told[shown.indicator.key]


@pytest.mark.parametrize(
    ("value", "unit", "step"),
    [
        ("11", Unit.PERCENT, "1"),
        ("11.00", Unit.PERCENT, "1"),
        ("10", Unit.PERCENT, "1"),
        ("11.4", Unit.PERCENT, "0.1"),
        ("11.45", Unit.PERCENT, "0.01"),
        ("0", Unit.PERCENT, "1"),
        ("1000", Unit.COUNT, "100"),
        ("10900.00", Unit.COUNT, "100"),
        ("1003", Unit.COUNT, "1"),
        ("20", Unit.COUNT, "1"),
        ("100", Unit.COUNT, "10"),
        ("5", Unit.COUNT, "1"),
        ("0", Unit.COUNT, "1"),
        ("8700.5", Unit.COUNT, "0.1"),
    ],
)
def test_the_step_of_a_rounded_number(value, unit, step):
    assert precision(Decimal(value), unit) == Decimal(step)


@given(st.decimals(min_value=0, max_value=10**15, places=2), st.sampled_from(list(Unit)))
def test_a_number_always_agrees_with_itself_and_its_step_never_hides_two_digits(value, unit):
    step = precision(value, unit)
    assert step > 0
    assert value % step == 0
    if step > 1:
        assert step * 10 <= value


@pytest.mark.parametrize(
    ("said", "computed", "indicator", "verdict"),
    [
        ("11", "11.4", SHARE, Verdict.AGREES),
        ("11", "10.5", SHARE, Verdict.AGREES),
        ("11", "11.51", SHARE, Verdict.DIFFERS),
        ("11.4", "11.397", SHARE, Verdict.AGREES),
        ("11.0", "11.4", SHARE, Verdict.AGREES),
        ("11.2", "11.4", SHARE, Verdict.DIFFERS),
        ("1000", "1003", PLACES, Verdict.AGREES),
        ("1000", "1051", PLACES, Verdict.DIFFERS),
        ("1003", "1000", PLACES, Verdict.DIFFERS),
    ],
)
def test_agreeing_at_the_announced_rounding(said, computed, indicator, verdict):
    told = beside(fact(said, indicator=indicator), figure(computed, indicator=indicator))
    assert told.verdict == verdict


@time_machine.travel("2026-11-24 12:00")
def test_the_sentence_says_both_and_the_age():
    vintage = note(Source.FLORES_ESS, "2018")
    cells = [cell(1140), cell(10_000, population=Population.ALL)]
    shown = evaluate(CATALOGUE[SHARE], EPCI, book((vintage, cells)))
    told = beside(fact(11), shown)
    assert told.sentence.replace("\u202f", " ").replace("\u00a0", " ") == (
        "Annoncé : 11 % (Ville-Test, 2018). Calculé : 11,4 %, Insee, Flores × ESS, 2018. "
        "Les deux s’accordent, à l’arrondi près. Ce chiffre a huit ans."
    )
    assert told.is_aged
    assert told.newer is None


@pytest.mark.parametrize(("today", "aged"), [("2021-12-31", False), ("2022-01-02", True), ("2018-06-01", False)])
def test_a_figure_ages_after_three_years(today, aged):
    with time_machine.travel(f"{today} 12:00"):
        told = beside(fact(11), figure("11.4"))
    assert told.is_aged is aged
    assert ("Ce chiffre a" in told.sentence) is aged
    assert AGED_AFTER == 3


@time_machine.travel("2042-01-15")
def test_old_ages_are_written_in_digits():
    assert "Ce chiffre a 24\u00a0ans." in beside(fact(11), figure("11.4")).sentence


@time_machine.travel("2020-01-15")
def test_a_newer_vintage_ages_it_at_once_and_its_own_year_is_still_checked():
    older, newer = note(Source.FLORES_ESS, "2018"), note(Source.FLORES_ESS, "2019")
    cells = [cell(1140), cell(10_000, population=Population.ALL)]
    both = book((older, cells), (newer, [cell(1200), cell(10_000, population=Population.ALL)]))
    shown = evaluate(CATALOGUE[SHARE], EPCI, both)
    past = {SHARE: history(CATALOGUE[SHARE], EPCI, both)}
    told = beside(fact(11), shown, past)
    assert (told.verdict, told.computed.year, told.newer.year) == (Verdict.AGREES, 2018, 2019)
    assert told.is_aged
    assert "Un chiffre plus récent est connu : 12" in told.sentence
    # Without the history, only the newer one is shown, and the announced year cannot be checked.
    alone = beside(fact(11), shown)
    assert (alone.verdict, alone.computed.year) == (Verdict.UNCHECKED, 2019)
    assert "ne permet de le vérifier pour 2018" in alone.sentence


@time_machine.travel("2020-01-15")
def test_an_estimate_is_compared_with_its_interval_and_ages_nothing():
    about = {"year": 2018, "status": Status.ESTIMATED}
    for said, low, high, verdict in (
        (11, 9, 14, Verdict.AGREES),
        (11, "11.4", 14, Verdict.AGREES),
        (11, 12, 14, Verdict.DIFFERS),
        (11, 2, 9, Verdict.DIFFERS),
        (11, 2, None, Verdict.AGREES),
    ):
        assert beside(fact(said), figure(None, low=low, high=high, **about)).verdict == verdict
    newest = figure(None, 2026, low=9, high=14, status=Status.ESTIMATED)
    told = beside(fact(11), newest)
    assert (told.verdict, told.newer, told.is_aged) == (Verdict.UNCHECKED, None, False)


@time_machine.travel("2020-01-15")
@pytest.mark.parametrize("status", [Status.SECRET, Status.MISSING])
def test_what_is_not_known_checks_nothing(status):
    told = beside(fact(11), figure(None, status=status))
    assert (told.verdict, told.computed, told.is_aged) == (Verdict.UNCHECKED, None, False)
    assert "Calculé" not in told.sentence


def test_only_announced_figures_of_this_territory_and_the_latest():
    shown = {SHARE: figure("11.4")}
    others = [
        fact(20, role=FactRole.CITED),
        fact(21, code="200000000"),
        fact(22, indicator="ess-jobs"),
        fact(10, 2015),
        fact(11, 2018),
        fact(9, 2012),
    ]
    told = announced_beside(shown, others)
    assert {key: one.fact.value for key, one in told.items()} == {SHARE: Decimal(11)}


def test_a_value_is_written_as_it_was_announced():
    assert announced_text(fact("11.00")) == "11\u202f%"
    assert announced_text(fact("11.45")) == "11,45\u202f%"
    assert announced_text(fact("1000", indicator=PLACES)) == "1\u202f000"
    assert announced_text(fact("282642519", indicator="ess-gross-pay")) == "282\u202f642\u202f519\u00a0€"
    assert announced_text(fact("12", indicator="ess-jobs:family=cooperative")) == "12"


@given(
    st.decimals(min_value=0, max_value=100, places=2),
    st.decimals(min_value=0, max_value=100, places=4),
    st.integers(2000, 2026),
    st.integers(2000, 2026),
)
def test_the_sentence_always_names_source_and_year(value, computed, said_in, seen_in):
    told = beside(fact(value, said_in), figure(computed, seen_in))
    assert f"(Ville-Test, {said_in})" in told.sentence
    assert told.sentence.endswith(".")
