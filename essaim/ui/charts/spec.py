"""What a chart says, without how it is drawn: frozen values that a room makes and that `drawing` turns into SVG.

A number comes with its text, already written; a number that is not known comes with the word that says why.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

Number = int | float | Decimal


class State(StrEnum):
    """How much a number may be trusted: it decides how its mark is drawn, its words are in `Point.text`."""

    KNOWN = "known"
    ESTIMATED = "estimated"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Point:
    """One number to draw, not negative, with its words.

    A `value` alone is a bar or a point. `low` makes it a range up to `high` (None: no upper bound), `value` is then its
    centre. UNKNOWN: neither; `text` says why (« secret statistique »), and nothing is drawn at zero.
    """

    text: str
    value: Number | None = None
    low: Number | None = None
    high: Number | None = None
    state: State = State.KNOWN
    detail: str = ""

    def __post_init__(self) -> None:
        numbers = [number for number in (self.value, self.low, self.high) if number is not None]
        if any(not math.isfinite(number) or number < 0 for number in numbers):
            raise ValueError("Un graphique ne dessine que des nombres finis, jamais négatifs.")
        if (self.state is State.UNKNOWN) == bool(numbers):
            raise ValueError("Un chiffre inconnu n’a pas de valeur, un chiffre connu en a une.")
        if not self.text:
            raise ValueError("Un chiffre s’écrit toujours en toutes lettres à côté de son trait.")
        if self.high is not None and (self.low is None or self.high < self.low):
            raise ValueError("Un intervalle va du plus petit au plus grand.")

    @property
    def is_range(self) -> bool:
        """Whether it is drawn from a low bound to a high one, or to none."""
        return self.low is not None and self.low != self.high

    @property
    def end(self) -> float:
        """How far it reaches."""
        return float(max((number for number in (self.value, self.low, self.high) if number is not None), default=0))


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of a bar chart: one point a series. `hue`: a family, « honey » for the one to see first, or nothing."""

    label: str
    points: tuple[Point, ...]
    hue: str = ""


@dataclass(frozen=True, slots=True)
class Bars:
    """Horizontal bars from zero, or ranges. Two series at most: the first is full, the second hollow."""

    bars: tuple[Bar, ...]
    series: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        wanted = max(len(self.series), 1)
        if wanted > 2 or any(len(bar.points) != wanted for bar in self.bars):
            raise ValueError("Un graphique en barres a une ou deux séries, et un chiffre par série.")


@dataclass(frozen=True, slots=True)
class Moment:
    """One moment of a time line: `at` places it (a year), `label` names it."""

    at: int
    label: str
    point: Point


@dataclass(frozen=True, slots=True)
class Segment:
    """Moments that count the same thing: only they may be joined by a line."""

    moments: tuple[Moment, ...]
    name: str = ""


@dataclass(frozen=True, slots=True)
class TimeLine:
    """Segments in the order of time. Between two of them stands a break, never a line."""

    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Shares:
    """A whole of 100 cut in parts, drawn as one bar. The parts are known and make 100 to a rounding."""

    bars: tuple[Bar, ...]

    def __post_init__(self) -> None:
        values = [bar.points[0].value for bar in self.bars]
        if None in values or not math.isclose(sum(float(value or 0) for value in values), 100, abs_tol=0.5):
            raise ValueError("Les parts d’un tout sont connues et font 100.")


@dataclass(frozen=True, slots=True)
class Hexagon:
    """One place of a map: `points` as an SVG polygon has them, `level` 0 (none) to 5 (most), 6 for the unknown."""

    name: str
    points: str
    level: int
    point: Point


@dataclass(frozen=True, slots=True)
class Hexagons:
    """A map of hexagons. `legend`: what each level shown stands for."""

    cells: tuple[Hexagon, ...]
    legend: tuple[tuple[int, str], ...]


class Column(NamedTuple):
    """A column of the table of a chart. `shown` False: in the files only (bounds, source, year)."""

    label: str
    numeric: bool = False
    shown: bool = True


class Cell(NamedTuple):
    """A cell: its text on screen, its value in the files (`raw`, else the text), where it leads."""

    text: str
    raw: Number | str | None = None
    href: str = ""


class Link(NamedTuple):
    """A file to download: « SVG » and its address."""

    label: str
    href: str


Drawing = Bars | TimeLine | Shares | Hexagons


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart with all that it must never be shown without: its finding, what it shows, its source, its table.

    `drawing` None: there is nothing to draw, and `title` says so in a sentence. `explanation`: the address that says
    how the figures were made. `invented`: figures come from a demonstration; `invented_part` names them when the others
    are real. `page_rows`: how many first rows the page shows, None for all; the files hold every row.
    """

    key: str
    title: str
    subtitle: str
    drawing: Drawing | None
    source: str = ""
    note: str = ""
    columns: tuple[Column, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    downloads: tuple[Link, ...] = ()
    explanation: str = ""
    invented: bool = False
    invented_part: str = ""
    page_rows: int | None = None

    def __post_init__(self) -> None:
        if not self.title:
            raise ValueError("Un graphique a pour titre ce qu’il montre.")
        if self.drawing is not None and not self.source:
            raise ValueError("Un graphique ne se montre pas sans sa source.")
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError("Chaque ligne du tableau a une cellule par colonne.")


def points_of(drawing: Drawing) -> list[tuple[str, Point]]:
    """Every number of a drawing with its name, in reading order."""
    if isinstance(drawing, TimeLine):
        return [(moment.label, moment.point) for segment in drawing.segments for moment in segment.moments]
    if isinstance(drawing, Hexagons):
        return [(cell.name, cell.point) for cell in drawing.cells]
    if isinstance(drawing, Shares):
        return [(bar.label, bar.points[0]) for bar in drawing.bars]
    names = drawing.series or ("",)
    return [
        (f"{bar.label}, {name}" if name else bar.label, point)
        for bar in drawing.bars
        for name, point in zip(names, bar.points, strict=True)
    ]
