"""Lays out the labels of the hexagon swarm: which name fits in which cell, on how many lines. No Django."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from essaim.ui.typography import number

# Mean width of a letter of Atkinson Hyperlegible Next 650 (0.51 em over the names of communes), rounded up.
LETTER = 0.56
LINE = 1.08
SMALLEST, LARGEST = 0.155, 0.215  # font size, as a share of a cell's width
SMALL = 0.19  # under this share a name waits for a large drawing
ABBREVIATIONS = (("Sainte-", "Ste-"), ("Saint-", "St-"))


@dataclass(frozen=True)
class LabelLine:
    """One line of a cell's name, at its place."""

    text: str
    x: str
    y: str


@dataclass(frozen=True)
class DrawnCell:
    """A cell ready for the template. `tip` says name and value in words."""

    points: str
    name: str
    value: str
    href: str
    level: int
    current: bool
    tip: str
    lines: tuple[LabelLine, ...]
    font_size: str
    small: bool


def draw(cells: Iterable[Any], *, unit: str = "") -> tuple[list[DrawnCell], str]:
    """Return the cells with their labels, and the viewBox that holds them all. No cell gives an empty box."""
    read = [(_get(cell, "points"), cell) for cell in cells]
    shapes = [(_pairs(points), cell) for points, cell in read]
    if not shapes:
        return [], "0 0 1 1"
    xs = [x for shape, _ in shapes for x, _ in shape]
    ys = [y for shape, _ in shapes for _, y in shape]
    edge = (max(xs) - min(xs)) * 0.01 + 2
    box = " ".join(
        _short(v) for v in (min(xs) - edge, min(ys) - edge, max(xs) - min(xs) + 2 * edge, max(ys) - min(ys) + 2 * edge)
    )
    return [_cell(shape, cell, unit) for shape, cell in shapes], box


def ranges(cells: Iterable[Any]) -> list[tuple[int, str]]:
    """Return what each level shown stands for: (level, « 3 à 12 »), from the cells that have a number.

    Nothing anywhere needs no legend.
    """
    values: dict[int, list[int]] = {}
    for cell in cells:
        value = _get(cell, "value")
        if isinstance(value, int):
            values.setdefault(int(_get(cell, "level") or 0), []).append(value)
    if not any(values):
        return []
    return [(level, _range(min(held), max(held))) for level, held in sorted(values.items())]


def _range(low: int, high: int) -> str:
    return number(low) if low == high else f"{number(low)} à {number(high)}"


@lru_cache(maxsize=8192)
def fit(name: str, width: float) -> tuple[tuple[str, ...], float]:
    """Split a name in at most three lines that fit a cell `width` wide: (lines, font size), or no line."""
    short = name
    for long, brief in ABBREVIATIONS:
        short = short.replace(long, brief)
    best: tuple[tuple[str, ...], float] = ((), 0.0)
    for lines in _splits(short):
        if not all(lines):
            continue
        rows = len(lines)
        # Inside a pointy-top hexagon the full width holds for the middle half of the height only: side lines get less.
        room = (0.9, 0.88, 0.72)[rows - 1] * width
        size = min(room / (LETTER * max(len(line) for line in lines)), LARGEST * width)
        if size >= SMALLEST * width and size > best[1] * 1.02:
            best = (lines, size)
    return best


def _splits(name: str) -> list[tuple[str, ...]]:
    """Every way to cut a name after its hyphens or at its spaces, in one to three lines."""
    words: list[str] = []
    for part in name.split(" "):
        pieces = part.split("-")
        words += [f"{piece}-" for piece in pieces[:-1]] + [f"{pieces[-1]} "]
    cuts: list[tuple[str, ...]] = [(name,)]
    for first in range(1, len(words)):
        cuts.append(_join(words[:first], words[first:]))
        cuts += [_join(words[:first], words[first:second], words[second:]) for second in range(first + 1, len(words))]
    return cuts


def _join(*groups: list[str]) -> tuple[str, ...]:
    return tuple("".join(group).strip() for group in groups)


def _cell(shape: Sequence[tuple[float, float]], cell: Any, unit: str) -> DrawnCell:
    name = str(_get(cell, "name"))
    raw = _get(cell, "value")
    value = number(raw) if isinstance(raw, int | float) and math.isfinite(raw) else str(raw or "")
    xs, ys = [x for x, _ in shape], [y for _, y in shape]
    middle_x, middle_y = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
    width = round(max(xs) - min(xs), 1)
    lines, size = fit(name, width)
    top = middle_y - size * LINE * (len(lines) - 1) / 2 + size * 0.35
    tip = f"{name} : {value} {unit}".rstrip() if value else name
    return DrawnCell(
        points=" ".join(f"{_short(x)},{_short(y)}" for x, y in shape),
        name=name,
        value=f"{value} {unit}".strip() if value else "",
        href=str(_get(cell, "href") or ""),
        level=int(_get(cell, "level") or 0),
        current=bool(_get(cell, "current")),
        tip=tip.replace(" :", "\u00a0:"),
        lines=tuple(LabelLine(line, _short(middle_x), _short(top + size * LINE * i)) for i, line in enumerate(lines)),
        font_size=_short(size),
        small=size < SMALL * width,
    )


def _pairs(points: str | Iterable[Sequence[float]]) -> list[tuple[float, float]]:
    if isinstance(points, str):
        flat = [float(part) for part in points.replace(",", " ").split()]
        return list(zip(flat[::2], flat[1::2], strict=True))
    return [(float(x), float(y)) for x, y in points]


def _short(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _get(cell: Any, key: str) -> Any:
    return cell.get(key) if isinstance(cell, Mapping) else getattr(cell, key, None)
