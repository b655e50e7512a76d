"""Where establishments stand: geolocation file, else Lambert columns, else nowhere. Arrays in, arrays out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, radians
from typing import Any

import numpy as np

from essaim.directory.enums import PositionQuality
from essaim.directory.sync.shapes import Problem, ProblemCode
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
KM_PER_DEGREE = 111.2
GEOLOCATION_SOURCE = "Insee, géolocalisation des établissements"
LAMBERT_SOURCE = "Insee, Sirene (coordonnées Lambert)"


@dataclass(frozen=True, slots=True)
class Box:
    """Bounds of a territory in degrees, margin included."""

    west: float
    south: float
    east: float
    north: float

    @classmethod
    def around(cls, points: Sequence[tuple[float, float]], margin_km: float = MARGIN_KM) -> Box | None:
        """Box of (longitude, latitude) points, widened by a margin; None without points: nothing can be refused."""
        if not points:
            return None
        longitudes, latitudes = zip(*points, strict=True)
        north_south = margin_km / KM_PER_DEGREE
        east_west = north_south / max(cos(radians(sum(latitudes) / len(latitudes))), 0.05)
        return cls(
            min(longitudes) - east_west,
            min(latitudes) - north_south,
            max(longitudes) + east_west,
            max(latitudes) + north_south,
        )

    def holds(self, longitude: float, latitude: float) -> bool:
        """Whether a point lies inside."""
        return self.west <= longitude <= self.east and self.south <= latitude <= self.north


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
    return number if np.isfinite(number) else None


def _address_quality(row: Mapping[str, Any]) -> PositionQuality:
    """How true a Lambert point can be: the file does not say, and a point is never truer than its address."""
    if not row.get("street_name"):
        return PositionQuality.COMMUNE
    return PositionQuality.EXACT if row.get("street_number") else PositionQuality.STREET


def locate(
    rows: Sequence[Mapping[str, Any]], communes: Sequence[str], box: Box | None
) -> tuple[list[Position | None], list[Problem]]:
    """Point of each row (same order), and what was refused. One projection call for all rows.

    `communes` are today's codes, row by row: they tell the projection (metropolitan France, each overseas
    département). Points at 0,0 and points outside `box` are refused and reported.
    """
    found: list[Position | None] = [None] * len(rows)
    problems: list[Problem] = []
    projected: list[tuple[int, float, float, PositionQuality, str]] = []
    for index, row in enumerate(rows):
        reference = str(row.get("siret") or "")
        quality = GEO_QUALITIES.get(str(row.get("geo_quality") or "").strip(), PositionQuality.COMMUNE)
        degrees = _number(row.get("geo_longitude")), _number(row.get("geo_latitude"))
        if degrees[0] is not None and degrees[1] is not None:
            found[index] = Position(degrees[0], degrees[1], quality, GEOLOCATION_SOURCE)
            continue
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
                projected.append((index, x, y, exactness, source))
                break
    if projected:
        longitudes, latitudes = to_wgs84(
            np.array([item[1] for item in projected]),
            np.array([item[2] for item in projected]),
            [communes[item[0]] for item in projected],
        )
        for (index, _x, _y, exactness, source), longitude, latitude in zip(
            projected, longitudes, latitudes, strict=True
        ):
            found[index] = Position(float(longitude), float(latitude), exactness, source)
    for index, position in enumerate(found):
        if position is None:
            continue
        reference = str(rows[index].get("siret") or "")
        if position.longitude == 0 and position.latitude == 0:
            problems.append(Problem(ProblemCode.POSITION_ZERO, reference))
            found[index] = None
        elif not _plausible(position) or (box is not None and not box.holds(position.longitude, position.latitude)):
            detail = f"{position.latitude:.4f} ; {position.longitude:.4f}"
            problems.append(Problem(ProblemCode.POSITION_OUTSIDE, reference, detail))
            found[index] = None
    return found, problems


def _plausible(position: Position) -> bool:
    return (
        bool(np.isfinite(position.longitude) and np.isfinite(position.latitude))
        and abs(position.longitude) <= 180
        and abs(position.latitude) <= 90
    )
