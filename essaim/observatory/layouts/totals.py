"""A total is never smaller than the sum of its parts: what every table of cells must obey, whoever made it.

A part that is secret or missing is unknown, not zero: the known parts alone must hold in the total.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from essaim.nomenclature.sectors import leaves_of, main_sectors, sectors
from essaim.observatory.book import CellRow
from essaim.observatory.enums import FamilyGroup, Measure, Population, Workers
from essaim.ui.typography import number, percent

ROUNDING: Mapping[str, Decimal] = {Measure.FTE: Decimal("0.05"), Measure.GROSS_PAY: Decimal("0.5")}
"""By how much each number, total or part, may be off: tables round full-time equivalents to the tenth and pay to the
euro. Establishments and jobs are exact."""

_ESS, _ALL, _NON_ESS = Population.ESS, Population.ALL, Population.NON_ESS
_PUBLIC, _PRIVATE_NON_ESS = Population.PUBLIC, Population.PRIVATE_NON_ESS
_TOGETHER = (FamilyGroup.ASSOCIATION, FamilyGroup.FOUNDATION)
_SEXES = (Workers.WOMEN, Workers.MEN)
_AGES = (Workers.UNDER_30, Workers.FROM_30_TO_39, Workers.FROM_40_TO_49, Workers.FROM_50)


class BadTotal(ValueError):
    """A total and its parts contradict each other; the message says which, with both numbers and their lines."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A whole larger than its parts, though all are known and nothing is left to be elsewhere."""

    line: int | None
    text: str


Cells = Mapping[str, CellRow]


def check_totals(cells: Iterable[CellRow], place: Callable[[CellRow], str]) -> list[Gap]:
    """Compare every total with its parts; `place` names the territory of a cell. Raises BadTotal at the first fault.

    Returns the sums that should be whole and are not, which prove nothing wrong.
    """
    cells = list(cells)
    gaps: list[Gap] = []
    for group in _grouped(cells, ("population", "family")):
        gaps.extend(_populations(group, place))
    for group in _grouped(cells, ("sector",)):
        _sectors(group, place)
    for group in _grouped(cells, ("workers",)):
        _workers(group, place)
    for group in _grouped(cells, ("measure",)):
        _compare(group.get(Measure.JOBS), [group.get(Measure.NON_ANNEX_JOBS)], place)
    return gaps


def _grouped(cells: Iterable[CellRow], axes: tuple[str, ...]) -> Iterator[Cells]:
    """Cells that differ along these axes only, by their value there (« ess » or « ess/association »)."""
    others = [at for at, name in enumerate(CellRow._fields) if name not in (*axes, "line", "value", "file")]
    groups: dict[tuple[object, ...], dict[str, CellRow]] = {}
    for cell in cells:
        value = "/".join(part for axis in axes if (part := getattr(cell, axis)))
        groups.setdefault(tuple(cell[at] for at in others), {})[value] = cell
    return iter(groups.values())


def _populations(group: Cells, place: Callable[[CellRow], str]) -> Iterator[Gap]:
    whole, ess, outside = group.get(_ALL), group.get(_ESS), group.get(_NON_ESS)
    if ess is not None and whole is not None and None not in (ess.value, whole.value):
        _check_share(ess, whole, place)
    public, private = group.get(_PUBLIC), group.get(_PRIVATE_NON_ESS)
    yield from _compare(whole, [ess, outside], place, exhaustive=True)
    yield from _compare(whole, [ess, public, private], place)
    yield from _compare(outside, [public, private], place, exhaustive=True)
    both = group.get(f"{_ESS}/{FamilyGroup.ASSOCIATION_FOUNDATION}")
    each = [group.get(f"{_ESS}/{family}") for family in _TOGETHER]
    others = (FamilyGroup.COOPERATIVE, FamilyGroup.MUTUAL, FamilyGroup.COMPANY)
    families = [*([both] if _known(both) else each), *(group.get(f"{_ESS}/{family}") for family in others)]
    _compare(ess, families, place)
    _compare(both, each, place)


