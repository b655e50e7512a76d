"""What several tables of one order let one work out, though one of them keeps it secret; and what to hide for it.

Pure. Figures here are those of one territory, one measure, one vintage: by their axes, with their value or None.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from essaim.nomenclature.sectors import leaves_of, main_sectors
from essaim.observatory.enums import FamilyGroup, Population, Workers


class Axes(NamedTuple):
    """Which figure: in the order of a cell's axes, without territory nor measure."""

    population: str
    family: str
    sector: str
    size: str
    workers: str


Table = Mapping[Axes, Decimal | None]
Known = dict[Axes, frozenset[Axes]]
_Sum = tuple[Axes, tuple[Axes, ...]]

_ESS, _NON_ESS, _ALL = Population.ESS.value, Population.NON_ESS.value, Population.ALL.value
_PUBLIC, _PRIVATE = Population.PUBLIC.value, Population.PRIVATE.value
_PRIVATE_NON_ESS = Population.PRIVATE_NON_ESS.value
_ASSOCIATION, _FOUNDATION = FamilyGroup.ASSOCIATION.value, FamilyGroup.FOUNDATION.value
_TOGETHER = FamilyGroup.ASSOCIATION_FOUNDATION.value
_OTHERS = (FamilyGroup.COOPERATIVE.value, FamilyGroup.MUTUAL.value, FamilyGroup.COMPANY.value)
_POPULATIONS = (
    (_ALL, (_ESS, _NON_ESS)),
    (_ALL, (_ESS, _PUBLIC, _PRIVATE_NON_ESS)),
    (_ALL, (_PRIVATE, _PUBLIC)),
    (_NON_ESS, (_PUBLIC, _PRIVATE_NON_ESS)),
    (_PRIVATE, (_ESS, _PRIVATE_NON_ESS)),
)
_WORKERS: tuple[tuple[str, ...], ...] = (
    (Workers.WOMEN.value, Workers.MEN.value),
    (
        Workers.UNDER_30.value,
        Workers.FROM_30_TO_39.value,
        Workers.FROM_40_TO_49.value,
        Workers.FROM_50.value,
    ),
)


def to_hide(tables: Sequence[Table]) -> set[Axes]:
    """The figures to keep secret too, so that no table tells what another one hides.

    What a table alone lets one work out is its maker's affair. A total that one table hides and another gives goes
    with all of its parts by sector: their sum is that total.
    """
    hidden = {axes for table in tables for axes, value in table.items() if value is None}
    if len(tables) < 2 or not hidden:
        return set()
    values = {axes: value for table in tables for axes, value in table.items() if value is not None}
    shown = values.keys() - hidden
    protected = {
        axes for table in tables for axes in _secrets(table) - worked_out(_shown(table), _secrets(table)).keys()
    }
    more: set[Axes] = set()
    for axes in hidden & values.keys():
        more |= _parts_by_sector(axes, shown)

    def told() -> Known:
        known = worked_out(shown - more, hidden | more)
        return {axes: known[axes] for axes in sorted(protected & known.keys())}

    single: list[Axes] = []
    while found := told():
        axes, why = next(iter(found.items()))
        parts = _parts_by_sector(axes, shown - more) & why
        if not parts:
            # The finest, then the smallest of those that tell it: totals are what most people look for.
            single.append(min(why, key=lambda one: (*_coarseness(one), values[one], one)))
        more |= parts or {single[-1]}
    for axes in single:  # what was hidden first may be of no use any more
        more.remove(axes)
        if told():
            more.add(axes)
    return more


def worked_out(shown: set[Axes], hidden: set[Axes]) -> Known:
    """The hidden figures that sums and differences of the shown ones give, each with the shown ones that it takes."""
    known: Known = {axes: frozenset((axes,)) for axes in shown}
    sums = list(_sums(shown | hidden))
    found = True
    while found:
        found = False
        for whole, parts in sums:
            unknown = [axes for axes in (whole, *parts) if axes not in known]
            if len(unknown) == 1:
                others = (known[axes] for axes in (whole, *parts) if axes in known)
                known[unknown[0]] = frozenset[Axes]().union(*others)
                found = True
    return {axes: why for axes, why in known.items() if axes in hidden}


def _shown(table: Table) -> set[Axes]:
    return {axes for axes, value in table.items() if value is not None}


def _secrets(table: Table) -> set[Axes]:
    return {axes for axes, value in table.items() if value is None}


def _coarseness(axes: Axes) -> tuple[bool, bool, bool]:
    return (not axes.sector and not axes.workers, not axes.family, axes.population == _ALL)


def _parts_by_sector(whole: Axes, shown: set[Axes]) -> set[Axes]:
    """What details a figure by sector: every sector of a total, the sub-sectors of a sector."""
    inside = set(leaves_of(whole.sector)) - {whole.sector} if whole.sector else None
    return {
        axes
        for axes in shown
        if axes._replace(sector=whole.sector) == whole
        and axes.sector
        and axes != whole
        and (inside is None or axes.sector in inside)
    }


def _sums(there: set[Axes]) -> Iterator[_Sum]:
    """Every published sum between these figures. A family or a sector without a line has nobody: it counts for zero."""
    for whole in there:
        yield from ((whole, parts) for parts in _splits(whole, there))


def _splits(whole: Axes, there: set[Axes]) -> Iterator[tuple[Axes, ...]]:
    def told(**each: Sequence[str]) -> tuple[Axes, ...]:
        ((axis, values),) = each.items()
        return tuple(part for value in values if (part := whole._replace(**{axis: value})) in there)

    if not whole.sector and (parts := told(sector=_sectors(whole, there))):
        yield parts
    if whole.sector and (parts := told(sector=[key for key in leaves_of(whole.sector) if key != whole.sector])):
        yield parts
    for workers in _WORKERS if not whole.workers else ():
        if len(parts := told(workers=workers)) == len(workers):
            yield parts
    if whole.family == _TOGETHER and (parts := told(family=(_ASSOCIATION, _FOUNDATION))):
        yield parts
    if not whole.family:
        for population, inside in _POPULATIONS:
            if whole.population == population and len(parts := told(population=inside)) == len(inside):
                yield parts
    if not whole.family and whole.population == _ESS and (others := told(family=_OTHERS)):
        for families in ((_TOGETHER,), (_ASSOCIATION, _FOUNDATION)):
            if parts := told(family=families):
                yield (*parts, *others)


def _sectors(whole: Axes, there: set[Axes]) -> list[str]:
    """The sectors that make a total: each of the eight, or what details it where only that is told."""
    keys: list[str] = []
    for sector in main_sectors():
        keys += [sector.key] if whole._replace(sector=sector.key) in there else leaves_of(sector.key)
    return keys
