"""Every point of a search in one small answer, names fetched when a point is opened.

A point is a cell of a fixed grid of GRID degrees (5.6 m from south to north, about 4 m from west to east): its middle
is drawn, at most 4 m from the true position. A cell is its own key: the same numbers name it before and after any
change of the database, and all the structures of one door stand in one cell.

Only exact and street positions are points, never a commune's centre; partial diffusion has none.
"""

from __future__ import annotations

import base64
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db.models import Q, QuerySet

from essaim.directory.enums import TRUE_POINTS, Diffusion
from essaim.directory.models import Establishment
from essaim.directory.queries import public_structures
from essaim.directory.search.index import version as index_version
from essaim.foundation.kept import Kept
from essaim.nomenclature.perimeter import Family

Ints = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]

GRID = 0.00005
"""Side of a cell, in degrees."""
FAMILIES = tuple(family.value for family in Family)


@dataclass(frozen=True)
class Places:
    """Every drawable place of some EPCI, one item per establishment, as parallel arrays."""

    structures: Ints
    rows: Ints
    columns: Ints
    families: Bytes
    communes: npt.NDArray[np.str_]

    def only(self, kept: npt.NDArray[np.bool_]) -> Places:
        """The places kept."""
        return Places(
            self.structures[kept], self.rows[kept], self.columns[kept], self.families[kept], self.communes[kept]
        )


def drawable(scope: Collection[str]) -> QuerySet[Establishment]:
    """Places that may be drawn: a true position, fully diffused, open (a closed structure keeps its last ones).

    Of public structures only: the index may be a moment late behind a decision.
    """
    return Establishment.objects.filter(
        Q(is_closed=False) | Q(structure__is_closed=True),
        commune__epci_id__in=sorted(scope),
        latitude__isnull=False,
        longitude__isnull=False,
        position_quality__in=TRUE_POINTS,
        diffusion=Diffusion.OPEN,
        structure__diffusion=Diffusion.OPEN,
        structure__in=public_structures(),
    )


def cells_of(latitudes: Sequence[float | None], longitudes: Sequence[float | None]) -> tuple[Ints, Ints]:
    """(row, column) of the grid's cell of each position, counted from the south pole and the 180th meridian."""
    rows = np.floor((np.array(latitudes, dtype=np.float64) + 90) / GRID).astype(np.int64)
    columns = np.floor((np.array(longitudes, dtype=np.float64) + 180) / GRID).astype(np.int64)
    return rows, columns


def _read_places(scope: frozenset[str]) -> Places:
    found = list(
        drawable(scope)
        .order_by("pk")
        .values_list("structure_id", "latitude", "longitude", "structure__family", "commune_id")
    )
    codes = {family: code for code, family in enumerate(FAMILIES)}
    rows, columns = cells_of([place[1] for place in found], [place[2] for place in found])
    return Places(
        structures=np.array([place[0] for place in found], dtype=np.int64),
        rows=rows,
        columns=columns,
        families=np.array([codes[place[3]] for place in found], dtype=np.uint8),
        communes=np.array([place[4] for place in found], dtype="U5"),
    )


_places = Kept(_read_places, clock=index_version)


def places_of(scope: Collection[str]) -> Places:
    """The drawable places of these EPCI, kept until the journal or the index moves."""
    return _places.of(frozenset(scope))


def _spread(values: Ints) -> Ints:
    """Put a zero bit between the bits of numbers below 2**26."""
    wide = values.astype(np.uint64)
    for shift, mask in (
        (16, 0x0000FFFF0000FFFF),
        (8, 0x00FF00FF00FF00FF),
        (4, 0x0F0F0F0F0F0F0F0F),
        (2, 0x3333333333333333),
        (1, 0x5555555555555555),
    ):
        wide = (wide | (wide << np.uint64(shift))) & np.uint64(mask)
    return wide.astype(np.int64)


def varints(values: Ints) -> bytes:
    """Numbers (not negative) by groups of seven bits, the lowest first; the high bit says that more follow."""
    if not len(values):
        return b""
    lengths = np.ones(len(values), dtype=np.int64)
    for group in range(1, 9):
        lengths += values >= (1 << (7 * group))
    starts = np.cumsum(lengths) - lengths
    out = np.zeros(int(lengths.sum()), dtype=np.uint8)
    for group in range(int(lengths.max())):
        mine = lengths > group
        more = (lengths[mine] > group + 1).astype(np.int64) << 7
        out[starts[mine] + group] = (((values[mine] >> (7 * group)) & 127) | more).astype(np.uint8)
    return out.tobytes()


def encode(places: Places) -> dict[str, Any]:
    """Points along a Morton curve: neighbours follow each other, so that their differences are small numbers.

    `cells`: differences as varints, in base 64; a cell with several structures comes several times (difference 0).
    `kinds`: for each point its rank in `families`, one character. Reader: frontend/js/map/points.js.
    """
    count = len(places.rows)
    row = int(places.rows.min()) if count else 0
    column = int(places.columns.min()) if count else 0
    curve = (_spread(places.rows - row) << 1) | _spread(places.columns - column)
    order = np.lexsort((places.families, curve))
    return {
        "grid": GRID,
        "row": row,
        "column": column,
        "count": count,
        "families": list(FAMILIES),
        "cells": base64.b64encode(varints(np.diff(curve[order], prepend=0))).decode(),
        "kinds": "".join(map(str, places.families[order])),
    }
