"""What somebody has done in the directory, for their own space: proposals, corrections, mandates that are over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone

from essaim.directory.corrections import all_corrections
from essaim.directory.models import CardChange, Mandate, Structure, StructureProposal
from essaim.directory.queries import structures_visible_to
from essaim.foundation.territories import current_scope
from essaim.people.models import Person

if TYPE_CHECKING:
    from django.db.models import QuerySet

MOST = 10


@dataclass(frozen=True, slots=True)
class Former:
    """A structure that somebody represented: until when, why it ended, where to ask again (nowhere when it is gone)."""

    structure: Structure
    last_day: date
    reason: str
    again: str


def proposals_of(person: Person) -> QuerySet[StructureProposal]:
    """The structures that somebody proposed while signed in, the newest first."""
    return StructureProposal.objects.filter(proposer=person).select_related("structure", "commune").order_by("-pk")


def corrections_of(person: Person) -> QuerySet[CardChange]:
    """The corrections that somebody sent while signed in, the newest first."""
    return all_corrections().filter(by=person).order_by("-pk")


@dataclass(frozen=True, slots=True)
class Mandates:
    """The structures that somebody represents, by name, and those that they represented."""

    structures: Sequence[Structure]
    former: Sequence[Former]


def mandates_told(person: Person) -> Mandates:
    """The structures of this person, with their card, and the last mandate of each former one; two queries at most."""
    today = timezone.localdate()
    last: dict[int, Mandate] = {}
    rows = Mandate.objects.filter(person=person, structure__merged_into__isnull=True)
    acting: dict[int, Structure] = {}
    for row in rows.select_related("structure__card").order_by("-since", "-pk"):
        if row.is_in_force():
            acting[row.structure_id] = row.structure
        last.setdefault(row.structure_id, row)
    gone = [row for key, row in last.items() if key not in acting][:MOST]
    shown = structures_visible_to(person, current_scope()).filter(pk__in=[row.structure_id for row in gone])
    open_ones = set(shown.order_by().values_list("pk", flat=True)) if gone else set()
    return Mandates(
        sorted(acting.values(), key=lambda structure: (structure.name, structure.pk)),
        [_former(row, today, is_open=row.structure_id in open_ones) for row in gone],
    )


def _former(row: Mandate, today: date, *, is_open: bool) -> Former:
    ended = timezone.localdate(row.ended_at) if row.ended_at else today
    day = min(ended, row.until) if row.until else ended
    reason = row.get_end_reason_display() if row.end_reason else "son terme est passé"
    structure = row.structure
    again = reverse("claims:represent", args=[structure.slug, structure.key]) if is_open else ""
    return Former(structure, day, reason, again)
