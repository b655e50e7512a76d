"""Whether somebody accepts to be contacted by the team, beside the messages that their account needs."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from essaim.foundation import journal
from essaim.foundation.journal import Author
from essaim.people.models import Person


def set_contact_consent(*, person: Person, agrees: bool, by: Author) -> Person:
    """Keep that somebody accepts to be contacted, from now on, or takes it back. Again the same: nothing is written."""
    with transaction.atomic():
        locked = Person.objects.select_for_update().get(pk=person.pk)
        if agrees == (locked.contact_consent_at is not None):
            return locked
        locked.contact_consent_at = timezone.now() if agrees else None
        locked.save(update_fields=["contact_consent_at"])
        journal.record(
            by=by,
            verb="nouvelles de l’équipe acceptées" if agrees else "nouvelles de l’équipe refusées",
            obj=locked,
        )
    return locked
