"""The history of a card, as its structure and the team read it: who by their role, never a private address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from essaim.directory.cardwords import Difference, differences
from essaim.directory.enums import ChangeOrigin
from essaim.directory.models import CardChange, Mandate, Structure
from essaim.people.rules import is_officer

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from essaim.people.models import Person

TEAM = "l’équipe ESS"
_OTHERS = {
    ChangeOrigin.PUBLIC: "une personne du public",
    ChangeOrigin.CAMPAIGN: "une réponse par le lien de vérification",
}
"""Words of whom nobody has proved to represent the structure: whoever accepted them is told beside."""


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One published change in words."""

    change: CardChange
    who: str
    fields: list[Difference]


def changes_of(structure: Structure) -> QuerySet[CardChange]:
    """Every published change of a card, the newest first."""
    published = CardChange.objects.filter(structure=structure, version__isnull=False)
    return published.select_related("by", "decided_by", "restores").order_by("-version")


def change_views(changes: Sequence[CardChange]) -> list[ChangeView]:
    """These changes in words; one query for the roles, none for an empty list."""
    if not changes:
        return []
    people = {pk for change in changes for pk in (change.by_id, change.decided_by_id) if pk is not None}
    held = Mandate.objects.filter(structure=changes[0].structure_id, person__in=people).order_by("pk")
    roles = {mandate.person_id: mandate.role for mandate in held}
    return [
        ChangeView(change, who(change, roles), differences(change.base, change.values, change.published_fields))
        for change in changes
    ]


def who(change: CardChange, roles: dict[int, str]) -> str:
    """« l’équipe ESS », « une personne du public, accepté par … »: who changed a card, by role or name."""
    if change.origin in _OTHERS:
        words = _OTHERS[ChangeOrigin(change.origin)]
        return f"{words}, accepté par {_hand(change.decided_by, roles)}" if change.decided_by else words
    if change.origin == ChangeOrigin.TEAM:
        return TEAM
    return _hand(change.by, roles) if change.by else "la structure"


def _hand(person: Person, roles: dict[int, str]) -> str:
    if person.pk not in roles and is_officer(person):
        return TEAM
    return ", ".join(part for part in (person.name or "une personne de la structure", roles.get(person.pk, "")) if part)
