"""Reads about mandates: who acts for which structure, today."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

from essaim.directory.models import Mandate, Structure
from essaim.foundation import memo
from essaim.people.models import Person

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.db.models import QuerySet


def in_force() -> QuerySet[Mandate]:
    """The mandates in force now: not ended, their last day not past, of an open account."""
    today = timezone.localdate()
    return Mandate.objects.filter(
        Q(until__isnull=True) | Q(until__gte=today), ended_at__isnull=True, person__is_active=True
    )


def represented_by(person: Person) -> frozenset[int]:
    """Ids of the structures that this person represents today; one query, once per request."""
    return memo.once(
        ("directory.represented", person.pk),
        lambda: frozenset(in_force().filter(person=person).order_by().values_list("structure_id", flat=True)),
    )


def mandates_of(structure: Structure) -> QuerySet[Mandate]:
    """Every mandate of a structure, ended ones too: those in force first, the newest first."""
    return Mandate.objects.filter(structure=structure).select_related("person").order_by("ended_at", "-since", "-pk")


def representatives_of(structures: Collection[Structure] | QuerySet[Structure]) -> QuerySet[Person]:
    """The persons who represent one of these structures today."""
    mine = in_force().filter(structure__in=structures).values("person_id")
    return Person.objects.filter(pk__in=mine).order_by("email")


def is_represented(structure: Structure) -> bool:
    """Whether somebody represents that structure today."""
    return in_force().filter(structure=structure).exists()
