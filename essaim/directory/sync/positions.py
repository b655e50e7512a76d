"""Where establishments stand: geolocation file, else Lambert columns, else nowhere. Arrays in, arrays out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, isfinite, radians
from typing import Any

import numpy as np

from essaim.directory.enums import PositionQuality
from essaim.directory.sync.shapes import Problem, ProblemCode
from essaim.foundation.geo import KM_PER_DEGREE, Box
from essaim.geography.projection import to_wgs84

# `qualite_xy` of INSEE's geolocation file: 11 sure street and number, 12 sure street, 21 and 22 probable street,
# 33 unknown street, drawn at random in the commune (INSEE, « Géolocalisation des établissements », documentation).
GEO_QUALITIES = {
    "11": PositionQuality.EXACT,
    "12": PositionQuality.STREET,
    "21": PositionQuality.STREET,
    "22": PositionQuality.STREET,
    "33": PositionQuality.COMMUNE,
}
MARGIN_KM = 15.0
GEOLOCATION_SOURCE = "Insee, géolocalisation des établissements"
LAMBERT_SOURCE = "Insee, Sirene (coordonnées Lambert)"


def bounds(points: Sequence[tuple[float, float]], margin_km: float = MARGIN_KM) -> Box | None:
    """Box of (longitude, latitude) points, widened by a margin; None without points: nothing can be refused."""
    if not points:
        return None
    longitudes, latitudes = zip(*points, strict=True)
    north_south = margin_km / KM_PER_DEGREE
    east_west = north_south / max(cos(radians(sum(latitudes) / len(latitudes))), 0.05)
    return Box(
        south=min(latitudes) - north_south,
        west=min(longitudes) - east_west,
        north=max(latitudes) + north_south,
        east=max(longitudes) + east_west,
    )


@dataclass(frozen=True, slots=True)
class Position:
    """A point that may be kept, with how true it is and who says so."""

    longitude: float
    latitude: float
    quality: PositionQuality
    source: str


def _number(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if isfinite(number) else None


def _address_quality(row: Mapping[str, Any]) -> PositionQuality:
    """How true a Lambert point can be: the file does not say, and a point is never truer than its address."""
    if not row.get("street_name"):
        return PositionQuality.COMMUNE
    return PositionQuality.EXACT if row.get("street_number") else PositionQuality.STREET


def locate(rows: Sequence[Mapping[str, Any]], communes: Sequence[str]) -> tuple[list[Position | None], list[Problem]]:
    """Point of each row (same order), and what was refused. One projection call for all rows.

    `communes` are today's codes, row by row: they tell the projection (metropolitan France, each overseas
    département). Points at 0,0 and points that the projection cannot place are refused and reported.
    """
    found: list[Position | None] = [None] * len(rows)
    problems: list[Problem] = []
    projected: list[_Metres] = []
    for index, row in enumerate(rows):
        quality = GEO_QUALITIES.get(str(row.get("geo_quality") or "").strip(), PositionQuality.COMMUNE)
        longitude, latitude = _number(row.get("geo_longitude")), _number(row.get("geo_latitude"))
        if longitude is not None and latitude is not None:
            found[index] = Position(longitude, latitude, quality, GEOLOCATION_SOURCE)
        else:
            metres = _metres(index, row, quality, problems)
            if metres is not None:
                projected.append(metres)
    if projected:
        longitudes, latitudes = to_wgs84(
            np.array([item.x for item in projected]),
            np.array([item.y for item in projected]),
            [communes[item.index] for item in projected],
        )
        for item, longitude, latitude in zip(projected, longitudes.tolist(), latitudes.tolist(), strict=True):
            found[item.index] = Position(longitude, latitude, item.quality, item.source)
    for index, position in enumerate(found):
        if position is not None and (code := _absurd(position)) is not None:
            problems.append(_refused(code, rows[index], position))
            found[index] = None
    return found, problems


def keep_inside(
    rows: Sequence[Mapping[str, Any]], positions: Sequence[Position | None], box: Box | None
) -> tuple[list[Position | None], list[Problem]]:
    """The points that lie in the territory (same order), and what was refused; without bounds all are kept."""
    kept: list[Position | None] = []
    problems: list[Problem] = []
    for row, position in zip(rows, positions, strict=True):
        outside = position is not None and box is not None and not box.holds(position.latitude, position.longitude)
        kept.append(None if outside else position)
        if position is not None and outside:
            problems.append(_refused(ProblemCode.POSITION_OUTSIDE, row, position))
    return kept, problems


def _refused(code: ProblemCode, row: Mapping[str, Any], position: Position) -> Problem:
    detail = f"{position.latitude:.4f} ; {position.longitude:.4f}" if isfinite(position.latitude) else ""
    return Problem(code, str(row.get("siret") or ""), detail)


@dataclass(frozen=True, slots=True)
class _Metres:
    """A point to project, of the row at `index`."""

    index: int
    x: float
    y: float
    quality: PositionQuality
    source: str


def _metres(index: int, row: Mapping[str, Any], quality: PositionQuality, problems: list[Problem]) -> _Metres | None:
    reference = str(row.get("siret") or "")
    candidates = (
        ("geo_x", "geo_y", quality, GEOLOCATION_SOURCE),
        ("lambert_x", "lambert_y", _address_quality(row), LAMBERT_SOURCE),
    )
    for x_name, y_name, exactness, source in candidates:
        raw = row.get(x_name), row.get(y_name)
        if all(value in (None, "") for value in raw):
            continue
        x, y = _number(raw[0]), _number(raw[1])
        if x is None or y is None:
            problems.append(Problem(ProblemCode.POSITION_UNREADABLE, reference, f"{raw[0]} ; {raw[1]}"))
        elif x == 0 and y == 0:
            problems.append(Problem(ProblemCode.POSITION_ZERO, reference))
        else:
            return _Metres(index, x, y, exactness, source)
    return None


def _absurd(position: Position) -> ProblemCode | None:
    """Why no territory could hold a point; NaN is what the projection answers outside the reference system."""
    longitude, latitude = position.longitude, position.latitude
    if longitude == 0 and latitude == 0:
        return ProblemCode.POSITION_ZERO
    possible = isfinite(longitude) and isfinite(latitude) and abs(longitude) <= 180 and abs(latitude) <= 90
    return None if possible else ProblemCode.POSITION_OUTSIDE
