"""Verbs of the door: ask for a message, come in by the code or the link that it holds."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from essaim.foundation import journal, mails
from essaim.people.entry import same_code
from essaim.people.mails import AccountOpening, AccountShut, SignInCode
from essaim.people.models import EntryCode, Person
from essaim.people.models.entries import LASTS, MOST_TRIES

MOST_MESSAGES = 5
"""To one mailbox, during the life of a code: nobody fills somebody else's. Only what has left counts."""
DOOR = "la porte du site"


class EntryRefused(Exception):
    """Nobody comes in; the message is for the visitor."""


class WrongCode(EntryRefused):
    """Not that code; `left` = tries left."""

    def __init__(self, left: int) -> None:
        self.left = left
        again = f"Il vous reste {left} essai{'s' if left > 1 else ''}." if left else "Demandez-en un nouveau."
        super().__init__(f"Ce n’est pas le code du message. {again}")


class EntryOver(EntryRefused):
    """It has served, it is too old, or too many wrong codes were typed."""

    def __init__(self) -> None:
        super().__init__("Ce code ne sert plus : il a servi, ou il a plus d’un quart d’heure. Demandez-en un autre.")


def ask_entry(*, address: str, wanted: str = "", former: int | None = None) -> EntryCode:
    """Keep a request and send its message; `address` is already clean, `former` the request that this one replaces.

    Known, unknown or closed, an address costs the same work: one row, one message. Past `MOST_MESSAGES` nothing leaves
    as long as one of the messages before holds a link that is still good: whoever asks for somebody else's address, as
    often as they like, never shuts its owner out.
    """
    now = timezone.now()
    with transaction.atomic():
        before = list(EntryCode.objects.filter(address=address, sent=True, asked_at__gt=now - LASTS).order_by("pk"))
        leaves = len(before) < MOST_MESSAGES or not any(one.is_good for one in before)
        if not leaves and (mine := next((one for one in before if one.pk == former and one.is_good), None)):
            return mine  # this browser already waits for a code that has left, and that is still good
        if former is not None:
            # The newest counts: an older code typed on this page would only surprise.
            EntryCode.objects.filter(pk=former, used_at=None).update(used_at=now)
        entry = EntryCode.objects.create(address=address, seed=secrets.token_hex(16), wanted=wanted[:500], sent=leaves)
        person = Person.objects.filter(email=address).only("pk", "is_active").first()
        if leaves:
            if person is None:
                mails.send(AccountOpening(entry_id=entry.pk), address)
            elif person.is_active:
                mails.send(SignInCode(entry_id=entry.pk), address)
            else:
                mails.send(AccountShut(entry_id=entry.pk), address)
    return entry


def enter_by_code(*, entry_id: int, code: str) -> Person:
    """Return who comes in by that code, opening the account of an address that has none.

    Raises WrongCode (the try is counted, whatever else happens at the same moment) or EntryOver.
    """
    return _enter(entry_id, lambda entry: same_code(code, entry))


def enter_by_link(*, entry_id: int) -> Person:
    """Return who comes in by the link of that request (`entry.entry_of` has read it). Raises EntryOver."""
    return _enter(entry_id, lambda _entry: True)


def _enter(entry_id: int, proved: Callable[[EntryCode], bool]) -> Person:
    with transaction.atomic():
        entry = EntryCode.objects.select_for_update().filter(pk=entry_id).first()
        if entry is None or not entry.is_good:
            raise EntryOver
        right = proved(entry)
        if right:
            entry.used_at = timezone.now()
            entry.save(update_fields=["used_at"])
            person = Person.objects.filter(email=entry.address).first()
            if person is None:
                return _open_account(entry.address)
            if person.is_active:
                return person
        else:
            EntryCode.objects.filter(pk=entry.pk).update(tries=F("tries") + 1)
            left = max(0, MOST_TRIES - entry.tries - 1)
    if right:
        raise EntryOver  # closed while the message was on its way
    raise WrongCode(left)


def _open_account(address: str) -> Person:
    """Two requests at once make one account."""
    try:
        with transaction.atomic():
            person = Person.objects.create_user(address)
    except IntegrityError:
        return Person.objects.get(email=address)
    journal.record(by=DOOR, verb="compte ouvert", obj=person)
    return person
