"""Whose an item of the inbox is: entrusted to a colleague, given back, handed on when somebody leaves."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import models, transaction

from essaim.desk.models import Assignment
from essaim.foundation import journal
from essaim.foundation.journal import Author
from essaim.people.models import Person
from essaim.people.queries import with_access


class AssignmentRefused(ValueError):
    """The item cannot be entrusted so; the message says why, in French."""


def assign(*, kind: str, item: models.Model, to: Person | None, by: Author, reason: str = "") -> Assignment | None:
    """Entrust one item to a colleague, or (None) to nobody; the same again: nothing is written.

    Raises AssignmentRefused when that person has no access to the team's space.
    """
    if to is not None and not with_access().filter(pk=to.pk).exists():
        raise AssignmentRefused(f"{to} n’a pas accès à l’espace de l’équipe.")
    with transaction.atomic():
        row = Assignment.objects.select_for_update(of=("self",)).filter(kind=kind, object_id=item.pk).first()
        before = row.to_id if row else None
        if before == (to.pk if to else None):
            return row
        if to is None:
            Assignment.objects.filter(kind=kind, object_id=item.pk).delete()
            row = None
        else:
            row, _new = Assignment.objects.update_or_create(
                kind=kind, object_id=item.pk, defaults={"to": to, "by_label": journal.label_of(by)[:200]}
            )
        journal.record(
            by=by,
            verb="confié à quelqu’un de l’équipe" if to else "remis à toute l’équipe",
            obj=item,
            reason=reason,
            before={"to": before},
            after={"to": to.pk if to else None},
            about=[to] if to else [],
        )
    return row


def assign_many(*, items: Sequence[tuple[str, models.Model]], to: Person | None, by: Author) -> int:
    """Entrust several items (kind, row) at once; each has its trace, in one group. Returns how many."""
    with transaction.atomic(), journal.group():
        for kind, item in items:
            assign(kind=kind, item=item, to=to, by=by)
    return len(items)


def hand_assignments(*, source: Person, target: Person, by: Author, reason: str) -> int:
    """Hand every item entrusted to somebody to somebody else; returns how many."""
    with transaction.atomic():
        number = Assignment.objects.filter(to=source).update(to=target, by_label=journal.label_of(by)[:200])
        if number:
            journal.record(
                by=by,
                verb="éléments confiés transmis",
                obj=source,
                reason=reason,
                after={"number": number, "to": target.pk},
                about=[target],
            )
    return number
