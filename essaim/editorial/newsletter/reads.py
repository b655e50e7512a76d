"""Reads of the newsletter: subscriptions, letters, what each holds, where its sending stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from essaim.editorial.models import Delivery, Letter, LetterPick, NewsletterPage, Subscription
from essaim.editorial.newsletter.links import read_token
from essaim.editorial.tree import published
from essaim.foundation.registries import LetterItem, letter_sources

AT_FIRST = timedelta(days=92)
"""How far back the first letter looks for something to tell."""
FURTHER = timedelta(days=3 * 365)
"""How much farther back « Proposer aussi ce qui est plus ancien » looks."""
STUCK_AFTER = timedelta(minutes=30)
"""A delivery taken for that long and not handed over was interrupted: nobody knows whether it has left."""


def confirmed() -> QuerySet[Subscription]:
    """Those who receive the letter."""
    return Subscription.objects.filter(confirmed_at__isnull=False)


def subscriber_counts() -> tuple[int, int]:
    """How many receive the letter, how many have not confirmed yet: one query."""
    counts = Subscription.objects.aggregate(
        all=Count("pk"), confirmed=Count("pk", filter=Q(confirmed_at__isnull=False))
    )
    return counts["confirmed"], counts["all"] - counts["confirmed"]


def subscription_of(key: str) -> Subscription | None:
    """The subscription of a link of unsubscription; None when it is no longer there."""
    # PostgreSQL refuses to compare with a text that holds a NUL; no key of ours has a sign that cannot be printed.
    return Subscription.objects.filter(key=key).first() if key.isprintable() else None


def request_of(token: str) -> Subscription | None:
    """The request that a link of confirmation names; None when the link is false or old, or the request erased."""
    named = read_token(token)
    return None if named is None else Subscription.objects.filter(pk=named[0], key=named[1]).first()


def newsletter_page() -> NewsletterPage | None:
    """The page that tells what the letter is, or None when nobody has planted or published it."""
    return published(NewsletterPage.objects.order_by("path")).first()


def sent_letters() -> QuerySet[Letter]:
    """The letters that everybody may read, the newest first."""
    return Letter.objects.filter(number__isnull=False).order_by("-number")


def drafts() -> QuerySet[Letter]:
    """The letters being written, the last changed first."""
    return Letter.objects.filter(number__isnull=True).order_by("-changed_at", "-pk")


def tell_since(*, far: bool = False) -> date:
    """The day from which the next letter looks for something to tell: the last sending, else three months ago.

    `far`: `FURTHER` before that day, for who wants to tell something older.
    """
    last = sent_letters().first()
    since = timezone.localdate() - AT_FIRST
    if last is not None and last.sent_at is not None:
        since = timezone.localtime(last.sent_at).date()
    return since - FURTHER if far else since


@dataclass(frozen=True, slots=True)
class Part:
    """One heading of a letter and what stands under it."""

    heading: str
    items: Sequence[LetterItem]


def _live(picks: Sequence[LetterPick]) -> list[tuple[LetterPick, str, LetterItem]]:
    """(pick, heading, content of now) of every pick that is still published, in the order of the letter."""
    found: dict[tuple[str, str], tuple[str, LetterItem]] = {}
    for source in letter_sources:
        keys = [pick.item for pick in picks if pick.source == source.key]
        if keys:
            found |= {(source.key, item.key): (source.label, item) for item in source.read(keys)}
    return [(pick, *found[pick.source, pick.item]) for pick in picks if (pick.source, pick.item) in found]


def live_picks(letter: Letter) -> list[tuple[LetterPick, str, LetterItem]]:
    """What a draft would tell if it left now; what is no longer published is left out."""
    return _live(list(letter.picks.all()))


def parts_of(letter: Letter) -> list[Part]:
    """What a letter tells, by heading: frozen when it has been sent, live while it is a draft."""
    if letter.is_sent:
        rows = [
            (pick.heading, LetterItem(pick.item, pick.title, pick.summary, pick.url, pick.day))
            for pick in letter.picks.all()
            if pick.day is not None
        ]
    else:
        rows = [(heading, item) for _, heading, item in live_picks(letter)]
    parts: dict[str, list[LetterItem]] = {}
    for heading, item in rows:
        parts.setdefault(heading, []).append(item)
    return [Part(heading, items) for heading, items in parts.items()]


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a sending stands: handed to the mail server (or kept for a new try), waiting, interrupted half-way."""

    handed: int
    waiting: int
    stuck: int
    left: int
    """Unsubscribed before their turn: nothing left for them."""

    @property
    def is_over(self) -> bool:
        """Nothing more will leave by itself."""
        return self.waiting == 0


def progress_of(letter: Letter) -> Progress:
    """Count the deliveries of a letter: one query."""
    long_ago = timezone.now() - STUCK_AFTER
    counts = Delivery.objects.filter(letter=letter).aggregate(
        handed=Count("pk", filter=Q(handed_at__isnull=False)),
        waiting=Count("pk", filter=Q(taken_at__isnull=True, subscription__isnull=False)),
        stuck=Count("pk", filter=Q(handed_at__isnull=True, taken_at__lt=long_ago, subscription__isnull=False)),
        left=Count("pk", filter=Q(subscription__isnull=True, handed_at__isnull=True)),
    )
    return Progress(**counts)
