"""What the directory tells of people to the rooms below: who represents a structure, what an employer may be here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from essaim.directory.mandates import in_force, represented_by
from essaim.directory.models import Mandate
from essaim.directory.queries import visible_by_key
from essaim.directory.rules import may_claim
from essaim.foundation.territories import current_scope
from essaim.people.models import Person
from essaim.people.registries import (
    EmployerSuggestion,
    PersonPanel,
    PersonRole,
    employer_suggestions,
    person_panels,
    person_roles,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet


def representatives() -> QuerySet[Person]:
    """Whoever acts for a structure today."""
    return Person.objects.filter(pk__in=in_force().order_by().values("person_id"))


def _mandates(person: Person, _viewer: Any) -> dict[str, Any]:
    """Every mandate of somebody, ended ones too, the newest first; one query."""
    return {"mandates": Mandate.objects.filter(person=person).select_related("structure").order_by("-since", "-pk")}


def claimable_employer(siren: str, person: Any) -> Sequence[tuple[str, str]]:
    """The structure of that SIREN, for whoever may ask to represent it: asking is all that it opens."""
    if not (siren and may_claim(person)):
        return []
    structure = visible_by_key(siren, person, current_scope()).first()
    if structure is None or structure.pk in represented_by(person):
        return []
    return [(str(structure), reverse("claims:represent", args=[structure.slug, structure.key]))]


def register() -> None:
    """Called once, when Django is ready."""
    person_roles.register(PersonRole("representant", "Représente une structure", representatives, order=50))
    person_panels.register(
        PersonPanel("mandats", "Mandats", "directory/parts/person_mandates.html", _mandates, order=10)
    )
    employer_suggestions.register(EmployerSuggestion("annuaire", claimable_employer))
