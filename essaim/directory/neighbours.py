"""« À côté » and « dans le même esprit »: who stands near a structure, with the reason that is shown beside each name.

A read: no write, four queries whatever the size of the territory.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from essaim.directory.enums import TRUE_POINTS
from essaim.directory.models import Establishment, Label, Structure
from essaim.directory.naming import shown_name
from essaim.directory.queries import structures_visible_to
from essaim.foundation.search import Near
from essaim.nomenclature.naf import naf
from essaim.nomenclature.publics import Public, publics_of
from essaim.people.models import Person

NEAR_KM = 10
SHOWN = 4
# The nearest ones that are asked for before visibility takes some away.
CANDIDATES = 40


@dataclass(frozen=True, slots=True)
class Neighbour:
    """One structure near another; `metres` as the crow flies."""

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


def neighbourhood(
    structure: Structure,
    establishments: Iterable[Establishment],
    label_kinds: Collection[str],
    person: Person | AnonymousUser,
    scope: Collection[str],
) -> Neighbourhood:
    """Same activity within 10 km of the structure's first public point, then same public; empty without a point."""
    here = next((e for e in establishments if not e.is_closed and e.has_true_point), None)
    if here is None or here.latitude is None or here.longitude is None:
        return Neighbourhood([], [])
    code = here.naf or structure.naf
    activity = naf(code)
    reason = f"même activité : {_lower_first(activity.plain)}" if activity else "même activité"
    search = _Surroundings(Near(here.latitude, here.longitude), person, scope)
    beside = [
        _neighbour(place, metres, reason) for place, metres in search.nearest(Q(naf=code), leaving={structure.pk})
    ]
    publics = publics_of(code, label_kinds)
    taken = {structure.pk, *(neighbour.structure.pk for neighbour in beside)}
    spirit = [
        _neighbour(place, metres, _shared_reason(place, publics))
        for place, metres in (search.nearest(_serving(publics), leaving=taken) if publics else [])
    ]
    return Neighbourhood(beside, spirit)


def _serving(publics: tuple[Public, ...]) -> Q:
    """The establishments whose activity or whose structure's labels serve one of these publics."""
    activities: frozenset[str] = frozenset().union(*(public.naf for public in publics))
    kinds: frozenset[str] = frozenset().union(*(public.label_kinds for public in publics))
    condition = Q(naf__in=sorted(activities))
    if kinds:
        labelled = Label.objects.filter(kind__in=sorted(kinds)).values("structure_id")
        condition |= Q(structure_id__in=labelled)
    return condition


def _shared_reason(place: Establishment, publics: tuple[Public, ...]) -> str:
    shared = next((public for public in publics if place.naf in public.naf), publics[0])
    return f"pour {shared.label}"


class _Surroundings:
    """What stands within 10 km of a point, for one person."""

    def __init__(self, near: Near, person: Person | AnonymousUser, scope: Collection[str]) -> None:
        self._near, self._person, self._scope = near, person, scope

    def nearest(self, condition: Q, *, leaving: Collection[int]) -> list[tuple[Establishment, float]]:
        """The nearest open establishments that meet a condition, one a structure, nearest first, then by name.

        Two queries: the candidates as bare numbers, then the visible ones among the first of them.
        """
        distances: dict[int, float] = {}
        chosen: dict[int, int] = {}
        for pk, structure_id, metres in self._candidates(condition):
            if structure_id not in leaving and structure_id not in chosen:
                chosen[structure_id], distances[pk] = pk, metres
            if len(chosen) == CANDIDATES:
                break
        if not chosen:
            return []
        visible = structures_visible_to(self._person, self._scope).filter(pk__in=list(chosen), is_closed=False)
        places = Establishment.objects.filter(pk__in=list(distances), structure__in=visible)
        found = [(place, distances[place.pk]) for place in places.select_related("structure__card", "commune")]
        return sorted(found, key=lambda pair: (pair[1], pair[0].structure.name, pair[0].pk))[:SHOWN]

    def _candidates(self, condition: Q) -> Iterator[tuple[int, int, float]]:
        """(establishment, structure, metres), nearest first."""
        box = self._near.box(NEAR_KM)
        rows = Establishment.objects.filter(
            condition,
            is_closed=False,
            position_quality__in=TRUE_POINTS,
            latitude__range=(box.south, box.north),
            longitude__range=(box.west, box.east),
        ).values_list("pk", "structure_id", "latitude", "longitude")
        table = np.array(list(rows), dtype=np.float64).reshape(-1, 4)
        kilometres = self._near.distances(table[:, 2], table[:, 3])
        for rank in np.lexsort((table[:, 0], kilometres)):
            if kilometres[rank] > NEAR_KM:
                return
            yield int(table[rank, 0]), int(table[rank, 1]), float(kilometres[rank]) * 1000


def _neighbour(establishment: Establishment, metres: float, reason: str) -> Neighbour:
    structure = establishment.structure
    return Neighbour(structure, shown_name(structure), establishment.commune.name, metres, reason)


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]
