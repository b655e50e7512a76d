"""Draws a time line: one point a moment from a base at zero, joined inside a segment, broken between two."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from essaim.ui.charts.layout import Layout
from essaim.ui.charts.pen import Pen, short
from essaim.ui.charts.spec import Moment, State, TimeLine
from essaim.ui.charts.text import width, wrap

BREAK = "rupture de série"
_HEIGHT = 118  # of the highest point over the base


@dataclass(eq=False, slots=True)
class _Spot:
    """One moment at its place. `reach`: how wide its number or its year is."""

    moment: Moment
    segment: int
    reach: float
    x: float = 0.0
    y: float = 0.0

    @property
    def unknown(self) -> bool:
        return self.moment.point.state is State.UNKNOWN


def draw_line(pen: Pen, spec: TimeLine, layout: Layout, top: float) -> float:
    """Draw from `top` down; return where the drawing ends."""
    segments = [
        [_Spot(moment, number, _reach(moment, layout)) for moment in segment.moments]
        for number, segment in enumerate(one for one in spec.segments if one.moments)
    ]
    spots = [spot for segment in segments for spot in segment]
    _place(spots, layout)
    breaks = [(before[-1].x + after[0].x) / 2 for before, after in pairwise(segments)]
    rows = _break_rows(breaks, layout)
    # A reason (« secret statistique ») stands over its mark, which stands low: it never pushes the ceiling up.
    ceiling = top + layout.line * (max((row for _, row in rows), default=-1) + 2) + 14
    base = ceiling + _HEIGHT
    highest = max((spot.moment.point.end for spot in spots), default=0)
    for spot in spots:
        share = spot.moment.point.end / highest if highest else 0
        spot.y = base - 12 if spot.unknown else base - _HEIGHT * share
    for segment in segments:
        _join(pen, segment, base)
    for at, (x, row) in zip(breaks, rows, strict=True):
        pen.text(x, top + layout.line * (row + 0.76), BREAK, layout.size, look="soft", anchor="middle")
        pen.line(at, top + layout.line * (row + 1) + 2, at, base, "break")
    pen.line(0, base, layout.width, base, "axis")
    shown = _labelled(segments)
    for spot in spots:
        _mark(pen, spot)
        if spot in shown:
            _say(pen, spot, layout, base)
    return base + layout.line + 6


def _mark(pen: Pen, spot: _Spot) -> None:
    """Another shape for what counts something else."""
    if spot.unknown:
        pen.hexagon(spot.x, spot.y, 7, "unknown")
    elif spot.segment % 2:
        pen.rect(spot.x - 5.5, spot.y - 5.5, 11, 11, "other")
    else:
        pen.circle(spot.x, spot.y, 6, "dot")


def _say(pen: Pen, spot: _Spot, layout: Layout, base: float) -> None:
    lines = wrap(spot.moment.point.text, spot.reach, layout.size)
    look = "soft" if spot.unknown else "strong"
    for index, line in enumerate(reversed(lines)):
        pen.text(spot.x, spot.y - 13 - layout.line * index, line, layout.size, look=look, anchor="middle")
    pen.text(spot.x, base + layout.line, spot.moment.label, layout.size, anchor="middle")


def _join(pen: Pen, segment: list[_Spot], base: float) -> None:
    """Stems, and the line through known neighbours: an unknown moment opens it."""
    runs: list[list[_Spot]] = [[]]
    for spot in segment:
        if spot.unknown:
            runs.append([])
        else:
            runs[-1].append(spot)
    for run in runs:
        d = "M" + "L".join(f"{short(spot.x)} {short(spot.y)}" for spot in run)
        if len(run) > 1:
            pen.path(f"{d}V{short(base)}H{short(run[0].x)}z", "under")
        for spot in run:
            pen.line(spot.x, spot.y, spot.x, base, "stem")
        if len(run) > 1:
            pen.path(d, "path")


def _place(spots: list[_Spot], layout: Layout) -> None:
    """Put each moment at its year; one after the other when two share a year."""
    years = [spot.moment.at for spot in spots]
    at = years if all(before < after for before, after in pairwise(years)) else range(len(spots))
    edge = max((spot.reach for spot in spots), default=0) / 2
    for spot, when in zip(spots, at, strict=True):
        share = 0.5 if len(spots) == 1 else (when - at[0]) / (at[-1] - at[0])
        spot.x = edge + (layout.width - 2 * edge) * share


def _reach(moment: Moment, layout: Layout) -> float:
    """How wide a moment is: its number or its year; a reason breaks at its spaces."""
    point = moment.point
    words = point.text.split(" ") if point.state is State.UNKNOWN else [point.text]
    return max(width(text, layout.size) for text in (*words, moment.label)) + 2


def _labelled(segments: list[list[_Spot]]) -> set[_Spot]:
    """The moments whose number is written: all that have room, the ends of each segment before the others."""
    order = [spot for segment in reversed(segments) for spot in (segment[-1], segment[0])]
    order += [spot for segment in segments for spot in reversed(segment)]
    shown: set[_Spot] = set()
    for spot in order:
        if all(spot is other or abs(spot.x - other.x) >= (spot.reach + other.reach) / 2 + 4 for other in shown):
            shown.add(spot)
    return shown


def _break_rows(breaks: list[float], layout: Layout) -> list[tuple[float, int]]:
    """Middle and row of each break's words: one above the other when they would touch."""
    half = width(BREAK, layout.size) / 2
    found: list[tuple[float, int]] = []
    for at in breaks:
        x = min(max(at, half), layout.width - half)
        taken = {row for other, row in found if abs(other - x) < 2 * half + 10}
        found.append((x, next(row for row in range(len(breaks)) if row not in taken)))
    return found
