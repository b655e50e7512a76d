"""Handing on everything that a colleague carries."""

from __future__ import annotations

from django.db import transaction

from essaim.desk.departure import carried_by
from essaim.foundation import journal
from essaim.foundation.journal import Author
from essaim.people.models import Person
from essaim.people.queries import with_access


class DepartureRefused(ValueError):
    """Nothing can be handed on so; the message says why, in French."""


def hand_everything(*, source: Person, target: Person, by: Author, reason: str) -> int:
    """Hand what every room says that `source` carries to `target`: all of it, or nothing. Returns how many things.

    Raises DepartureRefused when both are one, when `target` has no access to the team's space, or without a reason.
    """
    if not reason.strip():
        raise DepartureRefused("Dites pourquoi : la raison est gardée dans le journal.")
    if source.pk == target.pk:
        raise DepartureRefused("Choisissez une autre personne que celle qui s’en va.")
    if not with_access().filter(pk=target.pk).exists():
        raise DepartureRefused(f"{target} n’a pas accès à l’espace de l’équipe.")
    with transaction.atomic(), journal.group():
        return sum(
            each.handover.hand(source=source, target=target, by=by, reason=reason.strip())
            for each in carried_by(source)
        )
