"""Reads about corrections of a card by others than its own people: what waits, and the three texts side by side."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from essaim.directory.cardfields import FIELDS, LABELS
from essaim.directory.cardwords import words_of
from essaim.directory.enums import ChangeOrigin
from essaim.directory.mandates import in_force
from essaim.directory.models import Card, CardChange, Mandate, Structure
from essaim.directory.queries import in_scope

if TYPE_CHECKING:
    from django.db.models import QuerySet

BY_OTHERS = (ChangeOrigin.PUBLIC.value, ChangeOrigin.CAMPAIGN.value)
"""Origins that somebody else than the author answers: nobody has proved to represent the structure."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One field of a correction in words: as the author saw it, as it is today, as it would be."""

    name: str
    label: str
    seen: list[str]
    today: list[str]
    proposed: list[str]
    is_kept: bool | None = None
    """None while nothing is decided."""

    @property
    def has_moved(self) -> bool:
        """The card says something else than what the author saw."""
        return self.seen != self.today


def all_corrections() -> QuerySet[CardChange]:
    """Every correction by others, with what its line shows."""
    return CardChange.objects.filter(origin__in=BY_OTHERS).select_related("structure__card", "decided_by")


def waiting() -> QuerySet[CardChange]:
    """Those that wait for somebody's word."""
    return all_corrections().filter(decided_at__isnull=True)


def corrections_in(scope: Collection[str]) -> QuerySet[CardChange]:
    """Those of the structures of these EPCI."""
    return all_corrections().filter(structure__in=in_scope(scope))


def waiting_in(scope: Collection[str]) -> QuerySet[CardChange]:
    """Those of the structures of these EPCI that wait for somebody's word."""
    return waiting().filter(structure__in=in_scope(scope))


def compare(change: CardChange) -> list[Compared]:
    """The fields of a correction, in the order of a card. `change.structure.card` is fetched."""
    card: Card | None = getattr(change.structure, "card", None)
    is_open = change.decided_at is None
    found = []
    for name in FIELDS:
        if name not in change.values:
            continue
        seen = words_of(name, change.base.get(name))
        found.append(
            Compared(
                name,
                LABELS[name],
                seen,
                words_of(name, getattr(card, name) if card else None) if is_open else seen,
                words_of(name, change.values[name]),
                None if is_open else name in change.published_fields,
            )
        )
    return found


def current_mandates(structure: Structure) -> list[Mandate]:
    """Who represents the structure today, and since when: the officer is told before she answers in their place."""
    return list(in_force().filter(structure=structure).select_related("person").order_by("since", "pk"))
