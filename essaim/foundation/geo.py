"""Positions: boxes, circles and true distances, in degrees and kilometres (sphere of 6 371 km)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

EARTH_KM = 6371.0088
KM_PER_DEGREE = math.radians(EARTH_KM)
"""Along a meridian; along a parallel, times the cosine of the latitude."""
MARGIN_KM = 0.01
"""Positions are rounded to about one metre: boxes are a little wider, distances decide."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of the map: degrees, south ≤ north, west ≤ east."""

    south: float
    west: float
    north: float
    east: float

    def holds(self, latitude: float, longitude: float) -> bool:
        """Whether a point lies inside, edges included."""
        return self.south <= latitude <= self.north and self.west <= longitude <= self.east


@dataclass(frozen=True, slots=True)
class Near:
    """A place to measure from. With `radius_km`, only what lies within it is kept."""

    latitude: float
    longitude: float
    radius_km: float | None = None

    def box(self, radius_km: float) -> Box:
        """The smallest box that holds the circle; a circle over a pole or the 180th meridian takes every longitude."""
        reach = (radius_km + MARGIN_KM) / KM_PER_DEGREE
        south, north = max(-90.0, self.latitude - reach), min(90.0, self.latitude + reach)
        # Where the circle touches its easternmost meridian, not at its centre: exact on a sphere.
        ratio = np.sin(np.radians(min(reach, 90.0))) / max(np.cos(np.radians(self.latitude)), 1e-12)
        width = float(np.degrees(np.arcsin(ratio))) * 1.0001 if ratio < 1 else 360.0
        west, east = self.longitude - width, self.longitude + width
        if west < -180 or east > 180:
            west, east = -180.0, 180.0
        return Box(south, west, north, east)

    def distances(
        self, latitudes: npt.NDArray[np.float64], longitudes: npt.NDArray[np.float64]
    ) -> npt.NDArray[np.float64]:
        """Kilometres from here to each position (haversine)."""
        lat, lon = np.radians(latitudes), np.radians(longitudes)
        here_lat, here_lon = np.radians(self.latitude), np.radians(self.longitude)
        half = np.sin((lat - here_lat) / 2) ** 2 + np.cos(lat) * np.cos(here_lat) * np.sin((lon - here_lon) / 2) ** 2
        kilometres: npt.NDArray[np.float64] = 2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(half, 0, 1)))
        return kilometres
