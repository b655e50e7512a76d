"""Draws a whole cut in parts: one long bar, and the name of each part with its number."""

from __future__ import annotations

from essaim.ui.charts.bars import words_of
from essaim.ui.charts.layout import Layout
from essaim.ui.charts.pen import Pen, short
from essaim.ui.charts.spec import Shares, State
from essaim.ui.charts.text import width, wrap

_HEIGHT = 34
_LOOKS = ("", "hollow ", "")  # and the third hatched


def draw_shares(pen: Pen, spec: Shares, layout: Layout, top: float) -> float:
    """Draw from `top` down; return where the drawing ends."""
    y = top
    x = 1.0
    full = layout.width - 2
    for number, bar in enumerate(spec.bars):
        length = full * float(bar.points[0].value or 0) / 100
        look = f"bar {_LOOKS[number % 3]}{bar.hue}".strip()
        pen.rect(x, y + 1, length, _HEIGHT - 2, look)
        if bar.points[0].state is State.ESTIMATED or number % 3 == 2:
            pen.hatch(f"M{short(x)} {short(y + 1)}h{short(length)}v{_HEIGHT - 2}h{short(-length)}z")
        x += length
    y += _HEIGHT + 10
    for number, bar in enumerate(spec.bars):
        look = f"bar {_LOOKS[number % 3]}{bar.hue}".strip()
        pen.rect(2, y + layout.line / 2 - 6, 12, 12, look)
        if bar.points[0].state is State.ESTIMATED or number % 3 == 2:
            pen.hatch(f"M2 {short(y + layout.line / 2 - 6)}h12v12h-12z")
        words = words_of(bar.points[0])
        used = width(" ".join(text for text, _ in words), layout.size) + 12
        lines = wrap(bar.label, max(layout.width - 24 - used, layout.width / 3), layout.size)
        for index, line in enumerate(lines):
            runs = [*words, (f"  {line}", "")] if not index else [(line, "")]
            pen.runs(22, y + layout.line * (index + 0.76), runs, layout.size)
        y += layout.line * len(lines) + 4
    return y
