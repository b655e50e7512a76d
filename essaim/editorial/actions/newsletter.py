"""Verbs about subscriptions: ask, confirm, leave, erase what waited for nothing, take the list out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import transaction
from django.utils import timezone

from essaim.editorial.models import Delivery, Subscription
from essaim.editorial.newsletter.links import LINK_LASTS, read_token
from essaim.editorial.newsletter.mails import AlreadySubscribed, ConfirmSubscription
from essaim.editorial.newsletter.reads import confirmed
from essaim.editorial.newsletter.words import consent
from essaim.foundation import journal, mails
from essaim.foundation.journal import Author

UNCONFIRMED_FOR = timedelta(seconds=LINK_LASTS)
"""A request is erased when its link works no more."""
DELIVERIES_FOR = timedelta(days=30)
"""Who was handed which letter is forgotten after that; the number of recipients stays with the letter."""
BETWEEN_MAILS = timedelta(minutes=10)
MAILS_A_DAY = 3
"""Whatever strangers type, one address gets no more messages than that in a day."""


class Confirmed(StrEnum):
    """What pressing the button of the confirmation did."""

    NOW = "now"
    BEFORE = "before"
    GONE = "gone"


def subscribe(*, email: str) -> None:
    """Ask to receive the letter at this address (clean: see `foundation.addresses`); nobody learns whether it did.

    Unknown, or not confirmed: a link of confirmation leaves. Already subscribed: a message says so. Neither when that
    address has just been written to, or three times in a day. No journal: a request changes nothing yet.
    """
    now = timezone.now()
    agreed = consent()
    with transaction.atomic():
        subscription, _ = Subscription.objects.select_for_update().get_or_create(
            email=email, defaults={"asked_at": now, "consent": agreed}
        )
        if not _may_write(subscription, now):
            return
        subscription.mailed_at = now
        subscription.mails += 1
        if subscription.confirmed_at is None:
            subscription.asked_at, subscription.consent = now, agreed
        subscription.save(update_fields=["mailed_at", "mails", "asked_at", "consent"])
        kind = ConfirmSubscription if subscription.confirmed_at is None else AlreadySubscribed
        mails.send(kind(subscription.pk), subscription.email)


def _may_write(subscription: Subscription, now: datetime) -> bool:
    """Count the messages of a day; an old count begins again."""
    if subscription.mailed_at is None:
        return True
    since = now - subscription.mailed_at
    if since > timedelta(days=1):
        subscription.mails = 0
    return since > BETWEEN_MAILS and subscription.mails < MAILS_A_DAY


def confirm(*, token: str) -> Confirmed:
    """Confirm a request from the address itself: from now on it receives the letter."""
    named = read_token(token)
    if named is None:
        return Confirmed.GONE
    with transaction.atomic():
        subscription = Subscription.objects.select_for_update().filter(pk=named[0], key=named[1]).first()
        if subscription is None:
            return Confirmed.GONE
        if subscription.confirmed_at is not None:
            return Confirmed.BEFORE
        subscription.confirmed_at = timezone.now()
        subscription.save(update_fields=["confirmed_at"])
        journal.record(by="abonné·e", verb="abonnement à la lettre confirmé", after={"abonnés": confirmed().count()})
    return Confirmed.NOW


def unsubscribe(*, key: str) -> bool:
    """Erase the subscription of that link, address and all; return whether there was one. Again: nothing happens."""
    if not key.isprintable():
        return False
    with transaction.atomic():
        subscription = Subscription.objects.select_for_update().filter(key=key).first()
        if subscription is None:
            return False
        was_confirmed = subscription.confirmed_at is not None
        subscription.delete()
        if was_confirmed:
            journal.record(by="abonné·e", verb="abonnement à la lettre retiré", after={"abonnés": confirmed().count()})
    return True


@dataclass(frozen=True)
class Purged:
    """What a purge erased: requests that nobody confirmed, lines of who was handed which letter."""

    requests: int
    deliveries: int


def purge(*, by: Author) -> Purged:
    """Erase what its delay has passed: see `Subscription` and `DELIVERIES_FOR`. For a timer, once a day."""
    now = timezone.now()
    with transaction.atomic():
        late = Subscription.objects.filter(confirmed_at__isnull=True, asked_at__lt=now - UNCONFIRMED_FOR)
        requests = len(late.values_list("pk", flat=True))
        late.delete()
        old = Delivery.objects.filter(letter__finished_at__lt=now - DELIVERIES_FOR)
        deliveries, _ = old.delete()
        if requests or deliveries:
            journal.record(
                by=by, verb="abonnements à la lettre purgés", after={"demandes": requests, "remises": deliveries}
            )
    return Purged(requests, deliveries)


def export_subscribers(*, by: Author) -> list[dict[str, object]]:
    """The addresses that receive the letter, for a file; the journal keeps who took them out, and how many."""
    columns = ("email", "asked_at", "confirmed_at", "consent")
    with transaction.atomic():
        found = confirmed().order_by("confirmed_at", "pk").values_list(*columns)
        rows: list[dict[str, object]] = [dict(zip(columns, row, strict=True)) for row in found]
        journal.record(by=by, verb="abonnés à la lettre exportés", after={"adresses": len(rows)})
    return rows
