"""Centres of communes worked out from points, robust against absurd ones. Pure: no query."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import cos, hypot, radians
from statistics import median
from typing import TYPE_CHECKING

from essaim.foundation.geo import KM_PER_DEGREE

if TYPE_CHECKING:
    from essaim.geography.models import Commune

Degrees = tuple[float, float]
"""Latitude, longitude, WGS84."""

MEDIAN_SOURCE = "Médiane des établissements de la commune"
STILL_KM = 0.5
FAR_KM = 60.0
FAR_TIMES = 4.0
"""A commune stands at most this many times as far from the middle of its EPCI as half of them do (Guyane: 250 km)."""


def distance_km(a: Degrees, b: Degrees) -> float:
    """Distance in km on the plane that touches the globe between the two: exact enough within an EPCI."""
    shrink = cos(radians((a[0] + b[0]) / 2))
    return hypot(a[0] - b[0], (a[1] - b[1]) * shrink) * KM_PER_DEGREE


def weak_centre(commune: Commune) -> bool:
    """A centre that any stated source may replace: absent, or only a median of establishments."""
    return commune.latitude is None or commune.centre_source.startswith(MEDIAN_SOURCE)


def moves(commune: Commune, centre: Degrees) -> bool:
    """Whether a median is to be written: the commune has no centre, or a former median over STILL_KM away."""
    if commune.latitude is None or commune.longitude is None:
        return True
    return weak_centre(commune) and distance_km((commune.latitude, commune.longitude), centre) > STILL_KM


def medians(points: Mapping[str, Sequence[Degrees]], *, known: Mapping[str, Degrees]) -> dict[str, Degrees]:
    """Commune code → median of its points, for the communes of one EPCI whose centre is not `known`.

    Robust twice: a few absurd points do not move the median of their commune, and a commune of absurd points alone
    stands too far from the middle of the others to be given a centre.
    """
    found = {code: _middle(pairs) for code, pairs in points.items() if pairs and code not in known}
    every = {**found, **known}
    if not found:
        return {}
    middle = _middle(every.values())
    away = {code: distance_km(centre, middle) for code, centre in every.items()}
    limit = max(FAR_KM, FAR_TIMES * median(away.values()))
    return {code: centre for code, centre in found.items() if away[code] <= limit}


def _middle(points: Iterable[Degrees]) -> Degrees:
    latitudes, longitudes = zip(*points, strict=True)
    return round(median(latitudes), 5), round(median(longitudes), 5)
