"""The map of the communes as a chart: what its files need beside the drawing of the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from essaim.observatory import findings
from essaim.observatory.charts.pieces import chart, here, point, unknown
from essaim.observatory.charts.tables import Line as TableLine
from essaim.observatory.charts.tables import table_of
from essaim.observatory.choropleth import MapChoice, choropleth
from essaim.observatory.communes import Line, chart_rows
from essaim.observatory.evaluation import Figure
from essaim.observatory.territory import Territory
from essaim.ui.charts.spec import Cell, Chart, Column, Hexagon, Hexagons, Point
from essaim.ui.typography import number

PREFIX = "carte-"


def map_chart(lines: Sequence[Line], choice: MapChoice, where: Territory) -> Chart:
    """The map of one figure: title, legend, source, the same table. `drawing` None when no commune has it."""
    drawn = choropleth(lines, choice)
    by_address = {line.href: line for line in lines}
    cells = tuple(
        Hexagon(cell.name, cell.points, cell.level, _point(by_address[cell.href], choice)) for cell in drawn.cells
    )
    figures = [_figure(line, choice) for line in lines]
    known = drawn.known and bool(drawn.source)
    title = drawn.title
    if choice is MapChoice.ESTABLISHMENTS and known:
        title = findings.communes(chart_rows(lines))
    made = chart(
        PREFIX + choice.value,
        title,
        here(drawn.title if title != drawn.title else "Un hexagone par commune", where, figures),
        Hexagons(cells, drawn.legend) if known else None,
        figures=figures,
        table=table_of(
            "Commune",
            ("Établissements", "Emplois", "Part des emplois"),
            [TableLine(one.name, (one.establishments, one.jobs, one.share), one.href) for one in lines],
        ),
        among=(where,),
        note=drawn.note,
    )
    return _with_people(made, lines, drawn.source) if choice is MapChoice.PER_THOUSAND and known else made


def _figure(line: Line, choice: MapChoice) -> Figure:
    return line.share if choice is MapChoice.SHARE else line.establishments


def _point(line: Line, choice: MapChoice) -> Point:
    if choice is not MapChoice.PER_THOUSAND:
        return point(_figure(line, choice))
    value = line.per_thousand
    return unknown(line.establishments) if value is None else Point(number(value, 1), value)


def _with_people(made: Chart, lines: Sequence[Line], source: str) -> Chart:
    """The same with the inhabitants and the ratio in the table, and the source of both."""
    heads = (Column("Habitants", True), Column("Établissements pour 1 000 habitants", True))
    rows = tuple(
        (*row[:1], _count(line.commune.population, 0), _count(line.per_thousand, 1), *row[1:])
        for line, row in zip(lines, made.rows, strict=True)
    )
    return replace(made, columns=(*made.columns[:1], *heads, *made.columns[1:]), rows=rows, source=source)


def _count(value: Decimal | int | None, decimals: int) -> Cell:
    return (
        Cell("manquant", "")
        if value is None
        else Cell(number(value, decimals), round(Decimal(value), 2) if decimals else value)
    )
