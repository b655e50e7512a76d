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


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One published change in words."""

    change: CardChange
    who: str
    fields: list[Difference]


def changes_of(structure: Structure) -> QuerySet[CardChange]:
    """Every published change of a card, the newest first."""
    published = CardChange.objects.filter(structure=structure, version__isnull=False)
    return published.select_related("by", "restores").order_by("-version")


def change_views(changes: Sequence[CardChange]) -> list[ChangeView]:
    """These changes in words; one query for the roles, none for an empty list."""
    if not changes:
        return []
    people = {change.by_id for change in changes if change.by_id is not None}
    held = Mandate.objects.filter(structure=changes[0].structure_id, person__in=people).order_by("pk")
    roles = {mandate.person_id: mandate.role for mandate in held}
    return [
        ChangeView(change, who(change, roles), differences(change.base, change.values, change.published_fields))
        for change in changes
    ]


def who(change: CardChange, roles: dict[int, str]) -> str:
    """« l’équipe ESS », « une personne du public », « Dominique, présidente »: who changed a card, by role or name."""
    if change.origin == ChangeOrigin.PUBLIC:
        return "une personne du public"
    if change.origin == ChangeOrigin.CAMPAIGN:
        return "la structure, par le lien de vérification"
    person = change.by
    if change.origin == ChangeOrigin.TEAM or (person is not None and person.pk not in roles and is_officer(person)):
        return "l’équipe ESS"
    if person is None:
        return "la structure"
    return ", ".join(part for part in (person.name or "une personne de la structure", roles.get(person.pk, "")) if part)
