"""« Signaler une erreur »: a visitor's word reaches the officer, who closes it with what she did."""

from __future__ import annotations

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from essaim.directory.enums import ErrorTopic, ReportOutcome
from essaim.directory.mails.reports import ReportAnswered, ReportReceived
from essaim.directory.models import ErrorReport, Structure
from essaim.foundation import journal, mails
from essaim.foundation.addresses import clean_address
from essaim.foundation.journal import Author
from essaim.foundation.plaintext import clean_text
from essaim.people.models import Person
from essaim.people.queries import officer_addresses

LONGEST = 2000
KEPT = timedelta(days=365)
"""How long an address waits for an answer that does not come, and how long a report stays after its answer."""
KEPT_WAITING = timedelta(days=730)
"""How long a report stays that nobody answered."""
VISITOR = "un visiteur"


class ReportRefused(ValueError):
    """The report, or its answer, cannot be kept; the message says why, in French."""


def report_error(
    *,
    structure: Structure,
    topic: str,
    message: str,
    email: str = "",
    by: Author = VISITOR,
    tells_officers: bool = True,
) -> ErrorReport:
    """Keep a visitor's report and mail it to the officers once committed. Raises ReportRefused.

    `tells_officers` False: it waits in their inbox without a message (a campaign brings hundreds in a week).

    The journal keeps the topic, never the visitor's address nor words.
    """
    message, email = clean_text(message), email.strip()
    if topic not in ErrorTopic.values:
        raise ReportRefused("Choisissez ce qui est faux.")
    if not message:
        raise ReportRefused("Dites en quelques mots ce qui est faux.")
    if len(message) > LONGEST:
        raise ReportRefused(f"Votre message dépasse {LONGEST} caractères : raccourcissez-le.")
    if email:
        try:
            email = clean_address(email)
        except ValidationError as error:
            raise ReportRefused(error.messages[0]) from error
    with transaction.atomic():
        report = ErrorReport.objects.create(structure=structure, topic=topic, message=message, email=email)
        journal.record(by=by, verb="erreur signalée", obj=report, after={"topic": topic, "structure": structure.key})
        if tells_officers:
            mails.send(ReportReceived(report_id=report.pk), officer_addresses())
    return report


def handle_report(*, report: ErrorReport, outcome: str, answer: str, by: Person) -> ErrorReport:
    """Close a report with its outcome; the visitor who left an address gets the answer, and we forget the address.

    Two officers at once: the second is told, and nothing leaves twice. Raises ReportRefused.
    """
    answer = answer.strip()
    if outcome not in ReportOutcome.values:
        raise ReportRefused("Choisissez la suite donnée.")
    with transaction.atomic():
        report = ErrorReport.objects.select_for_update().select_related("structure").get(pk=report.pk)
        if report.handled_at is not None:
            raise ReportRefused("Ce signalement vient d’être traité par quelqu’un d’autre.")
        report.handled_at = timezone.now()
        report.handled_by = by
        report.outcome = outcome
        report.answer = answer
        if report.email:
            report.was_answered = mails.send(ReportAnswered(report_id=report.pk), report.email) > 0
        report.email = ""
        report.save(update_fields=["handled_at", "handled_by", "outcome", "answer", "was_answered", "email"])
        journal.record(by=by, verb="signalement traité", obj=report, before={"outcome": ""}, after={"outcome": outcome})
    return report


def forget_addresses(*, by: Author) -> int:
    """Blank the visitors' addresses that have no answer to wait for any more; return how many.

    Those of reports handled (before `handle_report` did it), and of reports left for more than KEPT.
    """
    kept = ErrorReport.objects.exclude(email="")
    with transaction.atomic():
        number = kept.filter(Q(handled_at__isnull=False) | Q(at__lt=timezone.now() - KEPT)).update(email="")
        if number:
            journal.record(by=by, verb="adresses de visiteurs effacées", after={"number": number})
    return number


def purge_reports(*, by: Author) -> int:
    """Erase, words and all, the reports handled for KEPT, and those that waited for KEPT_WAITING; return how many.

    The journal keeps that they came and what was done: it never held their words.
    """
    now = timezone.now()
    old = ErrorReport.objects.filter(
        Q(handled_at__lt=now - KEPT) | Q(handled_at__isnull=True, at__lt=now - KEPT_WAITING)
    )
    with transaction.atomic():
        number, _ = old.delete()
        if number:
            journal.record(by=by, verb="signalements effacés", after={"number": number})
    return number
