"""What must hold of figures whatever the cells are."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from essaim.nomenclature.headcount import all_bands, band
from essaim.nomenclature.sectors import leaves, leaves_of, main_sectors, sector_of, sectors
from essaim.observatory.enums import FamilyGroup, Field, Level, Measure, Population, Source, Status
from essaim.observatory.evaluation import estimate, evaluate, from_table, history
from essaim.observatory.indicators import CATALOGUE, indicator
from essaim.observatory.profile import SIZE_GROUPS, profile_of
from essaim.observatory.territory import Territory
from tests.observatory.factories import EPCI, book, cell, note

COUNTS = st.one_of(st.none(), st.integers(0, 10**7))
FAMILIES = (FamilyGroup.ASSOCIATION, FamilyGroup.FOUNDATION, FamilyGroup.COOPERATIVE, FamilyGroup.MUTUAL)


@st.composite
def tables(draw):
    """A table of one territory with any numbers, secret or absent ones included."""
    cells = []
    for population in (Population.ESS, Population.ALL, Population.PRIVATE_NON_ESS, Population.PUBLIC):
        for measure in (Measure.JOBS, Measure.ESTABLISHMENTS):
            if draw(st.booleans()):
                cells.append(cell(draw(COUNTS), population=population, measure=measure))
    for family in draw(st.sets(st.sampled_from([*FAMILIES, FamilyGroup.ASSOCIATION_FOUNDATION]))):
        cells.append(cell(draw(COUNTS), family=family))
    for sector in draw(st.sets(st.sampled_from(list(sectors())))):
        cells.append(cell(draw(COUNTS), sector=sector))
    return cells


@st.composite
def registers(draw):
    """Establishments of a register: any family, sector, band."""
    keys = draw(
        st.sets(
            st.tuples(
                st.sampled_from(FAMILIES), st.sampled_from(leaves()), st.sampled_from([b.code for b in all_bands()])
            ),
            max_size=12,
        )
    )
    cells = [
        cell(draw(st.integers(0, 500)), measure=Measure.ESTABLISHMENTS, family=f, sector=s, size=b)
        for f, s, b in sorted(keys)
    ]
    return [
        *cells,
        cell(draw(st.integers(0, 900)), measure=Measure.ESTABLISHMENTS, population=Population.ALL, size="01"),
    ]


@given(tables())
def test_what_is_secret_or_absent_never_becomes_a_number(cells):
    seen = book((note(Source.FLORES_ESS, "2018"), cells))
    for one in CATALOGUE.values():
        figure = evaluate(one, EPCI, seen)
        if figure.status in (Status.SECRET, Status.MISSING):
            assert figure.value is None
            assert figure.reason
        elif figure.indicator.denominator is not None:
            assert 0 <= figure.value <= 100
        if figure.is_known:
            assert figure.source_line


@given(registers())
def test_an_estimate_is_an_interval_that_its_parts_add_up_to(cells):
    seen = book((note(Source.SIRENE, "2026-10"), cells))
    jobs = CATALOGUE["ess-jobs"]
    whole = estimate(jobs, EPCI, seen)
    assert whole.status == Status.ESTIMATED
    assert whole.high is None or whole.low <= whole.high
    assert whole.value is None  # no calibration, no centre
    for axis, keys in (("family", FAMILIES), ("sector", [s.key for s in main_sectors()])):
        assert sum(estimate(jobs.within(**{axis: key}), EPCI, seen).low for key in keys) == whole.low
    profile = profile_of(EPCI, seen)
    assert sum(part.jobs.low for part in profile.sizes.slices) == whole.low
    assert (
        sum(part.establishments.value for part in profile.sizes.slices)
        == estimate(CATALOGUE["ess-employer-establishments"], EPCI, seen).value
    )


@given(registers(), st.integers(1, 10**6), st.integers(0, 10**6))
def test_an_estimated_share_stays_within_a_hundred(cells, private, public):
    seen = book(
        (note(Source.SIRENE, "2026-10"), cells),
        (
            note(Source.FLORES_OPEN, "2024"),
            [cell(private, population=Population.PRIVATE), cell(public, population=Population.PUBLIC)],
        ),
    )
    for key in ("ess-job-share", "ess-private-job-share"):
        share = estimate(CATALOGUE[key], EPCI, seen)
        if share.status == Status.ESTIMATED:
            assert 0 <= share.low <= 100
            assert share.high is None or share.low <= share.high <= 100
        else:
            assert share.reason


@given(tables(), tables())
def test_two_fields_are_never_one_series(first, second):
    seen = book(
        (note(Source.FLORES_ESS, "2018"), first), (note(Source.FLORES_ESS, "2019", field=Field.NON_ANNEX_POSTS), second)
    )
    for figure in history(CATALOGUE["ess-jobs"], EPCI, seen):
        assert figure.field == (Field.NON_ANNEX_POSTS if figure.period == "2019" else Field.ALL_POSTS)


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6))
def test_everybody_is_the_same_whole_or_in_parts(ess, private, public):
    vintage = note(Source.FLORES_ESS, "2018")
    whole = [cell(ess), cell(ess + private + public, population=Population.ALL)]
    parts = [
        cell(ess),
        cell(private, population=Population.PRIVATE_NON_ESS),
        cell(public, population=Population.PUBLIC),
    ]
    figures = [from_table(CATALOGUE["all-jobs"], EPCI, book((vintage, cells)), vintage) for cells in (whole, parts)]
    assert figures[0].value == figures[1].value


def test_a_sum_of_communes_is_secret_when_one_of_them_is():
    communes = Territory(Level.EPCI, "x", "Communes rurales", members=("86001", "86002"))
    vintage = note(Source.FLORES_OPEN, "2024")

    def both(second):
        return book(
            (
                vintage,
                [
                    cell(5, level=Level.COMMUNE, code="86001", population=Population.ALL),
                    cell(second, level=Level.COMMUNE, code="86002", population=Population.ALL),
                ],
            )
        )

    assert evaluate(CATALOGUE["all-jobs"], communes, both(7)).value == Decimal(12)
    assert evaluate(CATALOGUE["all-jobs"], communes, both(None)).status == Status.SECRET
    alone = book((vintage, [cell(5, level=Level.COMMUNE, code="86001", population=Population.ALL)]))
    assert evaluate(CATALOGUE["all-jobs"], communes, alone).status == Status.MISSING


def test_every_band_of_an_employer_is_in_one_group_of_sizes():
    grouped = [code for _, _, codes in SIZE_GROUPS for code in codes]
    assert sorted(grouped) == sorted(one.code for one in all_bands() if one.employer)
    assert all(band(code) is not None for code in grouped)


@given(st.from_regex(r"\A\d\d\.\d\d[A-Z]\Z"))
def test_every_activity_has_one_leaf(naf):
    assert sector_of(naf) in leaves()


def test_the_typology_reads_the_longest_beginning():
    told = {
        "88.10A": "home_care",
        "88.10B": "other_social",
        "88.10C": "work_aid",
        "88.91A": "childcare",
        "87.90B": "social_lodging",
        "94.99Z": "unclassified",
        "94.12Z": "services",
        "01.11Z": "industry",
        "43.99C": "industry",
        "45.11Z": "services",
        "64.19Z": "finance",
        "85.59A": "education",
        "86.10Z": "health",
        "90.01Z": "arts",
        "93.12Z": "sport",
        None: "services",
    }
    assert {naf: sector_of(naf) for naf in told} == told
    assert leaves_of("social") == ("social_lodging", "home_care", "work_aid", "childcare", "other_social")


def test_the_keys_of_the_catalogue_are_read_back():
    for key, one in CATALOGUE.items():
        assert indicator(key) == one
        cut = one.within(family="cooperative", sector="social")
        assert indicator(cut.key) == cut
        assert cut == replace(
            one, key=cut.key, label=cut.label, numerator=cut.numerator, numerator_words=cut.numerator_words
        )
