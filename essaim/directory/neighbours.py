"""« À côté » and « dans le même esprit »: who stands near a structure, with the reason that is shown beside each name.

A read: no write, five queries whatever the size of the territory.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.utils import timezone

from essaim.directory.enums import TRUE_POINTS
from essaim.directory.models import Establishment, Structure
from essaim.directory.naming import shown_name
from essaim.directory.queries import labels_valid_on, structures_visible_to
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
    person: Person | AnonymousUser,
    scope: Collection[str],
) -> Neighbourhood:
    """Same activity within 10 km of the structure's first public point, then same public; empty without a point.

    Needs `shown_labels`.
    """
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
    today = timezone.localdate()
    publics = publics_of(code, {label.kind for label in structure.shown_labels if label.is_valid_on(today)})
    taken = {structure.pk, *(neighbour.structure.pk for neighbour in beside)}
    serving = search.nearest(_serving(publics, today), leaving=taken) if publics else []
    kinds = _label_kinds([place.structure_id for place, _ in serving], today)
    spirit = [
        _neighbour(place, metres, f"pour {shared.label}")
        for place, metres in serving
        for shared in _shared(publics, publics_of(place.naf, kinds[place.structure_id]))
    ]
    return Neighbourhood(beside, spirit)


def _serving(publics: tuple[Public, ...], today: date) -> Q:
    """The establishments whose activity or whose structure's labels serve one of these publics."""
    activities: frozenset[str] = frozenset().union(*(public.naf for public in publics))
    kinds: frozenset[str] = frozenset().union(*(public.label_kinds for public in publics))
    condition = Q(naf__in=sorted(activities))
    if kinds:
        labelled = labels_valid_on(today).filter(kind__in=sorted(kinds)).values("structure_id")
        condition |= Q(structure_id__in=labelled)
    return condition


def _label_kinds(structures: Collection[int], today: date) -> dict[int, set[str]]:
    """The kinds of label that each of these structures holds."""
    kinds: dict[int, set[str]] = {pk: set() for pk in structures}
    if kinds:
        for pk, kind in labels_valid_on(today).filter(structure_id__in=kinds).values_list("structure_id", "kind"):
            kinds[pk].add(kind)
    return kinds


def _shared(publics: tuple[Public, ...], theirs: tuple[Public, ...]) -> list[Public]:
    """The first public that both serve; none when what made them alike has just left the database."""
    return [public for public in publics if public in theirs][:1]


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
