"""Reads of the directory. `structures_visible_to` is the one rule of visibility for pages, search, API, exports and maps."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Subquery

from essaim.directory.enums import Decision
from essaim.directory.models import Criterion, Establishment, FormerKey, Label, LocalDecision, Structure, SyncRun
from essaim.people.models import Person
from essaim.people.rules import is_officer


def in_scope(scope: Collection[str]) -> Q:
    """The structures with a place, open or closed, in one of these EPCI (SIREN)."""
    return Exists(Establishment.objects.filter(structure=OuterRef("pk"), commune__epci__in=sorted(scope)))  # type: ignore[return-value]


def is_set_aside() -> Exists:
    """The officer's last decision about the structure is to exclude it."""
    last = LocalDecision.objects.filter(structure=OuterRef("structure")).order_by("-id").values("id")[:1]
    return Exists(
        LocalDecision.objects.filter(structure=OuterRef("pk"), decision=Decision.EXCLUDE, id=Subquery(last))
    )


def structures_visible_to(person: Person | AnonymousUser, scope: Collection[str]) -> QuerySet[Structure]:
    """The structures of these EPCI that the person may see.

    Public: those with at least one criterion, that the officer has not set aside, and that are not merged into
    another. An officer sees all of the territory's.
    """
    structures = Structure.objects.filter(in_scope(scope))
    if is_officer(person):
        return structures
    return structures.filter(Exists(Criterion.objects.filter(structure=OuterRef("pk"))), merged_into=None).exclude(
        is_set_aside()
    )


def by_key(key: str) -> Structure | None:
    """The structure of a public key, present or former (then its own `key` differs: redirect); None if unknown."""
    structure = Structure.objects.filter(key=key).select_related("merged_into").first()
    if structure is None:
        former = FormerKey.objects.filter(key=key).select_related("structure__merged_into").first()
        structure = former.structure if former else None
    seen: set[int] = set()
    while structure is not None and structure.merged_into is not None and structure.pk not in seen:
        seen.add(structure.pk)
        structure = structure.merged_into
    return structure


def with_everything_shown(structures: QuerySet[Structure], scope: Collection[str]) -> QuerySet[Structure]:
    """Fetch what a card or a row of an export shows: five queries whatever the number of structures.

    `structure.scoped_establishments` holds the places of these EPCI, open ones and the head office first.
    """
    places = (
        Establishment.objects.filter(commune__epci__in=sorted(scope))
        .select_related("commune")
        .order_by("is_closed", "-is_head_office", "siret", "id")
    )
    return structures.select_related("card").prefetch_related(
        Prefetch("establishments", queryset=places, to_attr="scoped_establishments"),
        Prefetch("labels", queryset=Label.objects.order_by("kind", "id")),
        Prefetch("criteria", queryset=Criterion.objects.order_by("code")),
    )


def page_of(ids: Sequence[int], scope: Collection[str]) -> list[Structure]:
    """The structures of these internal ids, in that order, with everything a card shows; ids gone since are left out."""
    found = with_everything_shown(Structure.objects.filter(pk__in=ids), scope).in_bulk()
    return [found[pk] for pk in ids if pk in found]


def last_sync(scope: Collection[str]) -> SyncRun | None:
    """The last applied synchronisation of these territories: the freshness that pages show."""
    return SyncRun.objects.filter(territory__in=sorted(scope)).order_by("-id").first()
