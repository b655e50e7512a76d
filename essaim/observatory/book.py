"""The cells of the published vintages for some territories, and how a count is found in them. No database here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from essaim.nomenclature.headcount import band, is_employer_band
from essaim.nomenclature.sectors import leaves_of
from essaim.observatory.enums import FamilyGroup, Field, Measure, Population, Source, Status
from essaim.observatory.indicators import Count
from essaim.observatory.territory import Territory

ADDITIVE = frozenset({Source.SIRENE})
"""Sources kept in their finest cells (family × sector × size): their totals are sums."""


class CellRow(NamedTuple):
    """One cell. `value` None: kept secret by the source. `line`: row of the file, None when it is a sum of rows."""

    vintage: int
    file: int
    line: int | None
    level: str
    code: str
    population: str
    family: str
    sector: str
    size: str
    workers: str
    measure: str
    value: Decimal | None


@dataclass(frozen=True, slots=True)
class FileNote:
    """One table of a source file, as its figures cite it."""

    pk: int
    table: str
    name: str
    sheet: str
    sha256: str


@dataclass(frozen=True, slots=True)
class VintageNote:
    """One published vintage with its files."""

    pk: int
    source: Source
    field: Field
    period: str
    year: int
    perimeter_version: str = ""
    fictitious: bool = False
    files: tuple[FileNote, ...] = ()

    def is_of_the_world_of(self, other: VintageNote) -> bool:
        """Whether one figure may rest on both: what is real and what is invented never mix."""
        return self.fictitious == other.fictitious


@dataclass(frozen=True, slots=True)
class FactNote:
    """A figure published elsewhere, cited because its file is not here, or announced by the authority."""

    pk: int
    role: str
    indicator: str
    level: str
    code: str
    year: int
    field: Field | None
    value: Decimal
    wording: str
    source_title: str
    source_url: str
    said_on: date | None
    file_to_load: str


@dataclass(frozen=True, slots=True)
class CommentNote:
    """What the ESS service says of a figure, without a database behind."""

    indicator: str
    level: str
    code: str
    text: str
    written_at: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """What one vintage says of a count: one value, or bounds, or the reason why nothing can be said.

    `weighed`: for jobs told by bands, the sum of the bands' geometric means. `high` None with a `low`: no upper bound.
    """

    status: Status
    vintage: VintageNote
    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    weighed: Decimal | None = None
    cells: tuple[CellRow, ...] = ()
    reason: str = ""


_ALL, _PRIVATE, _PUBLIC = Population.ALL, Population.PRIVATE, Population.PUBLIC
_ESS, _NON_ESS, _PRIVATE_NON_ESS = Population.ESS, Population.NON_ESS, Population.PRIVATE_NON_ESS

_SPELLINGS: Mapping[tuple[Population, ...], tuple[tuple[Population, ...], ...]] = {
    (_ALL,): ((_ALL,), (_ESS, _NON_ESS), (_ESS, _PRIVATE_NON_ESS, _PUBLIC), (_PRIVATE, _PUBLIC)),
    (_ESS, _PRIVATE_NON_ESS): ((_ESS, _PRIVATE_NON_ESS), (_PRIVATE,)),
}
"""The ways in which tables may give the same population: whole, or as parts that add up."""


@dataclass(frozen=True, eq=False)
class Book:
    """Cells and facts to work figures out from. `calibrators`: territories whose observed jobs may scale estimates.

    `comments`: what the ESS service says of those figures; nothing is worked out from it.
    """

    vintages: Sequence[VintageNote]
    cells: Sequence[CellRow]
    facts: Sequence[FactNote] = ()
    calibrators: Sequence[Territory] = field(default=())
    comments: Sequence[CommentNote] = ()

    @cached_property
    def _by_territory(self) -> dict[tuple[int, str, str], list[CellRow]]:
        index: dict[tuple[int, str, str], list[CellRow]] = {}
        for cell in self.cells:
            index.setdefault((cell.vintage, cell.level, cell.code), []).append(cell)
        return index

    @cached_property
    def _exact(self) -> dict[tuple[object, ...], CellRow]:
        return {
            (c.vintage, c.level, c.code, c.population, c.family, c.sector, c.size, c.workers, c.measure): c
            for cells in self._by_territory.values()
            for c in cells
        }

    def of_source(
        self, source: Source, year: int | None = None, *, beside: VintageNote | None = None
    ) -> list[VintageNote]:
        """Published vintages of a source: real before invented, the reference field first, then the newest.

        `beside`: those only that may stand in one figure with this one.
        """
        found = [
            v
            for v in self.vintages
            if v.source == source and year in (None, v.year) and (beside is None or v.is_of_the_world_of(beside))
        ]
        return sorted(
            found, key=lambda v: (v.fictitious, v.field == Field.NON_ANNEX_POSTS, -v.year, _reversed(v.period))
        )

    def knows(self, vintage: VintageNote, territory: Territory) -> bool:
        """Whether the vintage says anything of every part of the territory."""
        return all((vintage.pk, level, code) in self._by_territory for level, code in territory.parts)

    def comments_on(self, territory: Territory) -> dict[str, CommentNote]:
        """What the ESS service says of each indicator of a territory of this book, by indicator."""
        return {
            one.indicator: one for one in self.comments if (one.level, one.code) == (territory.level, territory.code)
        }

    def until(self, year: int) -> Book:
        """The same book as if nothing later than this year were known."""
        kept = self.only([vintage for vintage in self.vintages if vintage.year <= year])
        return kept._sharing(replace(kept, facts=[fact for fact in self.facts if fact.year <= year]))

    def only(self, vintages: Sequence[VintageNote]) -> Book:
        """The same book with these of its vintages only. The cells are not read again."""
        return self._sharing(replace(self, vintages=vintages))

    def _sharing(self, other: Book) -> Book:
        """Another book of the same cells, with the indexes of this one: they name the vintage of each cell."""
        vars(other)["_by_territory"], vars(other)["_exact"] = self._by_territory, self._exact
        return other

    def find(self, vintage: VintageNote, territory: Territory, count: Count) -> Found:
        """What this vintage says of a count here. Secret in one part is secret in the whole; never a zero."""
        if not self.knows(vintage, territory):
            return Found(Status.MISSING, vintage, reason="Ce millésime ne dit rien de ce territoire.")
        if vintage.source in ADDITIVE:
            return self._add_up(vintage, territory, count)
        result = Found(Status.MISSING, vintage, reason="Ce millésime ne donne pas ce chiffre.")
        for populations in _SPELLINGS.get(count.populations, (count.populations,)):
            found = self._exact_sum(vintage, territory, replace(count, populations=populations))
            if found.status == Status.OBSERVED:
                return found
            if found.status == Status.SECRET:
                result = found
        return result

    def _exact_sum(self, vintage: VintageNote, territory: Territory, count: Count) -> Found:
        cells: list[CellRow] = []
        for level, code in territory.parts:
            for population in count.populations:
                axes = (count.family, count.sector, count.size, count.workers, count.measure)
                cell = self._exact.get((vintage.pk, level, code, population, *axes))
                if cell is None:
                    return Found(Status.MISSING, vintage, reason="Ce millésime ne donne pas ce chiffre.")
                cells.append(cell)
        values = [cell.value for cell in cells if cell.value is not None]
        if len(values) < len(cells):
            return Found(Status.SECRET, vintage, cells=tuple(cells), reason="La source garde ce chiffre secret.")
        return Found(Status.OBSERVED, vintage, sum(values, Decimal(0)), cells=tuple(cells))

    def _add_up(self, vintage: VintageNote, territory: Territory, count: Count) -> Found:
        """Count establishments by their bands; jobs are then an interval, never a number."""
        if count.workers or count.measure not in (Measure.ESTABLISHMENTS, Measure.JOBS):
            return Found(Status.MISSING, vintage, reason="Sirene ne donne pas cette mesure.")
        cells = tuple(
            cell
            for level, code in territory.parts
            for cell in self._by_territory[vintage.pk, level, code]
            if _matches(cell, count)
        )
        places = sum((cell.value or Decimal(0) for cell in cells), Decimal(0))
        if count.measure == Measure.ESTABLISHMENTS:
            return Found(Status.OBSERVED, vintage, places, cells=cells)
        low = high = weighed = Decimal(0)
        unbounded = False
        for cell in cells:
            known, number = band(cell.size), cell.value or Decimal(0)
            if known is None or known.low is None:
                continue
            low += number * known.low
            unbounded |= known.high is None and number > 0
            high += number * (known.high or 0)
            weighed += number * Decimal(str(known.geometric_mean or known.low))
        return Found(Status.ESTIMATED, vintage, low=low, high=None if unbounded else high, weighed=weighed, cells=cells)


def _matches(cell: CellRow, count: Count) -> bool:
    """Whether a cell in its finest detail belongs to a count; a band that employs nobody never does."""
    return (
        cell.population in count.populations
        and is_employer_band(cell.size)
        and cell.measure == Measure.ESTABLISHMENTS
        and count.size in ("", cell.size)
        and (not count.sector or cell.sector in leaves_of(count.sector))
        and (not count.family or cell.family in _families(count.family))
    )


def _families(family: str) -> tuple[str, ...]:
    if family == FamilyGroup.ASSOCIATION_FOUNDATION:
        return (FamilyGroup.ASSOCIATION, FamilyGroup.FOUNDATION)
    return (family,)


def _reversed(period: str) -> tuple[int, ...]:
    """A sort key that puts later periods first."""
    return tuple(-ord(letter) for letter in period)
