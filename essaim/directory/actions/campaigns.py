"""« Ma fiche est-elle à jour ? », on the officer's side: open, write, remind, print, close.

Each verb can be called again: what was done is not done twice. Lines are made in one transaction, messages leave by
batches, each with its mark, so that a stop on the way loses nothing and repeats nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django_tasks import task, task_backends
from django_tasks.backends.immediate import ImmediateBackend

from essaim.directory.actions.locks import directory_locked
from essaim.directory.campaign_letters import letters_pdf
from essaim.directory.campaign_links import digest_of_address, digest_of_code, new_code
from essaim.directory.campaigns import addresses_today, is_running, targets, to_print, to_remind, to_write
from essaim.directory.mails.campaigns import CampaignMail, CampaignReminder
from essaim.directory.models import Campaign, CampaignLine, CampaignSilence
from essaim.foundation import journal, mails
from essaim.foundation.chunks import chunks
from essaim.foundation.journal import Author
from essaim.foundation.plaintext import clean_line, clean_text
from essaim.foundation.territories import current_scope

LONGEST_NAME, LONGEST_MESSAGE = 120, 2000
LONGEST = timedelta(days=366)
BATCH = 50
"""Messages of one transaction."""
AT_ONCE = 100
"""Messages that one page may send when tasks run at once: somebody is waiting for the answer."""
LETTERS = 200
"""Letters of one file: what a printer takes, and a page waits for."""
REMIND_AFTER = 21
"""Days before a reminder, unless the officer says otherwise."""


class CampaignRefused(ValueError):
    """The campaign cannot do this; the message says why, in French."""


def open_campaign(
    *,
    name: str,
    message: str,
    closes_on: date,
    fresh_months: int,
    by: Author,
    progress: Callable[[int, int], None] | None = None,
) -> Campaign:
    """Open a campaign on the territories served: one line a structure, then the messages leave by a task.

    `fresh_months`: cards confirmed less than that many months ago are left alone (0: everybody is asked). Raises
    CampaignRefused: another campaign runs, a name already used, a last day that is not ahead, nobody to ask.
    """
    name, message = clean_line(name), clean_text(message)
    today = timezone.localdate()
    if not name or len(name) > LONGEST_NAME:
        raise CampaignRefused(f"Donnez un nom à la campagne, de {LONGEST_NAME} caractères au plus : « 2026 ».")
    if len(message) > LONGEST_MESSAGE:
        raise CampaignRefused(f"Votre mot dépasse {LONGEST_MESSAGE} caractères : raccourcissez-le.")
    if not today < closes_on <= today + LONGEST:
        raise CampaignRefused("Le dernier jour pour répondre est dans le futur, dans un an au plus.")
    if not 0 <= fresh_months <= 36:
        raise CampaignRefused("Laissez de côté les fiches confirmées depuis 36 mois au plus.")
    with directory_locked():
        other = Campaign.objects.filter(closed_at__isnull=True).first()
        if other is not None:
            raise CampaignRefused(f"La campagne « {other} » n’est pas close : fermez-la avant d’en ouvrir une autre.")
        if Campaign.objects.filter(name=name).exists():
            raise CampaignRefused(f"Une campagne s’appelle déjà « {name} » : choisissez un autre nom.")
        asked = targets(current_scope(), fresh_months)
        if not asked.total:
            raise CampaignRefused("Aucune structure n’est à interroger : vérifiez qui est laissé de côté.")
        campaign = Campaign.objects.create(
            name=name, message=message, closes_on=closes_on, opened_by_label=journal.label_of(by)[:200]
        )
        rows = [(pk, asked.by_mail.get(pk, "")) for pk in sorted(asked.by_mail.keys() | asked.by_letter)]
        done = 0
        for some in chunks(rows, 500):
            CampaignLine.objects.bulk_create(
                CampaignLine(campaign=campaign, structure_id=pk, email=email) for pk, email in some
            )
            done += len(some)
            if progress is not None:
                progress(done, len(rows))
        journal.record(
            by=by,
            verb="campagne ouverte",
            obj=campaign,
            after={
                "by_mail": len(asked.by_mail),
                "by_letter": len(asked.by_letter),
                "left_out": {why.name.lower(): number for why, number in asked.left_out.items()},
                "closes_on": closes_on,
            },
        )
        transaction.on_commit(lambda: write_to_structures.enqueue(campaign.pk))
    return campaign


@task()
def write_to_structures(campaign_id: int) -> None:
    """Send what a campaign has to send: everything by a worker, the first hundred when somebody waits for the page."""
    campaign = Campaign.objects.filter(pk=campaign_id).first()
    if campaign is not None:
        send_messages(campaign=campaign, by="envoi de la campagne", most=page_limit())


def page_limit() -> int | None:
    """How many messages may leave now: no limit for a worker, some when the page does the work itself."""
    return AT_ONCE if isinstance(task_backends["default"], ImmediateBackend) else None


def send_messages(*, campaign: Campaign, by: Author, most: int | None = None) -> int:
    """Write to the structures that have not been written to; return how many messages left. Nothing leaves twice."""
    return _leave(campaign, to_write(campaign), CampaignMail, "sent_at", by=by, verb="messages envoyés", most=most)


def remind(*, campaign: Campaign, by: Author, after_days: int = REMIND_AFTER, most: int | None = None) -> int:
    """Write once more to those written that many days ago who have not answered; return how many. One reminder each."""
    if after_days < 1:
        raise CampaignRefused("Attendez au moins un jour avant de relancer.")
    rows = to_remind(campaign, after_days)
    return _leave(campaign, rows, CampaignReminder, "reminded_at", by=by, verb="relances envoyées", most=most)


def _leave(
    campaign: Campaign,
    rows: QuerySet[CampaignLine],
    kind: type[CampaignMail],
    mark: str,
    *,
    by: Author,
    verb: str,
    most: int | None,
) -> int:
    if not is_running(campaign):
        return 0
    silent = set(CampaignSilence.objects.values_list("digest", flat=True))
    ids = list(rows.order_by("pk").values_list("pk", flat=True)[:most])
    sent = 0
    for some in chunks(ids, BATCH):
        with transaction.atomic():
            # Asked again behind the lock: another round may have written, somebody may have answered.
            lines = rows.select_for_update(of=("self",)).filter(pk__in=some).select_related("campaign").order_by("pk")
            if not Campaign.objects.filter(pk=campaign.pk, closed_at__isnull=True).exists():
                break
            left, moved = [], []
            addresses = addresses_today([line.structure_id for line in lines])
            for line in lines:
                if silent and digest_of_address(line.email) in silent:
                    continue
                # Asked again: since the opening a mandate may have begun or ended, a card have changed.
                email = addresses.get(line.structure_id, "")
                if email != line.email:
                    line.email = email
                    moved.append(line)
                if email and mails.send(kind(line_id=line.pk), email):
                    left.append(line.pk)
            CampaignLine.objects.bulk_update(moved, ["email"])
            CampaignLine.objects.filter(pk__in=left).update(**{mark: timezone.now()})
            sent += len(left)
    if sent:
        with transaction.atomic():
            journal.record(by=by, verb=verb, obj=campaign, after={"number": sent})
    return sent


def print_letters(*, campaign: Campaign, by: Author, again: bool = False) -> tuple[bytes, int]:
    """The letters of those without e-mail, 200 a file: one PDF with a new code each, and how many there are.

    `again`: those printed already that have not answered, the oldest first; the codes of their first letter open
    nothing any more. Raises CampaignRefused (none to print, campaign over), CannotPrint (then no code has changed).
    """
    with transaction.atomic():
        campaign = Campaign.objects.select_for_update().get(pk=campaign.pk)
        if not is_running(campaign):
            raise CampaignRefused("Cette campagne est finie : une lettre n’aurait plus de réponse.")
        rows = to_print(campaign, again=again).order_by("printed_at", "pk").select_related("structure__card")[:LETTERS]
        lines: Sequence[CampaignLine] = list(rows)
        if not lines:
            raise CampaignRefused("Aucune lettre n’est à imprimer.")
        codes = {line.pk: new_code() for line in lines}
        made = letters_pdf(campaign, lines, codes)
        now = timezone.now()
        for line in lines:
            line.code_digest, line.printed_at = digest_of_code(codes[line.pk]), now
        CampaignLine.objects.bulk_update(lines, ["code_digest", "printed_at"], batch_size=BATCH)
        journal.record(
            by=by,
            verb="lettres imprimées de nouveau" if again else "lettres imprimées",
            obj=campaign,
            after={"number": len(lines)},
        )
    return made, len(lines)


def close_campaign(*, campaign: Campaign, by: Author) -> Campaign:
    """Close a campaign: nothing leaves any more; links still work for thirty days. A second time changes nothing."""
    with transaction.atomic():
        campaign = Campaign.objects.select_for_update().get(pk=campaign.pk)
        if campaign.closed_at is None:
            campaign.closed_at = timezone.now()
            campaign.save(update_fields=["closed_at"])
            answered = campaign.lines.filter(answered_at__isnull=False).count()
            journal.record(by=by, verb="campagne close", obj=campaign, after={"answered": answered})
    return campaign
