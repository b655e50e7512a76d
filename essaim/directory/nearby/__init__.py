"""Which structures make something possible in everyday life, and the nearest of them.

A read. What answers is worked out once for each state of the data (two queries, whatever the number of questions); then
a place to measure from costs one vector of distances, without any query.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from essaim.directory.nearby.ground import Answering, Ground, Numbers, grounds
from essaim.directory.nearby.rules import Matching
from essaim.foundation.geo import Near

__all__ = ["ADRIFT_KM", "WITHIN_KM", "Answer", "Found", "Matching", "nearest", "totals"]

WITHIN_KM = 30.0
"""Farther than that, « near » would be a lie: nothing is shown. About half an hour by road."""
ADRIFT_KM = 2.0
"""Added, for the order only, to a place known by its commune alone: a true address as near comes before it."""
_FIRST = 64


@dataclass(frozen=True, slots=True)
class Found:
    """One structure near a place. `exact`: measured to its address; else to the centre of its commune.

    `label`: its family in words, or what it is instead; `family` is empty then (see `standing`).
    """

    structure: int
    name: str
    url: str
    family: str
    label: str
    commune: str
    commune_code: str
    metres: float
    exact: bool
    why: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The nearest structures, and how many answer in the whole territory, near or far."""

    found: tuple[Found, ...]
    total: int


def nearest(
    wanted: Sequence[Sequence[Matching]],
    scope: Collection[str],
    origin: Near,
    *,
    limit: int = 3,
    within_km: float = WITHIN_KM,
) -> list[Answer]:
    """For each question, the `limit` nearest structures of these EPCI (SIREN) within `within_km` of `origin`.

    A question is a sequence of matchings: one of them is enough. Public structures only, neither closed nor sleeping,
    each by its nearest open place: its address when that is public, else the centre of its commune. No query when the
    data have not changed since the last call, two otherwise.
    """
    ground = grounds.of((frozenset(scope), tuple(tuple(question) for question in wanted)))
    kilometres = origin.distances(ground.latitudes, ground.longitudes)
    return [Answer(tuple(_closest(ground, one, kilometres, limit, within_km)), one.total) for one in ground.answers]


def totals(wanted: Sequence[Sequence[Matching]], scope: Collection[str]) -> list[int]:
    """For each question, how many structures of these EPCI answer; the same cost as `nearest`."""
    ground = grounds.of((frozenset(scope), tuple(tuple(question) for question in wanted)))
    return [one.total for one in ground.answers]


def _closest(
    ground: Ground, answering: Answering, kilometres: npt.NDArray[np.float64], limit: int, within_km: float
) -> Iterator[Found]:
    """The nearest places, one a structure."""
    mine = kilometres[answering.places]
    ranks = np.flatnonzero(mine <= within_km)
    order = mine[ranks] + np.where(ground.exact[answering.places[ranks]], 0.0, ADRIFT_KM)
    if len(ranks) > _FIRST:
        first = np.argpartition(order, _FIRST)[:_FIRST]
        head = list(_first_of_each(ground, answering, ranks[first], order[first], limit))
        if len(head) == limit:
            ranks, order = ranks[first], order[first]
    for rank in _first_of_each(ground, answering, ranks, order, limit):
        place = answering.places[rank]
        known = ground.known[place]
        yield Found(
            known.structure,
            known.name,
            known.url,
            known.family,
            known.label,
            known.commune,
            known.commune_code,
            float(mine[rank]) * 1000,
            bool(ground.exact[place]),
            answering.reasons[rank],
        )


def _first_of_each(
    ground: Ground, answering: Answering, ranks: Numbers, order: npt.NDArray[np.float64], limit: int
) -> Iterator[int]:
    """The ranks of the first place of the `limit` nearest structures."""
    seen: set[int] = set()
    for at in np.lexsort((ranks, order)):
        structure = int(ground.structures[answering.places[ranks[at]]])
        if structure not in seen:
            seen.add(structure)
            yield int(ranks[at])
        if len(seen) == limit:
            return
