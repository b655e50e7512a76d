"""What the observatory reads: no more cells as months go by; codes of any shape; one rule for what is around."""

from __future__ import annotations

import pytest
from django.urls import reverse

from essaim.geography.models import Commune, Epci, FormerCommune, FormerKind
from essaim.geography.queries import department_around
from essaim.observatory.choosing import around_home, choice_of
from essaim.observatory.comparison import compare_one
from essaim.observatory.desk import shown_by
from essaim.observatory.enums import Level, Population, Source, Status
from essaim.observatory.evaluation import estimate, evaluate
from essaim.observatory.indicators import indicator
from essaim.observatory.portrait import region_around
from essaim.observatory.queries import book_of, find_by_code, find_territory
from essaim.observatory.territory import Territory, is_code, parse_key
from essaim.observatory.views.figure import territory_of
from tests.foundation.factories import TerritoryFactory
from tests.observatory.factories import EPCI, book, cell, note, vintage

PLACES, JOBS = indicator("ess-employer-establishments"), indicator("ess-jobs")
OTHER = Territory(Level.EPCI, "200069763", "CC du Haut-Poitou")


def bands(number, *, code=EPCI.code):
    about = {"measure": "establishments", "size": "11", "line": None, "code": code}
    return [cell(number, family="association", sector="sport", **about), cell(90, population=Population.ALL, **about)]


# --- months ---------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_cells_read_do_not_grow_with_the_months():
    TerritoryFactory(siren=EPCI.code, name=EPCI.name)
    vintage(Source.SIRENE, "2026-01", bands(1))
    alone = len(book_of([EPCI]).cells)
    for month in range(2, 10):
        vintage(Source.SIRENE, f"2026-{month:02}", bands(month))
    vintage(Source.SIRENE, "2025-12", bands(50))
    seen = book_of([EPCI])
    assert len(seen.cells) == alone
    assert estimate(PLACES, EPCI, seen).value == 9
    assert len(book_of([EPCI], every_year=True).cells) == 2 * alone, "a year has its newest month"


@pytest.mark.django_db
def test_who_asks_for_a_year_finds_its_newest_month():
    TerritoryFactory(siren=EPCI.code, name=EPCI.name)
    for period, number in (("2025-03", 3), ("2025-11", 11), ("2026-10", 10)):
        vintage(Source.SIRENE, period, bands(number))
    seen = book_of([EPCI], every_year=True)
    assert evaluate(PLACES, EPCI, seen, year=2025).value == 11
    assert evaluate(PLACES, EPCI, seen).value == 10
    assert evaluate(PLACES, EPCI, seen.until(2025)).value == 11


@pytest.mark.django_db
def test_an_invented_register_does_not_take_the_place_of_a_real_one():
    TerritoryFactory(siren=EPCI.code, name=EPCI.name)
    vintage(Source.SIRENE, "2026-09", bands(3))
    vintage(Source.SIRENE, "2026-10", bands(8), fictitious=True)
    vintage(Source.SIRENE, "2026-11", bands(9), published=False)
    assert sorted(one.period for one in book_of([EPCI]).vintages) == ["2026-09", "2026-10"]
    assert estimate(PLACES, EPCI, book_of([EPCI])).value == 3


def test_a_book_of_some_vintages_shares_the_cells_and_says_nothing_of_the_others():
    old, new = note(Source.SIRENE, "2025-10"), note(Source.SIRENE, "2026-10")
    seen = book((old, bands(5)), (new, bands(6)))
    assert seen.of_source(Source.SIRENE) == [new, old]
    past = seen.until(2025)
    assert past.cells is seen.cells
    assert past._by_territory is seen._by_territory
    assert past.of_source(Source.SIRENE) == [old]
    assert estimate(PLACES, EPCI, past).value == 5
    assert estimate(PLACES, EPCI, seen.only([new])).value == 6


def test_a_comparison_takes_the_newest_register_that_knows_everybody():
    old, new = note(Source.SIRENE, "2025-10"), note(Source.SIRENE, "2026-10")
    seen = book((old, bands(5) + bands(4, code=OTHER.code)), (new, bands(6)))
    line = compare_one(PLACES, [EPCI, OTHER], seen)
    assert [one.value for one in line.figures] == [5, 4]


