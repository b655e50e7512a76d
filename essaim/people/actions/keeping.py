"""What the room forgets in time: accounts that nobody uses, old sessions, requests to come in."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from essaim.foundation import journal, mails
from essaim.foundation.journal import Author
from essaim.people.actions.erasing import erase_account
from essaim.people.leaving import WARNED_FOR, to_erase, to_warn
from essaim.people.mails_erasure import AccountSleeps
from essaim.people.models import EntryCode, Person
from essaim.people.queries import INVENTED_DOMAIN, invented_accounts

if TYPE_CHECKING:
    from django.db.models import QuerySet

SESSIONS_KEPT = timedelta(days=365)
"""Traces of connections: six months to a year (CNIL, recommendation on logging, 2021)."""
ENTRIES_KEPT = timedelta(days=1)
"""A code is good for a quarter of an hour; how often an address asks is counted over a day."""


def _real(persons: QuerySet[Person]) -> QuerySet[Person]:
    """Without the open accounts of a demonstration, which cannot be erased: they close when real data arrive."""
    return persons.exclude(pk__in=invented_accounts().order_by().values("pk"))


def warn_unused(*, by: Author) -> int:
    """Tell the holders of accounts that nobody uses that they will go in thirty days; return how many."""
    number = 0
    for pk in list(_real(to_warn()).values_list("pk", flat=True)):
        with transaction.atomic():
            person = to_warn().select_for_update(of=("self",)).filter(pk=pk).first()
            if person is None:
                continue
            person.warned_at = timezone.now()
            person.save(update_fields=["warned_at"])
            day = timezone.localdate() + WARNED_FOR
            if not person.email.endswith(INVENTED_DOMAIN):
                mails.send(AccountSleeps(day=day.isoformat()), person.email)
            journal.record(by=by, verb="suppression d’un compte inutilisé annoncée", obj=person)
            number += 1
    return number


def erase_unused(*, by: Author) -> int:
    """Warn those who must be, erase those who were warned and did not come back; return how many were erased."""
    warn_unused(by=by)
    gone = list(_real(to_erase()).values_list("pk", flat=True))
    for pk in gone:
        erase_account(person=Person(pk=pk), by=by, reason="Trois ans sans connexion, trente jours après un message")
    return len(gone)


def purge_sessions(*, by: Author) -> int:
    """Erase the list of where accounts were open, a year after the last visit, and the sessions that are over."""
    now = timezone.now()
    with transaction.atomic():
        number, _ = UserSession.objects.filter(last_seen_at__lt=now - SESSIONS_KEPT).delete()
        ended, _ = Session.objects.filter(expire_date__lt=now).delete()
        if number:
            journal.record(by=by, verb="traces de connexion effacées", after={"number": number})
    return int(number) + int(ended)


def purge_entries(*, by: Author) -> int:
    """Erase the requests to come in that are a day old: they were good for a quarter of an hour. No journal."""
    del by
    number, _ = EntryCode.objects.filter(asked_at__lt=timezone.now() - ENTRIES_KEPT).delete()
    return number
