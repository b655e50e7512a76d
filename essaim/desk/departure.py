"""« Préparer un départ »: everything that a colleague carries, whichever room it is of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q
from django.urls import reverse

from essaim.desk import inbox
from essaim.desk.models import SavedView
from essaim.foundation.registries import Handover, handovers
from essaim.people.models import Person

if TYPE_CHECKING:
    from django.db.models import QuerySet


@dataclass(frozen=True)
class Carried:
    """What one room says that a colleague carries."""

    handover: Handover
    items: Sequence[tuple[str, str]]


def carriers() -> QuerySet[Person]:
    """Who may leave something: the team, and whoever lost that access with things still in their name."""
    carries = Q(is_officer=True) | Q(is_superuser=True) | Q(assignments__isnull=False) | Q(saved_views__isnull=False)
    return Person.objects.filter(carries).distinct().order_by("email")


def carried_by(person: Person) -> list[Carried]:
    """What this colleague carries, by room; what is empty is left out."""
    found = [Carried(each, each.items(person)) for each in handovers]
    return [each for each in found if each.items]


def assigned_items(person: Person) -> list[tuple[str, str]]:
    """The waiting items of the inbox entrusted to this colleague: label, address."""
    return [
        (f"{line.kind.label} : {line.item}", reverse("desk:item", args=[line.kind.key, line.item.pk]))
        for line in inbox.carried_by(person)
    ]


def saved_views(person: Person) -> list[tuple[str, str]]:
    """The views that this colleague keeps: name, address."""
    views = SavedView.objects.filter(person=person).order_by("name")
    return [(view.name, f"{reverse('desk:inbox')}?{view.query}") for view in views]
