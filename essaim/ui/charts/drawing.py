"""From a chart to SVG: two layouts in a page, one picture with its title and its source in a file.

In a page, one of the two is shown (`charts.css`): the other is not displayed, so no one hears it twice.
"""

from __future__ import annotations

import html
from itertools import islice

from django.utils.safestring import SafeString, mark_safe

from essaim.ui.charts.bars import draw_bars
from essaim.ui.charts.hexagons import draw_hexagons
from essaim.ui.charts.layout import FILE, NARROW, WIDE, Layout
from essaim.ui.charts.line import BREAK, draw_line
from essaim.ui.charts.pen import FILE_LOOKS, Looks, Pen, short
from essaim.ui.charts.shares import draw_shares
from essaim.ui.charts.spec import Bars, Chart, Drawing, Hexagons, Shares, TimeLine, points_of
from essaim.ui.charts.text import balanced, wrap
from essaim.ui.typography import french

INVENTED = "Données inventées pour la démonstration : ces chiffres ne décrivent aucun territoire réel."
"""What is said of a chart whose every figure is invented."""
SAID = 12  # numbers read aloud in the description; the table has the rest
_EDGE = 24
_PAPER = "#fbf8f1"


def svg(chart: Chart) -> SafeString:
    """The drawing of a chart for a page, in its two layouts; nothing when there is nothing to draw."""
    if chart.drawing is None:
        return mark_safe("")
    desc = html.escape(description(chart), quote=False)
    return mark_safe("".join(_in_page(chart, layout, desc) for layout in (NARROW, WIDE)))  # noqa: S308 -- escaped


def _in_page(chart: Chart, layout: Layout, desc: str) -> str:
    assert chart.drawing is not None
    name = f"{chart.key}-{layout.name}"
    pen = Pen(False, f"{name}-s")
    height = draw(pen, chart.drawing, layout, 2)
    return (
        f'<svg class="chart__svg chart__svg--{layout.name}" viewBox="0 0 {short(layout.width)} {short(height)}" '
        f'role="img" aria-labelledby="{name}-t" aria-describedby="{name}-d"><title id="{name}-t">'
        f'{html.escape(chart.title, quote=False)}</title><desc id="{name}-d">{desc}</desc>'
        f"{pen.definitions()}{''.join(pen.parts)}</svg>"
    )


def standalone(chart: Chart, looks: Looks = FILE_LOOKS) -> str:
    """The chart as a file of its own: light colours, title, unit, source and what must be known written in it.

    Fonts by their names (`ui.printing.FONT_FILES`). An empty chart is its sentence and no frame.
    """
    pen = Pen(True, "s", looks=looks)
    y = float(_EDGE)
    for line in balanced(french(chart.title), FILE.width, 25):
        pen.text(_EDGE, y + 22, line, 25, look="headline")
        y += 30
    y += 4
    for line in balanced(french(chart.subtitle), FILE.width, FILE.size) if chart.subtitle else ():
        pen.text(_EDGE, y + 14, line, FILE.size, look="soft")
        y += FILE.line
    if chart.drawing is not None:
        y = _shifted(pen, chart.drawing, y + 18)
    y += 18
    pen.line(_EDGE, y, _EDGE + FILE.width, y, "stem")
    y += 8
    said = [f"Source : {chart.source}" if chart.source else "", chart.note, invented_notice(chart)]
    for text in filter(None, said):
        for line in wrap(french(text), FILE.width, 14):
            pen.text(_EDGE, y + 14, line, 14, look="soft")
            y += 18.5
    width, height = FILE.width + 2 * _EDGE, y + _EDGE - 6
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {short(width)} {short(height)}" width="{short(width)}" '
        f'height="{short(height)}" role="img" lang="fr"><title>{html.escape(chart.title, quote=False)}</title>'
        f"<desc>{html.escape(description(chart), quote=False)}</desc>{pen.definitions()}"
        f'<rect width="100%" height="100%" fill="{_PAPER}"/>{"".join(pen.parts)}</svg>'
    )


def invented_notice(chart: Chart) -> str:
    """What a chart says of its invented figures: all of them, or those that it names beside real ones; else nothing."""
    return (chart.invented_part or INVENTED) if chart.invented else ""


def _shifted(pen: Pen, drawing: Drawing, y: float) -> float:
    """Draw inside the margins of the file."""
    inner = Pen(True, pen.stripes, looks=pen.looks)
    height = draw(inner, drawing, FILE, 0)
    pen.hatched |= inner.hatched
    pen.parts.append(f'<g transform="translate({_EDGE} {short(y)})">{"".join(inner.parts)}</g>')
    return y + height


def draw(pen: Pen, drawing: Drawing, layout: Layout, top: float) -> float:
    """Draw in a layout from `top` down; return the height reached."""
    match drawing:
        case Bars():
            return draw_bars(pen, drawing, layout, top)
        case TimeLine():
            return draw_line(pen, drawing, layout, top)
        case Hexagons():
            return draw_hexagons(pen, drawing, layout, top)
        case Shares():
            return draw_shares(pen, drawing, layout, top)


def description(chart: Chart) -> str:
    """The numbers in one sentence, for who does not see the drawing: the first ones, and where the others are."""
    if chart.drawing is None:
        return chart.title
    said = points_of(chart.drawing)
    words = [f"{name} : {f'{point.text} {point.detail}'.strip()}" for name, point in islice(said, SAID)]
    text = " ; ".join(words)
    if isinstance(chart.drawing, TimeLine) and len([one for one in chart.drawing.segments if one.moments]) > 1:
        text += f" ; {BREAK} entre des millésimes qui ne comptent pas la même chose"
    if len(said) > SAID:
        text += f" ; et {len(said) - SAID} autres, dans le tableau"
    return french(f"{chart.subtitle}. {text}." if chart.subtitle else f"{text}.")
