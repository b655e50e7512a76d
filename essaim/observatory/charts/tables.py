"""The table of a chart: figures with their bounds, status, year and source; on screen the half that one reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from essaim.observatory.enums import Status
from essaim.observatory.evaluation import HUNDRED, Figure
from essaim.observatory.findings.phrases import capital
from essaim.observatory.indicators import Unit
from essaim.observatory.rows import rounded
from essaim.observatory.wording import central_text, value_text
from essaim.ui.charts.spec import Cell, Column
from essaim.ui.typography import measured_percent, vintage

_AFTER = (
    Column("Statut"),
    Column("Nom du territoire", shown=False),
    Column("Code du territoire", shown=False),
    Column("Période", shown=False),
    Column("Source et année", shown=False),
    Column("Donnée inventée", shown=False),
)
"""Columns that follow those of a chart: no head of these may be the head of a chart's own (« Année », « Source »)."""
_INVENTED = "oui"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table: its name, where it leads, one figure a column, and shares that the columns do not hold.

    `group`: what it belongs to (« urbaine »), when the table has a column for it.
    """

    label: str
    figures: tuple[Figure, ...]
    href: str = ""
    shares: tuple[Decimal | None, ...] = ()
    group: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Columns and rows, as `Chart` wants them."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def invented(self) -> list[str]:
        """The names of the lines that hold an invented figure."""
        return [row[0].text for row in self.rows if row[-1].text == _INVENTED]


def table_of(
    head: str, measures: Sequence[str], lines: Sequence[Line], *, shares: Sequence[str] = (), groups: str = ""
) -> Table:
    """A table of figures. Bounds have columns of their own, in the files only, when some figure is an interval.

    `groups`: the head of the column that says what each line belongs to.
    """
    ranged = [
        any(line.figures[index].status == Status.ESTIMATED and line.figures[index].low is not None for line in lines)
        for index in range(len(measures))
    ]
    columns = [Column(head), *([Column(groups)] if groups else [])]
    for name, has_bounds in zip(measures, ranged, strict=True):
        columns.append(Column(name, numeric=True))
        if has_bounds:
            columns += [Column(f"{name}, au moins", True, False), Column(f"{name}, au plus", True, False)]
    columns += [Column(name, numeric=True) for name in shares]
    rows = tuple(_row(line, ranged, bool(groups)) for line in lines)
    return Table((*columns, *_AFTER), rows)


def _row(line: Line, ranged: Sequence[bool], grouped: bool) -> tuple[Cell, ...]:
    cells = [Cell(line.label, None, line.href), *([Cell(line.group)] if grouped else [])]
    for figure, has_bounds in zip(line.figures, ranged, strict=True):
        unit = figure.indicator.unit
        centre = central_text(figure)
        cells.append(
            Cell(f"{value_text(figure)} ({centre})" if centre else value_text(figure), _raw(figure.value, unit))
        )
        if has_bounds:
            cells += [Cell("", _raw(figure.low, unit)), Cell("", _raw(figure.high, unit))]
    for share in line.shares:
        cells.append(Cell("" if share is None else measured_percent(share), _raw(share, Unit.PERCENT)))
    first = next((figure for figure in line.figures if figure.is_known), line.figures[0])
    statuses = dict.fromkeys(figure.status.label for figure in line.figures)
    sources = dict.fromkeys(figure.source_line for figure in line.figures if figure.source_line)
    invented = any(figure.fictitious for figure in line.figures)
    return (
        *cells,
        Cell(capital(", ".join(statuses))),
        Cell(first.territory.name),
        Cell(first.territory.code),
        Cell(vintage(first.period) if first.period else "", first.period),
        Cell(" ; ".join(sources)),
        Cell(_INVENTED if invented else "non"),
    )


def _raw(value: Decimal | None, unit: Unit) -> Decimal | str:
    found = rounded(value, unit)
    return "" if found is None else found


def share_of(part: Figure, whole: Figure | None) -> Decimal | None:
    """A part in percent of its whole, both counted by an official table; None when it would mean nothing."""
    exact = (Status.OBSERVED, Status.PUBLISHED)
    if whole is None or part.status not in exact or whole.status not in exact or part.value is None or not whole.value:
        return None
    share = HUNDRED * part.value / whole.value
    return share if share <= HUNDRED else None
