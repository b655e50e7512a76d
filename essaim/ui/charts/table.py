"""The table of a chart, in Python: a ranking of communes has hundreds of cells."""

from __future__ import annotations

import html

from django.utils.safestring import SafeString, mark_safe

from essaim.ui.charts.spec import Cell, Chart

_NUM = ' class="num"'


def table(chart: Chart) -> SafeString:
    """The table of what is drawn; the first cell of each line is its header. Nothing when there is no line."""
    if not chart.rows:
        return mark_safe("")
    rows = chart.rows if chart.page_rows is None else chart.rows[: chart.page_rows]
    shown = [index for index, column in enumerate(chart.columns) if column.shown]
    numeric = {index for index in shown if chart.columns[index].numeric}
    head = "".join(
        f'<th scope="col"{_NUM if index in numeric else ""}>{_text(chart.columns[index].label)}</th>' for index in shown
    )
    lines = "".join(
        "<tr>"
        + "".join(
            f'<th scope="row">{_cell(row[index])}</th>'
            if index == shown[0]
            else f"<td{_NUM if index in numeric else ''}>{_cell(row[index])}</td>"
            for index in shown
        )
        + "</tr>"
        for row in rows
    )
    caption = f"<caption>{_text(chart.subtitle or chart.title)}</caption>"
    return mark_safe(  # noqa: S308 -- every text was escaped
        f'<table class="table">{caption}<thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>'
    )


def _cell(cell: Cell) -> str:
    text = _text(cell.text)
    return f'<a href="{html.escape(cell.href)}">{text}</a>' if cell.href else text


def _text(text: str) -> str:
    return html.escape(text, quote=False)
