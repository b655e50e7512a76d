"""What is asked of an index, and what it answers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from essaim.foundation.geo import Box, Near


class Sort(StrEnum):
    """Order of the results; ties are always settled by name, then id."""

    RANK = "rank"
    NAME = "name"
    DISTANCE = "distance"


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked.

    `scope`: values that are always imposed (not a choice of the visitor). `filters`: for each facet, the values of
    which one is enough; facets together. `near` is needed to sort by distance.
    """

    text: str = ""
    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)
    scope: Mapping[str, Collection[str]] = field(default_factory=dict)
    sort: Sort = Sort.RANK
    near: Near | None = None
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class Hits:
    """One page of results. `facets`: for each counted facet, its values with their counts, blind to its own filter.

    `mended`, `ignored`: what was done to words that nothing holds; `loosened`: only some of the words were required.
    `distances`: kilometres by id, for those that have a position, when the request has a `near`. `shown`: what each
    document of the page keeps for lists, in the order of `ids`.
    """

    total: int
    ids: list[int]
    shown: list[bytes]
    facets: dict[str, dict[str, int]]
    distances: dict[int, float]
    mended: dict[str, tuple[str, ...]]
    ignored: tuple[str, ...]
    loosened: bool
