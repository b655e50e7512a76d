"""What the desk forgets when an account is erased. Its work was handed over before (see `handovers`)."""

from __future__ import annotations

from django.db import transaction

from essaim.desk.models import Assignment, SavedView
from essaim.foundation import journal
from essaim.foundation.journal import Author
from essaim.people.actions.forgetting import forget_signature
from essaim.people.models import Person


def forget_at_desk(*, person: Person, by: Author) -> int:
    """Free what was still theirs: items wait for anybody again, views go; return how many."""
    with transaction.atomic():
        freed, _ = Assignment.objects.filter(to=person).delete()
        views, _ = SavedView.objects.filter(person=person).delete()
        forget_signature(person=person, model=Assignment, columns={"by_label": ""})
        if freed or views:
            journal.record(by=by, verb="bureau vidé", obj=person, after={"éléments": freed, "vues": views})
    return freed + views
