"""Verbs about letters: write one, try it, send it once to each, take a broken sending up again."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from essaim.editorial.models import Delivery, Letter, LetterPick
from essaim.editorial.newsletter.mails import LetterMail, LetterTest, content_of
from essaim.editorial.newsletter.reads import confirmed, live_picks
from essaim.foundation import journal, mails
from essaim.foundation.journal import Author
from essaim.foundation.mails import Written
from essaim.foundation.memo import request_memory
from essaim.foundation.plaintext import clean_line
from essaim.people.models import Person

logger = logging.getLogger(__name__)

BATCH = 50
"""Messages that one task hands over."""
NOBODY = "Personne n’est abonné à la lettre : elle ne peut partir vers personne."


class LetterRefused(Exception):
    """This cannot be done to this letter; the message, in French, says why."""


class LetterChanged(LetterRefused):
    """Somebody else has saved the draft since this person opened it; `now` is what they wrote."""

    def __init__(self, now: Letter) -> None:
        super().__init__(
            "Quelqu’un d’autre a enregistré cette lettre depuis que vous l’avez ouverte. Rien n’est perdu : comparez "
            "les deux, gardez ce qu’il faut, puis enregistrez de nouveau."
        )
        self.now = now


def version_of(letter: Letter) -> str:
    """What names the state of a draft that somebody reads: any change gives another."""
    return letter.changed_at.isoformat()


def _draft(letter: Letter) -> Letter:
    """The letter, locked, still a draft."""
    found = Letter.objects.select_for_update().filter(pk=letter.pk).first()
    if found is None:
        raise LetterRefused("Cette lettre n’existe plus.")
    if found.is_sent:
        raise LetterRefused("Cette lettre est déjà partie : elle ne change plus.")
    return found


def save_letter(
    *,
    letter: Letter | None,
    by: Author,
    title: str,
    intro: str,
    picks: Sequence[tuple[str, str]],
    version: str | None = None,
) -> Letter:
    """Write a draft; `picks`: (key of the source, key of the item), in the order of the letter.

    `version`: that of the draft as this person opened it (`version_of`); by default that of `letter` as it was read.
    Raises LetterRefused when it has been sent or deleted meanwhile, LetterChanged when somebody else has saved it.
    """
    title = clean_line(title)
    with transaction.atomic():
        row = Letter() if letter is None else _draft(letter)
        if letter is not None and version_of(row) != (version_of(letter) if version is None else version):
            raise LetterChanged(row)
        is_new = row.pk is None
        before = {} if is_new else {"title": row.title, "intro": row.intro, "contenus": row.picks.count()}
        row.title, row.intro = title, intro
        row.save()
        row.picks.all().delete()
        LetterPick.objects.bulk_create(
            LetterPick(letter=row, rank=rank, source=source, item=item)
            for rank, (source, item) in enumerate(dict.fromkeys(picks))
        )
        former, new = journal.changes(before, {"title": title, "intro": intro, "contenus": len(dict.fromkeys(picks))})
        journal.record(
            by=by, verb="lettre commencée" if is_new else "lettre modifiée", obj=row, before=former, after=new
        )
    return row


def delete_letter(*, letter: Letter, by: Author) -> None:
    """Throw a draft away. Raises LetterRefused when it has been sent."""
    with transaction.atomic():
        row = _draft(letter)
        journal.record(by=by, verb="lettre supprimée", obj=row, before={"title": row.title})
        row.delete()


def send_test(*, letter: Letter, by: Person) -> str:
    """Send the letter as it is now to the person who asks, alone; return the address."""
    with transaction.atomic():
        journal.record(by=by, verb="lettre essayée", obj=letter)
        mails.send(LetterTest(letter.pk), by.email)
    return by.email


def send_letter(*, letter: Letter, by: Person, version: str) -> Letter:
    """Freeze a draft, give it its number, and hand it to each subscriber once, by tasks of 50.

    `version`: that of the draft as the person read it (`version_of`). Raises LetterRefused when it has already left,
    has changed since, tells nothing, or when nobody has subscribed. Two people at once: one sends, one is refused.
    """
    now = timezone.now()
    with transaction.atomic():
        # Every letter is locked: two drafts sent at once must not take one number.
        list(Letter.objects.select_for_update().order_by("pk").values_list("pk", flat=True))
        row = _draft(letter)
        if version_of(row) != version:
            raise LetterRefused("La lettre a changé depuis que vous l’avez relue : relisez-la, puis envoyez.")
        told = live_picks(row)
        if not told and not row.intro.strip():
            raise LetterRefused("La lettre est vide : écrivez un mot ou choisissez un contenu.")
        # Locked: who leaves now waits, then takes their delivery with them; one written after they left would be of
        # nobody, and stop the whole letter.
        subscriptions = list(confirmed().select_for_update().values_list("pk", flat=True))
        if not subscriptions:
            raise LetterRefused(NOBODY)
        _freeze(row, told)
        row.number = (Letter.objects.aggregate(last=Max("number"))["last"] or 0) + 1
        row.sent_at, row.sent_by, row.recipients = now, by, len(subscriptions)
        row.save(update_fields=["number", "sent_at", "sent_by", "recipients"])
        Delivery.objects.bulk_create((Delivery(letter=row, subscription_id=pk) for pk in subscriptions), batch_size=500)
        journal.record(
            by=by,
            verb="lettre envoyée",
            obj=row,
            after={"numéro": row.number, "destinataires": len(subscriptions), "contenus": len(told)},
        )
        _enqueue(row)
    return row


def _freeze(letter: Letter, told: Sequence[tuple[LetterPick, str, object]]) -> None:
    """Copy what each pick tells; those that tell nothing any more leave."""
    kept = []
    for pick, heading, item in told:
        pick.heading, pick.title, pick.summary = heading, item.title, item.summary  # type: ignore[attr-defined]
        pick.url, pick.day = item.url, item.day  # type: ignore[attr-defined]
        kept.append(pick)
    LetterPick.objects.filter(letter=letter).exclude(pk__in=[pick.pk for pick in kept]).delete()
    LetterPick.objects.bulk_update(kept, ["heading", "title", "summary", "url", "day"])


def _enqueue(letter: Letter) -> int:
    """Give what waits to tasks, once committed; return how many deliveries wait."""
    from essaim.editorial.newsletter.tasks import hand_over_letter  # noqa: PLC0415 -- the task calls this module

    waiting = Delivery.objects.filter(letter=letter, taken_at__isnull=True).order_by("pk")
    ids = list(waiting.values_list("pk", flat=True))
    batches = [ids[start : start + BATCH] for start in range(0, len(ids), BATCH)]

    def enqueue() -> None:
        for batch in batches:
            hand_over_letter.enqueue(letter.pk, batch)

    transaction.on_commit(enqueue)
    return len(ids)


def resume_letter(*, letter: Letter, by: Author) -> int:
    """Take up a sending that a stopped machine left half-way: what nobody has taken goes to tasks again.

    Returns how many. Pressed while another task is at it, nobody receives twice: each delivery is taken once.
    """
    with transaction.atomic():
        row = Letter.objects.select_for_update().filter(pk=letter.pk, number__isnull=False).first()
        if row is None:
            raise LetterRefused("Cette lettre n’est pas partie.")
        waiting = _enqueue(row)
        if waiting:
            journal.record(by=by, verb="envoi de la lettre repris", obj=row, after={"destinataires": waiting})
    return waiting


def hand_over_batch(*, letter_id: int, delivery_ids: Sequence[int]) -> int:
    """Hand these deliveries to the mail server (called by a task); return how many it took.

    A message is written first, then its delivery is taken in the database, then it leaves: run twice, or by two
    workers, nobody receives twice, and a message that cannot be written stays to be taken up again. What the server
    refuses waits in `foundation.unsent`, as any message. A machine that stops between taking and handing over leaves
    that one delivery for lost, and the officer's screen counts it: better none than two.

    Raises the first error that is neither the mail server's nor of something erased, once the others have left.
    """
    broken: list[Exception] = []
    try:
        with request_memory():  # the site's identity, in each message, is read once for the batch
            taken = mails.hand_over_each(_take(letter_id, delivery_ids, broken))
    finally:
        _finish(letter_id)
    if broken:
        raise broken[0]
    return taken


def _take(letter_id: int, delivery_ids: Sequence[int], broken: list[Exception]) -> Iterator[Written]:
    """Each message of the batch, written, its delivery taken: two writes for each, two reads for all.

    One that cannot be written joins `broken` and keeps nobody else waiting: its delivery is not taken.
    """
    batch = Delivery.objects.filter(pk__in=delivery_ids, letter_id=letter_id, taken_at__isnull=True)
    rows = list(batch.filter(subscription__isnull=False).select_related("subscription").order_by("pk"))
    content = content_of(letter_id) if rows else None
    for delivery in rows:
        subscriber = delivery.subscription
        if subscriber is None:
            continue
        try:
            written = mails.write(LetterMail(letter_id, subscriber.pk, content, subscriber), subscriber.email)
        except Exception as error:
            # The kind of failure, never its words: they may hold the address.
            logger.warning("La remise %s de la lettre ne peut pas être écrite (%s)", delivery.pk, type(error).__name__)
            broken.append(error)
            continue
        # The condition on the subscriber: whoever has left since the batch was read receives nothing.
        mine = Delivery.objects.filter(pk=delivery.pk, taken_at__isnull=True, subscription=subscriber)
        if not mine.update(taken_at=timezone.now()):
            continue
        yield written
        Delivery.objects.filter(pk=delivery.pk).update(handed_at=timezone.now())
    batch.filter(subscription__isnull=True).update(taken_at=timezone.now())


def _finish(letter_id: int) -> None:
    """Close the sending when nothing waits any more: once, whoever comes last."""
    with transaction.atomic():
        letter = Letter.objects.select_for_update().filter(pk=letter_id, finished_at__isnull=True).first()
        if letter is None or Delivery.objects.filter(letter=letter, taken_at__isnull=True).exists():
            return
        letter.finished_at = timezone.now()
        letter.save(update_fields=["finished_at"])
        handed = Delivery.objects.filter(letter=letter, handed_at__isnull=False).count()
        journal.record(by="site", verb="envoi de la lettre terminé", obj=letter, after={"remises": handed})
