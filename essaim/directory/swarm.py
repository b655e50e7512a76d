"""The territory's hexagons, as filter and choropleth of the directory: one a commune, darker where there are more."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from essaim.geography.queries import served_communes
from essaim.geography.shapes import hexagons

LEVELS = 5


@dataclass(frozen=True, slots=True)
class Cell:
    """What the component `swarm` draws."""

    points: str
    name: str
    value: int | str
    href: str
    level: int
    current: bool


def swarm_cells(
    scope: Collection[str], counts: Mapping[str, int], chosen: Collection[str], href: Callable[[str], str]
) -> list[Cell]:
    """One cell a commune of the scope: `counts` by commune code, `href(code)` leads to that commune's results."""
    level = level_of(counts.values())
    return [
        Cell(
            cell.points,
            cell.name,
            counts.get(cell.code, 0),
            href(cell.code),
            level(counts.get(cell.code, 0)),
            cell.code in chosen,
        )
        for cell in hexagons(served_communes(frozenset(scope))).cells
    ]


def level_of(values: Collection[float]) -> Callable[[float], int]:
    """The level (0 to 5) of a count among these: 0 for none, else its fifth among the counts above zero.

    Equal counts always share a level; the largest count has the highest level reached.
    """
    present = sorted(value for value in values if value > 0)
    bounds = sorted({present[len(present) * rank // LEVELS] for rank in range(1, LEVELS)}) if present else []
    return lambda value: 0 if value <= 0 else 1 + bisect_right(bounds, value)
