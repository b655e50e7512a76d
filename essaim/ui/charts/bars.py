"""Draws horizontal bars and ranges: the label, the mark, and the number written at its end."""

from __future__ import annotations

from dataclasses import dataclass

from essaim.ui.charts.layout import Layout
from essaim.ui.charts.pen import Pen, short
from essaim.ui.charts.spec import Bar, Bars, Point, State
from essaim.ui.charts.text import width, wrap
from essaim.ui.icons import FAMILY_MARKS
from essaim.ui.typography import FIXED

GAP = 8  # between a mark and its number
NARROWEST = 3  # an interval as wide as a line would not be seen
ARROW = 26  # how far an interval without upper bound goes on after its lower bound
UNKNOWN = 20  # how far the empty mark of an unknown number reaches
_FAMILY = 22  # room of a family's shape before its name
_TIP = 8
_LABELS = 0.36  # share of the width that labels beside their bars take at most
_SHORTEST = 0.34  # share of the room that the longest bar keeps, else numbers go to lines of their own

Words = list[tuple[str, str]]


def words_of(point: Point, series: str = "") -> Words:
    """A number at the end of its mark: its text, then which series it is of and what details it."""
    if point.state is State.UNKNOWN:
        return [(f"{series}{FIXED}: {point.text}" if series else point.text, "soft")]
    more = " ".join(filter(None, (series, point.detail)))
    return [(point.text, "strong"), *([(f" {more}", "soft")] if more else [])]


def flow(words: Words, room: float, size: float) -> list[Words]:
    """The same words on as many lines as they need, each word with its look."""
    lines: list[Words] = [[]]
    used = 0.0
    for text, look in words:
        for line_number, line in enumerate(wrap(text.strip(" "), room, size)):
            long = width(f" {line}", size)
            if lines[-1] and (line_number or used + long > room):
                lines.append([])
                used = 0.0
            lines[-1].append((f" {line}" if lines[-1] else line, look))
            used += long
    return lines


@dataclass(frozen=True, slots=True)
class _Mark:
    """One point of a bar with the look of its mark, the words at its end, and where the mark ends unscaled."""

    point: Point
    words: Words
    look: str

    @property
    def endless(self) -> bool:
        return self.point.is_range and self.point.high is None

    @property
    def end(self) -> float:
        return float(self.point.low or 0) if self.endless else self.point.end

    def room(self, size: float) -> float:
        """What is needed after the end: the arrow or the empty mark, and the words."""
        extra = NARROWEST if self.point.is_range else 0
        if self.point.state is State.UNKNOWN or self.endless:
            extra = UNKNOWN if self.point.state is State.UNKNOWN else ARROW
        return extra + GAP + width("".join(text for text, _ in self.words), size)


def draw_bars(pen: Pen, spec: Bars, layout: Layout, top: float) -> float:
    """Draw from `top` down; return where the drawing ends."""
    rows = [(bar, _marks(bar, spec)) for bar in spec.bars]
    left = _label_column(spec, layout) + 14 if layout.beside else 0.0
    unit, apart = _scale([mark for _, marks in rows for mark in marks], layout, layout.width - left - 2)
    drawing = _Drawing(pen, layout, left, unit, apart)
    gap = 12 if layout.beside else 15
    y = top
    for bar, marks in rows:
        y = drawing.row(bar, marks, y) + gap
    if layout.beside and rows:
        pen.line(left, top - 2, left, y - gap + 2, "axis")
    return y - gap + 2


def _marks(bar: Bar, spec: Bars) -> list[_Mark]:
    names = spec.series or ("",)
    return [
        _Mark(point, words_of(point, name), f"bar {'hollow ' if number else ''}{bar.hue}".strip())
        for number, (point, name) in enumerate(zip(bar.points, names, strict=True))
    ]


def _family_room(bar: Bar) -> float:
    return _FAMILY if bar.hue in FAMILY_MARKS else 0


def _label_column(spec: Bars, layout: Layout) -> float:
    longest = max((width(bar.label, layout.size) + _family_room(bar) for bar in spec.bars), default=0)
    return min(longest + 1, layout.width * _LABELS)


def _scale(marks: list[_Mark], layout: Layout, room: float) -> tuple[float, bool]:
    """Units of drawing for one unit of value, and whether numbers stand on lines of their own, above their marks."""
    longest = max((mark.end for mark in marks), default=0)
    apart = any(mark.room(layout.size) > room for mark in marks)
    if not longest:
        return 0.0, apart
    unit = min([room / longest, *((room - mark.room(layout.size)) / mark.end for mark in marks if mark.end)])
    if apart or unit * longest < _SHORTEST * room:
        return (room - ARROW) / longest, True
    return unit, False


