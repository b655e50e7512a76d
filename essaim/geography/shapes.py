"""Shapes of a territory: Voronoi cells of commune centres (a base for points), hexagons (never a base for points).

Worked out once per set of communes, kept in `<data dir>/shapes/` under a name made of its input: a web worker reads a
small file and never imports scipy nor shapely.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, Protocol

from django.conf import settings

RULES = "1"  # raise it when a shape is drawn otherwise: kept files of the former rules are no longer read
VORONOI_NOTE = "Contours simplifiés : zones autour des centres des communes"
RADIUS = 32.0  # of a hexagon, in units of the drawing


class Place(Protocol):
    """What a commune must say of itself."""

    code: str
    name: str
    latitude: float | None
    longitude: float | None


@dataclass(frozen=True)
class Hexagon:
    """One commune of the cartogram. `points` is the attribute of an SVG polygon; `x`, `y` its middle."""

    code: str
    name: str
    column: int
    row: int
    x: float
    y: float
    points: str


@dataclass(frozen=True)
class Swarm:
    """The cartogram of a territory: cells in reading order, and the box that holds them."""

    cells: tuple[Hexagon, ...]
    width: float
    height: float


def hexagons(communes: Iterable[Place]) -> Swarm:
    """Give each commune one cell of a hexagonal grid, all in one piece, as near as can be to its true place.

    Always the same drawing for the same centres. Communes without a centre stand near the middle. No commune gives an
    empty drawing.
    """
    places = _sorted(communes)
    names = {place.code: place.name for place in places}
    cells = _hexagon_cells(_key(places))
    if not cells:
        return Swarm((), 1.0, 1.0)
    half, step = RADIUS * math.sqrt(3) / 2, RADIUS * 1.5
    # A column is half a cell wide: neighbours of one row stand two columns apart, those of the next row one.
    left = min(column for _, column, _ in cells)
    top = min(row for _, _, row in cells)
    drawn = []
    for code, column, row in sorted(cells, key=lambda cell: (cell[2], cell[1])):
        x, y = half * (column - left + 1), step * (row - top) + RADIUS
        drawn.append(Hexagon(code, names[code], column - left, row - top, round(x, 1), round(y, 1), _hexagon(x, y)))
    width = half * (max(cell.column for cell in drawn) + 2)
    height = step * max(cell.row for cell in drawn) + 2 * RADIUS
    return Swarm(tuple(drawn), round(width, 1), round(height, 1))


def voronoi(communes: Iterable[Place]) -> dict[str, Any]:
    """GeoJSON of the zones nearest to each commune's centre, clipped to their hull, a little widened.

    Communes without a centre have no zone. Two communes never overlap, and every centre stands in its own zone.
    """
    places = _sorted(communes)
    return _collection("voronoi", VORONOI_NOTE, places, _voronoi_cells(_key(places)))


def base(communes: Iterable[Any]) -> dict[str, Any]:
    """The base of the map: real contours when every commune has one, else Voronoi cells and the note that says so."""
    places = _sorted(communes)
    contours = [(place.code, place.contour) for place in places if place.contour]
    if places and len(contours) == len(places):
        return _collection("contours", "", places, contours)
    return voronoi(places)


def base_version(communes: Iterable[Any]) -> str:
    """Short text that changes with the base: part of its address, so that a browser may keep it for ever."""
    mark = hashlib.sha256(RULES.encode())
    for place in _sorted(communes):
        said = [place.code, place.name, getattr(place, "population", None)]
        mark.update(json.dumps([*said, place.latitude, place.longitude, place.contour]).encode())
    return mark.hexdigest()[:12]


def _sorted(communes: Iterable[Any]) -> list[Any]:
    return sorted(communes, key=lambda place: place.code)


Key = tuple[tuple[str, float | None, float | None], ...]


def _key(places: Sequence[Place]) -> Key:
    return tuple(
        (place.code, place.latitude, place.longitude)
        if place.latitude is not None and place.longitude is not None
        else (place.code, None, None)
        for place in places
    )


def _hexagon(x: float, y: float) -> str:
    """Six corners of a pointy-top hexagon."""
    corners = []
    for turn in range(6):
        angle = math.radians(60 * turn - 90)
        corners.append(f"{x + RADIUS * math.cos(angle):.1f},{y + RADIUS * math.sin(angle):.1f}")
    return " ".join(corners)


def _collection(
    kind: str, note: str, places: Sequence[Any], shapes: Iterable[tuple[str, dict[str, Any]]]
) -> dict[str, Any]:
    """GeoJSON; `population` tells a drawing which names to write first when room is short."""
    said = {
        place.code: {"code": place.code, "name": place.name, "population": getattr(place, "population", None)}
        for place in places
    }
    return {
        "type": "FeatureCollection",
        "kind": kind,
        "note": note,
        "features": [{"type": "Feature", "properties": said[code], "geometry": geometry} for code, geometry in shapes],
    }


@lru_cache(maxsize=64)
def _hexagon_cells(key: Key) -> list[tuple[str, int, int]]:
    kept = _kept("hexagons", key)
    if kept is None:
        from essaim.geography.tiling import assign_hexagons  # noqa: PLC0415 -- scipy, needed once per set of communes

        kept = _keep("hexagons", key, assign_hexagons(key))
    return [(code, column, row) for code, column, row in kept]


@lru_cache(maxsize=64)
def _voronoi_cells(key: Key) -> list[tuple[str, dict[str, Any]]]:
    kept = _kept("voronoi", key)
    if kept is None:
        from essaim.geography.tiling import voronoi_cells  # noqa: PLC0415 -- shapely, needed once per set of communes

        kept = _keep("voronoi", key, voronoi_cells(key))
    return [(code, geometry) for code, geometry in kept]


def _file(kind: str, key: Key) -> Path:
    mark = hashlib.sha256(json.dumps([RULES, kind, key]).encode()).hexdigest()[:24]
    return Path(settings.DATA_DIR) / "shapes" / f"{kind}-{mark}.json"


def _kept(kind: str, key: Key) -> Any:
    """What a former run worked out; None when there is none or when the file is damaged."""
    try:
        return json.loads(_file(kind, key).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _keep(kind: str, key: Key, result: Any) -> Any:
    file = _file(kind, key)
    file.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile("w", encoding="utf-8", dir=file.parent, delete=False) as unfinished:
        json.dump(result, unfinished, separators=(",", ":"))
    Path(unfinished.name).replace(file)
    return result
