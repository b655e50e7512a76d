"""No sum nor difference of what is shown gives what one of the tables of an order keeps secret."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from essaim.nomenclature.sectors import leaves_of, main_sectors
from essaim.observatory.secrecy import Axes, Table, to_hide, worked_out

SOCIAL = leaves_of("social")
MAINS = [
    key for sector in main_sectors() for key in (("arts", "sport") if sector.key == "arts_sport" else [sector.key])
]
FAMILIES = ("association", "foundation", "cooperative", "mutual")


def at(population="ess", family="", sector="", workers="") -> Axes:
    return Axes(population, family, sector, "", workers)


def families(of: dict[str, int], private: int, public: int) -> dict[Axes, int]:
    """T3: legal families, the ESS, and the rest."""
    ess = sum(of.values())
    return {
        **{at(family=family): number for family, number in of.items()},
        at(family="association_foundation"): of["association"] + of["foundation"],
        at(): ess,
        at("private_non_ess"): private,
        at("public"): public,
        at("non_ess"): private + public,
        at("all"): ess + private + public,
    }


def sectors(leaves: dict[str, int], **axes: str) -> dict[Axes, int]:
    """T4, of one family or population: typology 2 and all sectors."""
    said = {at(sector=key, **axes): number for key, number in leaves.items()}
    social = sum(leaves[key] for key in SOCIAL)
    return {**said, at(sector="social", **axes): social, at(**axes): sum(leaves.values())}


LEAVES = [*SOCIAL, *(key for key in MAINS if key != "social")]
numbers = st.fixed_dictionaries({key: st.integers(0, 500) for key in LEAVES})


@st.composite
def orders(draw: st.DrawFn) -> list[Table]:
    """T3 and T4 of one territory, that agree, each with some cells secret; T4 in one table or in two."""
    associations, others, outside = draw(numbers), draw(numbers), draw(numbers)
    foundation, mutual = draw(st.integers(0, 5)), draw(st.integers(0, 5))
    rest = sum(others.values())
    legal = {
        "association": sum(associations.values()),
        "foundation": min(foundation, rest),
        "mutual": min(mutual, rest - min(foundation, rest)),
    }
    legal["cooperative"] = rest - legal["foundation"] - legal["mutual"]
    public = sum(outside.values()) // 3
    t3 = families(legal, sum(outside.values()) - public, public)
    parts = [
        sectors({key: associations[key] + others[key] for key in LEAVES}),
        sectors(associations, family="association"),
        sectors(outside, population="non_ess"),
    ]
    tables = [t3, *parts] if draw(st.booleans()) else [t3, {k: v for part in parts for k, v in part.items()}]
    out: list[Table] = []
    for table in tables:
        hidden = draw(st.sets(st.sampled_from(sorted(table)), max_size=5))
        out.append({key: None if key in hidden else Decimal(value) for key, value in table.items()})
    return draw(st.permutations(out))


def equations(there: set[Axes]) -> Iterator[dict[Axes, int]]:
    """The sums that Insee publishes, written here by hand."""

    def total(whole: Axes, parts: Iterable[Axes]) -> Iterator[dict[Axes, int]]:
        found = [part for part in parts if part in there]
        if whole in there and found:
            yield {whole: 1, **dict.fromkeys(found, -1)}

    yield from total(at(family="association_foundation"), [at(family="association"), at(family="foundation")])
    if at(family="cooperative") in there:
        yield from total(at(), [at(family=family) for family in FAMILIES])
    if at("public") in there:
        yield from total(at("non_ess"), [at("private_non_ess"), at("public")])
    if at("all") in there:
        yield from total(at("all"), [at(), at("non_ess")])
    for axes in ({}, {"family": "association"}, {"population": "non_ess"}):
        yield from total(at(**axes), [at(sector=key, **axes) for key in MAINS])
        yield from total(at(sector="social", **axes), [at(sector=key, **axes) for key in SOCIAL])


def computable(shown: set[Axes], hidden: set[Axes]) -> set[Axes]:
    """The hidden figures that the sums determine: by elimination, another path than `worked_out`."""
    rows = [
        {axes: Fraction(sign) for axes, sign in equation.items() if axes not in shown}
        for equation in equations(shown | hidden)
    ]
    done: list[dict[Axes, Fraction]] = []
    while rows:
        row = rows.pop()
        if not row:
            continue
        pivot = next(iter(row))
        row = {axes: value / row[pivot] for axes, value in row.items()}

        def without(other: dict[Axes, Fraction], row=row, pivot=pivot) -> dict[Axes, Fraction]:
            times = other.get(pivot, Fraction(0))
            added = {axes: other.get(axes, 0) - times * row.get(axes, 0) for axes in other.keys() | row.keys()}
            return {axes: value for axes, value in added.items() if value}

        rows, done = [without(other) for other in rows], [*map(without, done), row]
    return {next(iter(row)) for row in done if len(row) == 1}


def secrets(table: Table) -> set[Axes]:
    return {axes for axes, value in table.items() if value is None}


@settings(max_examples=60)
@given(orders())
def test_nothing_shown_gives_what_a_table_hides(tables):
    hidden = set().union(*map(secrets, tables))
    everything = {axes for table in tables for axes in table}
    protected = {
        axes for table in tables for axes in secrets(table) - computable(table.keys() - secrets(table), secrets(table))
    }
    shown = everything - hidden - to_hide(tables)
    assert not protected & computable(shown, everything - shown)


@settings(max_examples=30)
@given(orders())
def test_what_can_be_computed_is_found(tables):
    """Sums followed one by one find all that elimination finds, whatever is hidden."""
    for table in tables:
        shown = table.keys() - secrets(table)
        assert worked_out(shown, secrets(table)).keys() == computable(shown, secrets(table))


@settings(max_examples=30)
@given(orders())
def test_the_order_of_the_tables_changes_nothing(tables):
    assert to_hide(tables) == to_hide(tables[::-1])


def grand_table(associations: int | None) -> list[Table]:
    """The shape of 2018: T3 hides associations and foundations, T4 gives associations by sector."""
    leaves = {key: 10 + place for place, key in enumerate(LEAVES)}
    whole = sum(leaves.values())
    t3: Table = families({"association": whole, "foundation": 7, "cooperative": 80, "mutual": 30}, 900, 500) | {
        at(family="association"): associations,
        at(family="foundation"): None,
    }
    return [t3, sectors(leaves, family="association") | sectors(leaves | {"services": 200})]


def test_the_sectors_of_a_hidden_family_go_with_it():
    hidden = to_hide(grand_table(None))
    assert hidden == {at(family="association", sector=key) for key in (*LEAVES, "social")}


def test_one_table_alone_is_its_makers_affair():
    assert to_hide(grand_table(None)[:1]) == set()


def test_nothing_hidden_hides_nothing():
    leaves = dict.fromkeys(LEAVES, 1)
    assert to_hide([sectors(leaves), sectors(leaves, family="association")]) == set()


def test_a_foundation_hidden_alone_by_a_second_table_hides_the_associations():
    """One table gives the three, another hides the foundations: two of three shown would tell the third."""
    given_all = families({"association": 90, "foundation": 7, "cooperative": 80, "mutual": 30}, 900, 500)
    hides: Table = {at(family="foundation"): None, at(): Decimal(207)}
    assert to_hide([given_all, hides]) == {at(family="association")}
