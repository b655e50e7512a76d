"""The demonstration's doors: one button a role, where everything is invented and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings

from essaim.foundation.context import structures_are_invented
from essaim.people.models import Person
from essaim.people.queries import current_offices, invented_accounts
from essaim.people.registries import person_roles
from essaim.people.team import BY_OFFICE


@dataclass(frozen=True)
class Persona:
    """One account of the demonstration, and what it shows."""

    person: Person
    captions: Sequence[str]


def are_open() -> bool:
    """Whether this installation opens them: its settings say so, and what its pages show is invented."""
    return bool(settings.DEMO_DOORS) and structures_are_invented()


def listed() -> list[Persona]:
    """Every persona: who carries the policy first, residents last. One query, one for offices, one a role."""
    persons = list(invented_accounts())
    said = _captions(persons)
    return sorted((Persona(person, said[person.pk]) for person in persons), key=_rank)


def _rank(one: Persona) -> tuple[bool, bool, int]:
    return not one.person.is_officer, not one.person.is_superuser, -len(one.captions)


def persona(pk: str) -> Person | None:
    """The account of that number when it is one of the demonstration's."""
    return invented_accounts().filter(pk=pk).first() if pk.isascii() and pk.isdigit() and len(pk) < 19 else None


def _captions(persons: Sequence[Person]) -> Mapping[int, list[str]]:
    """The roles of each, as the rooms tell them; the offices by their own title."""
    said: dict[int, list[str]] = {person.pk: [] for person in persons}
    for office in current_offices().filter(person__in=persons):
        said[office.person_id].append(office.title or office.get_kind_display())
    for role in person_roles:
        if role.key not in BY_OFFICE:
            for pk in role.held_by().filter(pk__in=said).values_list("pk", flat=True):
                said[pk].append(role.label)
    return said
