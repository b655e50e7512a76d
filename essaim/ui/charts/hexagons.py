"""Draws a map of hexagons in a file: the place's name and its number in its cell, the legend below.

Levels go from light to dark, so they are told apart in black and white too; what is not known is hollow and dashed.
"""

from __future__ import annotations

from essaim.ui.charts.layout import Layout
from essaim.ui.charts.pen import Pen
from essaim.ui.charts.spec import Hexagon, Hexagons, State
from essaim.ui.charts.text import width as text_width
from essaim.ui.swarm import fit

SMALLEST = 5.5
"""Units: under this size a name is noise, and the table says it."""
DARK_FROM = 4
"""From this level on, words are light."""
_LINE = 1.1
_NUMBER = 0.19  # size of a number, as a share of its cell's width
_LARGEST = 96.0  # a map of three communes does not fill the sheet

Corners = list[tuple[float, float]]


def draw_hexagons(pen: Pen, spec: Hexagons, layout: Layout, top: float) -> float:
    """Draw from `top` down; return where the drawing ends."""
    shapes = [_corners(cell.points) for cell in spec.cells]
    if not shapes:
        return top
    every = [corner for shape in shapes for corner in shape]
    left, above = min(x for x, _ in every), min(y for _, y in every)
    across, down = max(x for x, _ in every) - left, max(y for _, y in every) - above
    one = max(x for x, _ in shapes[0]) - min(x for x, _ in shapes[0])
    scale = min(layout.width / across, _LARGEST / one)
    shift = (layout.width - across * scale) / 2
    for cell, shape in zip(spec.cells, shapes, strict=True):
        placed = [((x - left) * scale + shift, (y - above) * scale + top) for x, y in shape]
        pen.polygon(placed, f"level-{cell.level}")
        _say(pen, cell, placed)
    return _legend(pen, spec, layout, top + down * scale + 20)


def _corners(points: str) -> Corners:
    return [(float(x), float(y)) for pair in points.split() for x, y in (pair.split(","),)]


def _say(pen: Pen, cell: Hexagon, shape: Corners) -> None:
    """The name, and the number under it when both have room."""
    xs, ys = [x for x, _ in shape], [y for _, y in shape]
    wide, middle = max(xs) - min(xs), (min(xs) + max(xs)) / 2
    lines, size = fit(cell.name, round(wide, 1))
    look = "inverse" if DARK_FROM <= cell.level <= 5 else ""
    number = "" if cell.point.state is State.UNKNOWN else cell.point.text
    number_size = wide * _NUMBER
    if text_width(number, number_size) > wide * 0.8 or len(lines) > 2:
        number = ""
    written = [(line, size, look) for line in lines if size >= SMALLEST]
    if number and number_size >= SMALLEST:
        written.append((number, number_size, f"{look} strong".strip()))
    y = (min(ys) + max(ys)) / 2 - sum(one * _LINE for _, one, _ in written) / 2
    for text, one, words in written:
        y += one * _LINE
        pen.text(middle, y - one * 0.22, text, one, look=words, anchor="middle")


def _legend(pen: Pen, spec: Hexagons, layout: Layout, top: float) -> float:
    x, y = 0.0, top
    for level, label in spec.legend:
        room = 24 + text_width(label, layout.size)
        if x and x + room > layout.width:
            x, y = 0.0, y + layout.line + 6
        pen.hexagon(x + 8, y + layout.line / 2 - 1, 8.5, f"level-{level}")
        pen.text(x + 22, y + layout.line * 0.76, label, layout.size)
        x += room + 18
    return y + layout.line
