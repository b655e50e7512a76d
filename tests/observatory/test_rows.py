"""A figure as a row: definition in the words of its source, perimeter, source, vintage, territory, value, status."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from essaim.observatory.book import FactNote
from essaim.observatory.enums import FactRole, Field, Level, Measure, Population, Source
from essaim.observatory.evaluation import estimate, evaluate
from essaim.observatory.explanation import explanation_of
from essaim.observatory.indicators import CATALOGUE, indicator
from essaim.observatory.rows import COLUMNS, figure_row
from tests.observatory.factories import EPCI, book, cell, note

PLACES = CATALOGUE["ess-employer-establishments"]
PAID = "ont employé au moins une personne dans l’année"
REGISTERED = "actifs au répertoire avec une tranche d’effectif d’employeur"


def told(**more):
    places = {"measure": Measure.ESTABLISHMENTS, "family": "association", "sector": "sport"}
    return book(
        (note(Source.SIRENE, "2026-10", perimeter_version="insee-champ-es-2017"), [
            cell(60, size="01", **places), cell(3, size="11", **places | {"family": "cooperative"}),
            cell(500, measure=Measure.ESTABLISHMENTS, population=Population.ALL, size="01"),
        ]),
        (note(Source.FLORES_OPEN, "2023"), [cell(900, population=Population.ALL)]),
        **more,
    )  # fmt: skip


def cited(year=2018, field=Field.ALL_POSTS, key=PLACES.key):
    return FactNote(
        1, FactRole.CITED, key, Level.EPCI, EPCI.code, year, field, Decimal(1000), "", "Insee, Flores", "", None, ""
    )


@pytest.mark.parametrize("key", [PLACES.key, f"{PLACES.key}:family=cooperative"])
def test_sirene_counts_what_the_register_says_never_who_was_paid_in_the_year(key):
    row = figure_row(evaluate(indicator(key), EPCI, told()))
    assert REGISTERED in row["numerateur"]
    assert PAID not in row["numerateur"]
    assert ("(coopératives)" in row["numerateur"]) is (":" in key)


def test_flores_and_what_cites_it_count_who_was_paid_in_the_year():
    paid = book((note(Source.FLORES_ESS, "2018"), [cell(950, measure=Measure.ESTABLISHMENTS)]))
    for known in (paid, book(facts=[cited()])):
        assert PAID in figure_row(evaluate(PLACES, EPCI, known))["numerateur"]


def test_an_estimate_says_the_bands_above_and_the_jobs_of_flores_below():
    row = figure_row(estimate(CATALOGUE["ess-job-share"], EPCI, told()))
    assert "tranches d’effectif" in row["numerateur"]
    assert row["denominateur"] == CATALOGUE["ess-job-share"].denominator_words
    both = figure_row(estimate(CATALOGUE["ess-establishment-share"], EPCI, told()))
    assert REGISTERED in both["numerateur"]
    assert REGISTERED in both["denominateur"]


def test_the_explanation_says_the_same_words_as_the_row():
    known = told()
    figure = evaluate(PLACES, EPCI, known)
    explained = explanation_of(figure, known)
    assert explained.as_dict()["indicator"]["numerator"] == figure_row(figure)["numerateur"]
    assert explained.parts[0].counted == figure_row(figure)["numerateur"]
    assert any(REGISTERED in line for line in explained.lines())


@pytest.mark.parametrize(
    ("fact", "version"),
    [
        (cited(), "insee-champ-es-2017"),
        (cited(2019, Field.NON_ANNEX_POSTS), "insee-champ-es-2017"),
        (cited(2024), None),
        (replace(cited(), field=None), None),
        (cited(key="all-jobs"), None),
    ],
)
def test_a_published_fact_names_the_perimeter_of_the_tables_that_it_cites(fact, version):
    known = book(facts=[fact])
    figure = evaluate(CATALOGUE[fact.indicator], EPCI, known)
    assert figure_row(figure)["perimetre"] == version
    explained = explanation_of(figure, known)
    assert (explained.perimeter.version if explained.perimeter else None) == version


@pytest.mark.parametrize("known", [told(), book(facts=[cited()])])
def test_a_row_lacks_nothing_of_what_a_figure_is(known):
    row = figure_row(evaluate(PLACES, EPCI, known))
    assert set(row) == {column.key for column in COLUMNS}
    for key in ("numerateur", "perimetre", "source", "periode", "annee", "champ", "territoire", "valeur", "statut"):
        assert row[key] not in (None, ""), key