def _sectors(group: Cells, place: Callable[[CellRow], str]) -> None:
    parts: list[CellRow | None] = []
    for sector in main_sectors():
        children = [group.get(key) for key in leaves_of(sector.key) if key != sector.key]
        _compare(group.get(sector.key), children, place)
        parts.extend([group[sector.key]] if _known(group.get(sector.key)) else children)
    _compare(group.get(""), parts, place)


def _workers(group: Cells, place: Callable[[CellRow], str]) -> None:
    whole = group.get("")
    for kinds in (_SEXES, _AGES):
        parts = [group.get(kind) for kind in kinds]
        if whole is not None and whole.measure == Measure.ESTABLISHMENTS:
            # An establishment that employs women and men is in both: no sum, but none above the whole.
            for part in parts:
                _compare(whole, [part], place)
        else:
            _compare(whole, parts, place)


def _known(cell: CellRow | None) -> bool:
    return cell is not None and cell.value is not None


def _compare(
    total: CellRow | None, parts: Iterable[CellRow | None], place: Callable[[CellRow], str], *, exhaustive: bool = False
) -> list[Gap]:
    """Refuse a total under its known parts; `exhaustive` parts that are all known should make the whole."""
    asked = list(parts)
    known = [part for part in asked if part is not None and part.value is not None]
    if total is None or total.value is None or not known:
        return []
    added = sum((part.value for part in known if part.value is not None), Decimal(0))
    slack = ROUNDING.get(total.measure, Decimal(0)) * (len(known) + 1)
    if added > total.value + slack:
        raise BadTotal(_too_small(total, known, added, place))
    if exhaustive and len(known) == len(asked) and added + slack < total.value:
        text = f"{_words(total, place)} : {number(total.value)}, alors que ses parties font {number(added)}."
        return [Gap(total.line, text)]
    return []


def _too_small(total: CellRow, parts: list[CellRow], added: Decimal, place: Callable[[CellRow], str]) -> str:
    if len(parts) == 1:
        told = f"que sa partie « {_axes(parts[0])} » ({number(added)}, {_lines(parts)})"
    else:
        told = f"que la somme de ses parties ({number(added)}, {_lines(parts)})"
    at = "" if total.line is None else f"ligne {total.line} : "
    return f"{at}{_words(total, place)} : le total ({number(total.value or 0)}) est plus petit {told}."


def _check_share(ess: CellRow, whole: CellRow, place: Callable[[CellRow], str]) -> None:
    top, bottom = ess.value or Decimal(0), whole.value or Decimal(0)
    if top <= bottom + 2 * ROUNDING.get(ess.measure, Decimal(0)):
        return
    share = f", soit {percent(100 * top / bottom)}" if bottom else ""
    at = "" if ess.line is None else f"ligne {ess.line} : "
    raise BadTotal(
        f"{at}{_words(ess, place)} ({number(top)}) dépasse l’ensemble ({number(bottom)}, {_lines([whole])}){share} : "
        "une part ne dépasse pas 100 %."
    )


def _lines(cells: list[CellRow]) -> str:
    numbers = sorted({cell.line for cell in cells if cell.line is not None})
    if not numbers:
        return "lignes additionnées"
    return f"ligne {numbers[0]}" if len(numbers) == 1 else f"lignes {', '.join(map(str, numbers))}"


def _words(cell: CellRow, place: Callable[[CellRow], str]) -> str:
    return f"{place(cell)}, {_axes(cell)}"


def _axes(cell: CellRow) -> str:
    said = [Measure(cell.measure).label, Population(cell.population).label]
    if cell.family:
        said.append(FamilyGroup(cell.family).label)
    if cell.sector:
        said.append(sectors()[cell.sector].label)
    if cell.workers:
        said.append(str(Workers(cell.workers).label))
    return ", ".join(said)
