"""Orders of magnitude of 2018, under both ways of counting."""

from __future__ import annotations

from collections import Counter

import pytest

from essaim.directory.demo import quotas
from essaim.directory.demo.ess import allocate, spread
from essaim.directory.demo.generate import summarise
from essaim.directory.demo.kinds import BY_KEY, KINDS, sector_of
from essaim.nomenclature.perimeter import Family, load_perimeter


@pytest.fixture(scope="module")
def summary(home):
    return summarise(home.territory, home.drawer.units)


def test_the_official_way_of_counting_gives_862_96_42(summary):
    official = summary["official_employers"]
    assert official["association"] + official["foundation"] == 862
    assert (official["cooperative"], official["mutual"], official["company"]) == (96, 42, 0)
    assert official["total"] == 1_000


def test_sectors_are_those_of_the_quotas(summary):
    wanted: Counter[str] = Counter()
    for (_family, sector), count in quotas.OFFICIAL_EMPLOYERS.items():
        wanted[sector] += count
    assert summary["official_employers_by_sector"] == wanted
    assert sum(wanted.values()) == 1_000


def test_sirene_stands_some_eight_percent_away_for_named_causes(summary):
    assert -10 <= summary["gap_percent"] <= -6
    moved = sum(gap["sign"] * gap["establishments"] for gap in summary["gaps"].values())
    assert summary["sirene_employers"]["total"] == summary["official_employers"]["total"] + moved
    assert {key for key, gap in summary["gaps"].items() if gap["establishments"]} == {gap.key for gap in quotas.GAPS}


def test_every_difference_has_exactly_one_cause(home):
    places = [e for unit in home.drawer.units if unit.kind for e in unit.establishments]
    differ = [e for e in places if e.official != e.counted_in_sirene]
    assert differ
    assert {bool(e.gap) for e in differ} == {True}
    assert {e.gap for e in places if e.official and e.counted_in_sirene} == {""}


def test_jobs(summary):
    assert summary["official_jobs"] == 10_900
    assert summary["sirene_jobs_low"] < 10_900 < summary["sirene_jobs_high"]
    assert summary["all_jobs"] == pytest.approx(95_638, rel=0.01)


def test_the_rest_of_the_territory(home, summary):
    assert 25_000 <= summary["establishments"] <= 35_000
    ess = [e for unit in home.drawer.units if unit.kind for e in unit.establishments]
    open_ones = [e for e in ess if e.open and e.unit.open]
    idle = [e for e in open_ones if not e.official and not e.counted_in_sirene]
    assert 4_700 < sum(1 for e in idle if BY_KEY[e.unit.kind].family is Family.ASSOCIATION) < 5_300
    assert 1_000 < len(ess) - len(open_ones) < 2_000
    sleeping = sum(1 for e in open_ones if e.unit.processed.year <= 2017)
    assert 400 < sleeping < 1_200
    former = Counter(e.former.name for unit in home.drawer.units for e in unit.establishments if e.former)
    assert set(former) == {"Saint-Cyr", "Marigny-Brizay", "Pouzioux"}


def test_small_territories_follow_their_population(drawn):
    for one in drawn[1:]:
        counted = summarise(one.territory, one.drawer.units)
        expected = 1_000 * one.territory.population / quotas.REFERENCE_POPULATION
        assert counted["official_employers"]["total"] == pytest.approx(expected, rel=0.25)


def test_every_kind_is_ess_by_its_own_criteria():
    perimeter = load_perimeter()
    excluded = tuple(rule.prefix for rule in perimeter.excluded_naf)
    for kind in KINDS:
        held = kind.legal in perimeter.legal_categories and not kind.naf.startswith(excluded)
        assert held is (kind.family is not Family.COMPANY), kind.key
        assert perimeter.family_of(kind.legal) is kind.family, kind.key


def test_quotas_have_a_kind_each():
    able = {(kind.family, sector_of(kind.naf)) for kind in KINDS if kind.employers}
    assert set(quotas.OFFICIAL_EMPLOYERS) <= able


@pytest.mark.parametrize("total", [3, 7, 100, 12_345])
def test_spread_is_exact_and_leaves_nobody_without_a_job(total):
    sizes = spread([0.1, 5.0, 1.0], total)
    assert sum(sizes) == total
    assert min(sizes) >= 1


@pytest.mark.parametrize("count", [0, 1, 17, 862])
def test_allocate_is_exact(count):
    kinds = [kind for kind in KINDS if kind.employers]
    shared = allocate(kinds, [kind.employers for kind in kinds], count)
    assert sum(number for _kind, number in shared) == count