@dataclass(slots=True)
class _Drawing:
    """One bar chart on its way: where bars begin, how long a unit is, whether numbers stand above their marks."""

    pen: Pen
    layout: Layout
    left: float
    unit: float
    apart: bool

    def row(self, bar: Bar, marks: list[_Mark], top: float) -> float:
        """One label with its marks; return its lower end."""
        layout, pen = self.layout, self.pen
        before = _family_room(bar)
        lines = wrap(bar.label, (self.left - 14 if layout.beside else layout.width) - before, layout.size)
        words = layout.line * len(lines)
        height = layout.bar if len(marks) == 1 else layout.bar * 0.85
        said = [flow(mark.words, self._room, layout.size) if self.apart else [mark.words] for mark in marks]
        pitches = [height + layout.line * len(one) if self.apart else max(height, layout.line) for one in said]
        block = sum(pitches) + 3 * (len(marks) - 1)
        label_top, y = top, top + words + 3
        bottom = y + block
        if layout.beside:
            bottom = top + max(block, words)
            label_top, y = (top + bottom - words) / 2, (top + bottom - block) / 2
        if before:
            pen.drawing(FAMILY_MARKS[bar.hue], 0, label_top + layout.line / 2 - 8, 15, f"bar {bar.hue}")
        for number, line in enumerate(lines):
            pen.text(before, label_top + layout.line * (number + 0.76), line, layout.size)
        base = y
        for mark, one, pitch in zip(marks, said, pitches, strict=True):
            self._mark(mark, one, y, height)
            y += pitch + 3
        if not layout.beside:
            pen.line(self.left, base - 2, self.left, base + block + 2, "axis")
        return bottom

    @property
    def _room(self) -> float:
        """What is left for a number on a line of its own."""
        return self.layout.width - self.left - GAP

    def _mark(self, mark: _Mark, said: list[Words], top: float, height: float) -> None:
        layout, left = self.layout, self.left
        if self.apart:
            for number, line in enumerate(said):
                self.pen.runs(left + GAP, top + layout.line * (number + 0.74), line, layout.size)
            self._shape(mark, top + layout.line * len(said), height)
            return
        y = top + (max(height, layout.line) - height) / 2
        end = self._shape(mark, y, height)
        self.pen.runs(end + GAP, y + height / 2 + layout.size * 0.35, mark.words, layout.size)

    def _shape(self, mark: _Mark, top: float, height: float) -> float:
        """Draw the mark; return where it ends. An observed zero is its base line and its number, nothing more."""
        pen, left, point = self.pen, self.left, mark.point
        if point.state is State.UNKNOWN:
            pen.hexagon(left + 13, top + height / 2, 7, "unknown")
            return left + UNKNOWN
        if point.is_range:
            return self._range(mark, top, height)
        end = left + mark.end * self.unit
        if mark.end:
            d = _bar_path(left, top + 1, max(end - left, 1), height - 2)
            pen.path(d, mark.look)
            if point.state is State.ESTIMATED:
                pen.hatch(d)
        return end

    def _range(self, mark: _Mark, top: float, height: float) -> float:
        """From the lower bound to the upper one, or to an arrow without one; a diamond for the centre."""
        pen, left, point = self.pen, self.left, mark.point
        start = left + float(point.low or 0) * self.unit
        middle, low, high = top + height / 2, top + 1, top + height - 1
        if start - left > 6:
            pen.line(left + 5, middle, start - 4, middle, "reach")
        if point.high is None:
            end = start + ARROW
            tip = f"H{short(end - _TIP)}L{short(end)} {short(middle)}L{short(end - _TIP)} {short(high)}"
        else:
            end = max(left + float(point.high) * self.unit, start + NARROWEST)
            tip = f"H{short(end)}V{short(high)}"
        d = f"M{short(start)} {short(low)}{tip}H{short(start)}z"
        pen.path(d, mark.look)
        pen.hatch(d)
        if point.value is not None:
            x, r = left + float(point.value) * self.unit, height / 2
            pen.path(
                f"M{short(x)} {short(middle - r)}l{short(r * 0.75)} {short(r)}l{short(-r * 0.75)} {short(r)}"
                f"l{short(-r * 0.75)} {short(-r)}z",
                "centre",
            )
        return end


def _bar_path(x: float, y: float, width: float, height: float) -> str:
    """A bar square at zero and round at its end."""
    r = min(4.0, width / 2)
    return (
        f"M{short(x)} {short(y)}h{short(width - r)}q{short(r)} 0 {short(r)} {short(r)}v{short(height - 2 * r)}"
        f"q0 {short(r)} {short(-r)} {short(r)}h{short(r - width)}z"
    )