def test_a_comparison_never_divides_an_invented_register_by_real_jobs():
    register = note(Source.SIRENE, "2026-10", fictitious=True)
    everybody = [cell(400, population=Population.ALL, code=code) for code in (EPCI.code, OTHER.code)]
    seen = book((register, bands(5) + bands(4, code=OTHER.code)), (note(Source.FLORES_OPEN, "2024"), everybody))
    line = compare_one(indicator("ess-job-share"), [EPCI, OTHER], seen)
    assert not line.comparable
    assert {one.status for one in line.figures} == {Status.MISSING}


# --- codes ----------------------------------------------------------------------------------------------------------

ODD = ["", "\0", "86194\0", "8619", "８６１９４", "86194\n", "2000698540", "20006985\u0660", "é" * 9, "%", "a" * 500]


@pytest.mark.django_db
@pytest.mark.parametrize("code", ODD)
@pytest.mark.parametrize("level", [*Level.values, "", "planet", "\0"])
def test_a_code_of_no_shape_finds_nothing_and_asks_nothing(level, code, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert find_territory(level, code) is None
    assert parse_key(f"{level}-{code}") is None


@pytest.mark.django_db
@pytest.mark.parametrize("code", [*ODD, "R", "R\0", "R²", "r9", "fr\0"])
def test_odd_codes_alone_mean_nothing(code):
    assert find_by_code(code) is None


def test_keys_are_read_once_and_for_all():
    assert parse_key(EPCI.key) == (Level.EPCI, EPCI.code)
    assert parse_key("department-2A") == (Level.DEPARTMENT, "2A")
    assert parse_key("country-FR") == (Level.COUNTRY, "FR")
    assert parse_key("commune") is None
    assert is_code(Level.COMMUNE, "2A004")
    assert not is_code(Level.EPCI, "2A004")


@pytest.fixture
def town(db):
    TerritoryFactory(siren=EPCI.code, name=EPCI.name)
    epci = Epci.objects.create(siren=EPCI.code, name=EPCI.name, cog_year=2026)
    for code, name, people in (("16001", "Petit", 100), ("16002", "Moyen", 200), ("79001", "Grand", 900)):
        Commune.objects.create(code=code, name=name, population=people, epci=epci)
    return epci


@pytest.mark.usefixtures("town")
def test_a_commune_that_has_merged_and_a_district_mean_that_of_today():
    FormerCommune.objects.create(code="79099", name="Ancienne", commune_id="79001", kind=FormerKind.DISTRICT)
    for found in (find_territory(Level.COMMUNE, "79099"), find_by_code("79099"), territory_of("commune-79099")):
        assert found is not None
        assert (found.code, found.name) == ("79001", "Grand")


@pytest.mark.usefixtures("town")
def test_odd_keys_of_an_address_are_not_found_and_break_nothing(client):
    for key in ("epci-\0", "commune-\0", "epci-", "-", "region-é", "epci-200069854-urbain\0"):
        assert client.get(reverse("observatory:figure", args=["ess-jobs"]), {"territoire": key}).status_code == 404
        assert client.get("/observatoire/comparer/", {"avec": [key, EPCI.key]}).status_code == 200
        assert key not in choice_of([key, EPCI.key]).keys


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize("odd", ["\0", "200069854\0", "é"])
def test_odd_words_in_the_address_of_a_comment_break_nothing(officer_client, odd):
    address = reverse("observatory_officer:comment_new")
    for query in ({"territoire": odd}, {"indicateur": odd, "territoire": EPCI.code}):
        assert officer_client.get(address, query).status_code == 200


# --- around ---------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("town")
def test_what_is_around_home_follows_its_inhabitants_for_all():
    """Two communes of the Charente, one of the Deux-Sèvres that has three inhabitants out of four."""
    communes = list(Commune.objects.all())
    around = department_around(communes)
    assert around is not None
    assert around.code == "79"
    assert [one.code for one in around_home()] == ["79", "75", "FR"]
    region = region_around(communes)
    assert region is not None
    assert region.code == "75"
    only = vintage(Source.URSSAF, "2024", [cell(7, level=Level.REGION, code="75", measure="mean_jobs")])
    assert shown_by(only).territory == region


@pytest.mark.usefixtures("town")
def test_inhabitants_of_what_is_large_are_unknown_when_those_of_one_commune_are():
    asked = ["department-79", "department-16", "region-75", "country-FR"]
    assert [one.population for one in choice_of(asked).chosen] == [900, 300, 1200, 1200]
    Commune.objects.filter(code="16001").update(population=None)
    assert [one.population for one in choice_of(asked).chosen] == [900, None, None, None]
