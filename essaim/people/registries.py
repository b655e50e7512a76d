"""What rooms above tell of people: their roles, what their file shows, what their employer may be here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from essaim.foundation.registries import Registry

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from essaim.people.models import Person


@dataclass(frozen=True)
class PersonRole:
    """A role that somebody may hold today; `held_by()` = the persons who do, as a queryset that composes."""

    key: str
    label: str
    held_by: Callable[[], QuerySet[Person]]
    order: int = 100


@dataclass(frozen=True)
class PersonPanel:
    """A block of a person's file, for the team; `context(person, viewer)` feeds the template."""

    key: str
    title: str
    template: str
    context: Callable[[Any, Any], Mapping[str, Any]]
    order: int = 100


@dataclass(frozen=True)
class EmployerSuggestion:
    """What a room knows of an employer: `find(siren, person)` gives (name, address) of what may be claimed."""

    key: str
    find: Callable[[str, Any], Sequence[tuple[str, str]]]
    order: int = 100


person_roles: Registry[PersonRole] = Registry("rôles des personnes")
person_panels: Registry[PersonPanel] = Registry("panneaux d’une personne")
employer_suggestions: Registry[EmployerSuggestion] = Registry("employeurs")
