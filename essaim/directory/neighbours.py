"""« À côté » and « dans le même esprit »: who stands near a structure, with the reason that is shown beside each name.

A read: no write, three queries whatever the size of the territory.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

from django.contrib.auth.models import AnonymousUser
from django.db.models import ExpressionWrapper, F, FloatField, Q, QuerySet

from essaim.directory.models import Establishment, Structure
from essaim.directory.naming import shown_name
from essaim.directory.queries import structures_visible_to
from essaim.nomenclature.naf import naf
from essaim.nomenclature.publics import Public, publics_of
from essaim.people.models import Person

EARTH_RADIUS_M = 6_371_000.0
METRES_PER_DEGREE = 111_195.0
NEAR_M = 10_000
SHOWN = 4
# The nearest candidates that the database hands over before the exact distance is computed.
CANDIDATES = 40


@dataclass(frozen=True, slots=True)
class Neighbour:
    """One structure near another; ``metres`` is None where one of the two has no public point."""

    structure: Structure
    name: str
    place: str
    metres: float
    reason: str


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """Both lists of a structure's page; a structure stands in one of them at most."""

    beside: list[Neighbour]
    same_spirit: list[Neighbour]


def metres_between(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Great-circle distance in metres between two points in degrees."""
    half_lat = radians(other_latitude - latitude) / 2
    half_lon = radians(other_longitude - longitude) / 2
    chord = sin(half_lat) ** 2 + cos(radians(latitude)) * cos(radians(other_latitude)) * sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_M * asin(min(1.0, sqrt(chord)))


def neighbourhood(
    structure: Structure,
    establishments: Iterable[Establishment],
    label_kinds: Collection[str],
    person: Person | AnonymousUser,
    scope: Collection[str],
) -> Neighbourhood:
    """Same activity within 10 km of the structure's first public point, then same public; empty without a point."""
    here = next((e for e in establishments if not e.is_closed and e.latitude is not None), None)
    if here is None or here.latitude is None or here.longitude is None:
        return Neighbourhood([], [])
    visible = structures_visible_to(person, scope).filter(is_closed=False).exclude(pk=structure.pk)
    beside = _nearest(here, visible, Q(naf=here.naf) if here.naf else Q(structure__naf=structure.naf), set())
    activity = naf(here.naf or structure.naf)
    reason = f"même activité : {_lower_first(activity.plain)}" if activity else "même activité"
    found = [_neighbour(e, metres, reason) for e, metres in beside]
    publics = publics_of(here.naf or structure.naf, label_kinds)
    taken = {neighbour.structure.pk for neighbour in found}
    spirit = _same_public(here, visible, publics, taken)
    return Neighbourhood(found, spirit)


def _same_public(
    here: Establishment, visible: QuerySet[Structure], publics: tuple[Public, ...], taken: set[int]
) -> list[Neighbour]:
    if not publics:
        return []
    activities = frozenset().union(*(public.naf for public in publics))
    kinds = frozenset().union(*(public.label_kinds for public in publics))
    condition = Q(naf__in=sorted(activities))
    if kinds:
        condition |= Q(structure__labels__kind__in=sorted(kinds))
    nearest = _nearest(here, visible, condition, taken)
    reason = f"pour {publics[0].label}"
    return [_neighbour(e, metres, _shared_reason(e, publics, reason)) for e, metres in nearest]


def _shared_reason(establishment: Establishment, publics: tuple[Public, ...], otherwise: str) -> str:
    shared = next((public for public in publics if establishment.naf in public.naf), None)
    return f"pour {shared.label}" if shared else otherwise


def _nearest(
    here: Establishment, visible: QuerySet[Structure], condition: Q, taken: set[int]
) -> list[tuple[Establishment, float]]:
    """The nearest open establishments that meet a condition, one a structure, nearest first, then by name."""
    assert here.latitude is not None and here.longitude is not None
    lat_span = NEAR_M / METRES_PER_DEGREE
    lon_scale = max(cos(radians(here.latitude)), 0.01)
    lon_span = lat_span / lon_scale
    north = F("latitude") - here.latitude
    east = (F("longitude") - here.longitude) * lon_scale
    candidates = (
        Establishment.objects.filter(
            condition,
            is_closed=False,
            structure__in=visible,
            latitude__range=(here.latitude - lat_span, here.latitude + lat_span),
            longitude__range=(here.longitude - lon_span, here.longitude + lon_span),
        )
        .exclude(structure__in=taken)
        .select_related("structure__card", "commune")
        .annotate(square=ExpressionWrapper(north * north + east * east, output_field=FloatField()))
        .order_by("square", "id")
        .distinct()[:CANDIDATES]
    )
    kept: dict[int, tuple[Establishment, float]] = {}
    for establishment in candidates:
        assert establishment.latitude is not None and establishment.longitude is not None
        metres = metres_between(here.latitude, here.longitude, establishment.latitude, establishment.longitude)
        if metres <= NEAR_M:
            kept.setdefault(establishment.structure_id, (establishment, metres))
    return sorted(kept.values(), key=lambda pair: (pair[1], pair[0].structure.name, pair[0].pk))[:SHOWN]


def _neighbour(establishment: Establishment, metres: float, reason: str) -> Neighbour:
    structure = establishment.structure
    return Neighbour(structure, shown_name(structure), establishment.commune.name, metres, reason)


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]
