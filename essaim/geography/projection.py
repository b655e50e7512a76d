"""Lambert and UTM coordinates of the official files → WGS84, in one vectorised call per reference system.

SIRENE gives metres in the legal system of each territory and never says which one: the commune's code does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from pyproj import Transformer

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class ReferenceSystem:
    """An EPSG code and the box (degrees: west, south, east, north) outside which a result is absurd."""

    epsg: int
    west: float
    south: float
    east: float
    north: float


MAINLAND = ReferenceSystem(2154, -5.6, 41.2, 9.8, 51.3)
ANTILLES = ReferenceSystem(5490, -63.3, 14.2, -60.6, 18.3)
GUYANE = ReferenceSystem(2972, -54.8, 2.0, -51.4, 6.0)
REUNION = ReferenceSystem(2975, 55.1, -21.6, 56.0, -20.7)
MAYOTTE = ReferenceSystem(4471, 44.9, -13.2, 45.5, -12.5)
SAINT_PIERRE = ReferenceSystem(4467, -56.6, 46.6, -55.9, 47.3)

# Source: decree 2000-1276 as amended (systems legal in each territory).
BY_PREFIX = {
    "971": ANTILLES,
    "972": ANTILLES,
    "973": GUYANE,
    "974": REUNION,
    "975": SAINT_PIERRE,
    "976": MAYOTTE,
    "977": ANTILLES,
    "978": ANTILLES,
}
# Territories whose positions SIRENE does not publish: nothing is guessed for them.
WITHOUT_SYSTEM = ("984", "986", "987", "988", "989", "99")


def reference_system(commune_code: str) -> ReferenceSystem | None:
    """The system of a commune; None where no position can be read (Polynesia, New Caledonia, abroad, no commune)."""
    if len(commune_code) != 5 or commune_code.startswith(WITHOUT_SYSTEM):
        return None
    return BY_PREFIX.get(commune_code[:3], MAINLAND)


def systems() -> tuple[ReferenceSystem, ...]:
    """Every system in use, the mainland first."""
    return (MAINLAND, *dict.fromkeys(BY_PREFIX.values()))


@lru_cache(maxsize=16)
def _transformer(source: int, target: int) -> Transformer:
    return Transformer.from_crs(source, target, always_xy=True)


def _as_floats(values: Sequence[Any] | npt.NDArray[Any]) -> Floats:
    """Any sequence (None, texts of numbers, « [ND] ») as floats; what is no number is NaN."""
    try:
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        return np.array([_as_float(value) for value in values], dtype=np.float64)


def _as_float(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return float("nan")


def _inside(longitude: Floats, latitude: Floats, box: ReferenceSystem) -> npt.NDArray[np.bool_]:
    return (longitude >= box.west) & (longitude <= box.east) & (latitude >= box.south) & (latitude <= box.north)


def to_wgs84(
    x: Sequence[Any] | npt.NDArray[Any], y: Sequence[Any] | npt.NDArray[Any], commune_codes: Sequence[str]
) -> tuple[Floats, Floats]:
    """Longitudes and latitudes (degrees) of points in metres; arrays of the same length as the input.

    NaN wherever a coordinate is missing, is 0,0, is no number, or falls outside the territory of the commune's system.
    """
    xs, ys = _as_floats(x), _as_floats(y)
    if not xs.shape == ys.shape == (len(commune_codes),):
        raise ValueError("x, y et les codes de communes doivent avoir la même longueur.")
    longitude = np.full(xs.shape, np.nan)
    latitude = np.full(xs.shape, np.nan)
    if not len(commune_codes):
        return longitude, latitude
    usable = np.isfinite(xs) & np.isfinite(ys) & ~((xs == 0) & (ys == 0))
    # Codes repeat by thousands: the system is looked up once per distinct code.
    codes, positions = np.unique(np.asarray([code or "" for code in commune_codes], dtype=str), return_inverse=True)
    chosen = [reference_system(str(code)) for code in codes]
    for system in systems():
        mine = usable & np.array([candidate is system for candidate in chosen])[positions]
        if not mine.any():
            continue
        lon, lat = _transformer(system.epsg, 4326).transform(xs[mine], ys[mine], errcheck=False)
        true = np.isfinite(lon) & np.isfinite(lat)
        true[true] = _inside(lon[true], lat[true], system)
        longitude[mine] = np.where(true, lon, np.nan)
        latitude[mine] = np.where(true, lat, np.nan)
    return longitude, latitude


def to_metres(
    longitude: Sequence[Any] | npt.NDArray[Any],
    latitude: Sequence[Any] | npt.NDArray[Any],
    commune_codes: Sequence[str],
) -> tuple[Floats, Floats]:
    """The other way: degrees → metres in the system of each commune (NaN where `reference_system` is None)."""
    lon, lat = _as_floats(longitude), _as_floats(latitude)
    x, y = np.full(lon.shape, np.nan), np.full(lat.shape, np.nan)
    chosen = [reference_system(code or "") for code in commune_codes]
    for system in systems():
        mine = np.array([candidate is system for candidate in chosen], dtype=bool)
        if mine.any():
            x[mine], y[mine] = _transformer(4326, system.epsg).transform(lon[mine], lat[mine])
    return x, y
