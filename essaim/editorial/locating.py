"""A small plan of the territory with the office on it, drawn by the server: a few hundred bytes, no tile, no script."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from essaim.foundation.kept import Kept
from essaim.foundation.models import Territory
from essaim.geography.models import Commune
from essaim.geography.queries import communes_by_text, served_communes
from essaim.geography.shapes import voronoi

WIDTH = 400
MARGIN = 10


@dataclass(frozen=True)
class OfficeMap:
    """The drawing: zones of the communes in one path, the office's commune in another, the point, and its words."""

    width: int
    height: int
    others: str
    own: str
    x: float
    y: float
    commune: str
    count: int
    is_exact: bool

    @property
    def view_box(self) -> str:
        """The attribute of the svg element."""
        return f"0 0 {self.width} {self.height}"

    @property
    def label_x(self) -> float:
        """Where the commune's name ends or begins, so that it stays inside."""
        return self.x + (-12 if self.x > self.width / 2 else 12)

    @property
    def label_anchor(self) -> str:
        """The side of the point on which the name stands."""
        return "end" if self.x > self.width / 2 else "start"


@dataclass(frozen=True)
class _Frame:
    """From degrees to the drawing: the width of a degree shrinks with the latitude."""

    west: float
    north: float
    scale: float
    squeeze: float

    def point(self, longitude: float, latitude: float) -> tuple[float, float]:
        return (
            round((longitude - self.west) * self.squeeze * self.scale + MARGIN, 1),
            round((self.north - latitude) * self.scale + MARGIN, 1),
        )


def office_map(territory: Territory, latitude: float | None, longitude: float | None) -> OfficeMap | None:
    """The plan of a territory; None when its communes have no position, or when the office is in none of them."""
    found = _own_commune.of((territory.siren, territory.address))
    if found is None or found.latitude is None or found.longitude is None:
        return None
    exact = latitude is not None and longitude is not None
    at = (longitude, latitude) if latitude is not None and longitude is not None else (found.longitude, found.latitude)
    communes = served_communes(frozenset({territory.siren}))
    zones = {each["properties"]["code"]: each["geometry"] for each in voronoi(communes)["features"]}
    rings = {code: list(_rings(geometry)) for code, geometry in zones.items()}
    corners = [corner for found_rings in rings.values() for ring in found_rings for corner in ring]
    if not corners:
        return None
    frame, height = _frame(corners)
    x, y = frame.point(*at)
    if not (0 <= x <= WIDTH and 0 <= y <= height):
        return None
    others = "".join(
        _path(frame, ring) for code, found_rings in rings.items() if code != found.code for ring in found_rings
    )
    own = "".join(_path(frame, ring) for ring in rings.get(found.code, []))
    return OfficeMap(WIDTH, height, others, own, x, y, found.name, len(communes), exact)


def _read_commune(key: tuple[str, str]) -> Commune | None:
    siren, address = key
    place = address.rpartition(",")[2].strip()
    return communes_by_text(place, sirens=[siren]).defer("contour").first() if place else None


_own_commune: Kept[tuple[str, str], Commune | None] = Kept(_read_commune)


def _rings(geometry: dict[str, Any]) -> Iterable[list[tuple[float, float]]]:
    """The outlines of a zone, holes as well."""
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    for polygon in polygons:
        for ring in polygon:
            yield [(corner[0], corner[1]) for corner in ring]


def _frame(corners: list[tuple[float, float]]) -> tuple[_Frame, int]:
    west, east = min(x for x, _ in corners), max(x for x, _ in corners)
    south, north = min(y for _, y in corners), max(y for _, y in corners)
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = (WIDTH - 2 * MARGIN) / max((east - west) * squeeze, 1e-6)
    return _Frame(west, north, scale, squeeze), round((north - south) * scale + 2 * MARGIN)


def _path(frame: _Frame, ring: list[tuple[float, float]]) -> str:
    points = [f"{x:g} {y:g}" for x, y in (frame.point(*corner) for corner in ring[:-1])]
    return f"M{'L'.join(points)}Z"
