"""Verbs about one's own account: its name, its address, the traces of its proofs, its open sessions."""

from __future__ import annotations

from collections.abc import Iterable

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone

from essaim.foundation import journal, mails
from essaim.foundation.plaintext import clean_line
from essaim.people.mails import AddressChanged, AddressProof, AddressTaken
from essaim.people.models import Person

LINK_OVER = "Ce lien ne sert plus : il a déjà servi, ou il a plus d’un jour. Demandez-en un autre depuis votre compte."
SEEN_EVERY = 300
"""Seconds: how often « last seen » is written, for one session."""
TAKEN = "Cette adresse a déjà un compte : entrez avec elle, ou choisissez-en une autre."


def change_name(*, person: Person, name: str) -> None:
    """Change the name that others see; empty, the site shows none."""
    name = clean_line(name)
    if len(name) > 150:
        raise ValidationError("Ce nom est trop long : 150 caractères au plus.")
    with transaction.atomic():
        locked = Person.objects.select_for_update().get(pk=person.pk)
        if locked.name == name:
            return
        locked.name = name
        locked.save(update_fields=["name"])
        journal.record(by=locked, verb="nom affiché changé", obj=locked, after={"name": "changé"})


def ask_address(*, person: Person, address: str) -> None:
    """Write to the new address (already clean), which must prove itself; whether it has an account is told to it alone.

    Raises ValidationError when it is today's.
    """
    if address == person.email:
        raise ValidationError("C’est déjà l’adresse de votre compte.")
    if Person.objects.filter(email=address).exists():
        mails.send(AddressTaken(address=address), address)
    else:
        mails.send(AddressProof(person_id=person.pk, address=address), address)


def change_address(*, person_id: int, former: str, address: str, at: str) -> Person:
    """Give the account its new address, proved by its link; the former one is told. Raises ValidationError."""
    try:
        with transaction.atomic():
            person = Person.objects.select_for_update().filter(pk=person_id, email=former, is_active=True).first()
            if person is None:
                raise ValidationError(LINK_OVER)
            person.email = address
            person.save(update_fields=["email"])
            EmailAddress.objects.filter(user=person).delete()
            journal.record(by=person, verb="adresse du compte changée", obj=person, after={"email": "changée"})
            mails.send(AddressChanged(at=at), former)
    except IntegrityError:
        raise ValidationError(TAKEN) from None
    return person


def trace_proof(*, person: Person, what: str) -> None:
    """Leave in the journal that a proof of this account was set, changed or removed."""
    with transaction.atomic():
        journal.record(by=person, verb=what, obj=person)


def keep_session(*, request: HttpRequest, person: Person) -> None:
    """Write down the session that has just opened, whatever door it came by; those that are over leave the list."""
    alive = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    UserSession.objects.filter(user_id=person.pk).exclude(session_key__in=alive).delete()
    UserSession.objects.create_from_request(request)


def end_sessions(sessions: Iterable[UserSession]) -> int:
    """Close these sessions, on whatever device they are; return how many."""
    ended = 0
    for session in sessions:
        session.end()
        ended += 1
    return ended


def note_seen(session_key: str) -> None:
    """Remember that this session has just acted; at most one light write in `SEEN_EVERY` seconds."""
    if cache.add(f"seen:{session_key}", 1, SEEN_EVERY):
        UserSession.objects.filter(session_key=session_key).update(last_seen_at=timezone.now())
