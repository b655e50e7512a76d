"""Verbs about offices: somebody is elected, or sits in the jury, from one day to another."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from essaim.foundation import journal, mails
from essaim.foundation.journal import Author
from essaim.foundation.plaintext import clean_line
from essaim.people.actions.persons import obtain_person
from essaim.people.enums import OfficeKind
from essaim.people.mails_team import Named
from essaim.people.models import Office, Person
from essaim.ui.typography import day_name

NO_REASON = "Dites pourquoi : c’est gardé dans le journal."
SAME_OFFICE = "Cette personne a déjà cette charge à ces dates : finissez d’abord l’autre, ou changez les dates."


def period(since: date, until: date | None) -> str:
    """The dates of an office, in words."""
    return f"du {day_name(since)} au {day_name(until)}" if until else f"à partir du {day_name(since)}"


@transaction.atomic
def name_to_office(
    *, by: Author, email: str, kind: str, since: date, until: date | None = None, title: str = "", name: str = ""
) -> Office:
    """Give an office to that address, making the account when there is none; the person is told by a message.

    Raises ValidationError on a date that makes no sense, on an account that is closed, and when the person holds the
    same office during one of these days.
    """
    if kind not in OfficeKind.values:
        raise ValidationError("Cette charge n’existe pas.")
    if until is not None and until < since:
        raise ValidationError({"until": "Une charge ne peut pas finir avant d’avoir commencé."})
    person = obtain_person(by=by, email=email, name=name)
    during = Office.objects.filter(person=person, kind=kind).filter(Q(until__isnull=True) | Q(until__gte=since))
    if (during if until is None else during.filter(since__lte=until)).exists():
        raise ValidationError(SAME_OFFICE)
    office = Office.objects.create(
        person=person,
        kind=kind,
        title=clean_line(title)[:150],
        since=since,
        until=until,
        named_by_label=journal.label_of(by)[:200],
    )
    journal.record(
        by=by,
        verb="charge donnée",
        obj=office,
        about=[person],
        after={"charge": office.get_kind_display(), "depuis": since, "jusqu’au": until},
    )
    mails.send(Named(what=office.title or str(office.get_kind_display()), dates=period(since, until)), person.email)
    return office


@transaction.atomic
def end_office(*, by: Author, office: Office, last_day: date, reason: str) -> Office:
    """Give an office its last day (included), with the reason. Raises ValidationError.

    What has not begun by then is cancelled, not ended: `cancel_office`. An end that has passed stays as it is.
    """
    locked = _locked(office)
    reason = _reason(reason)
    if locked.until is not None and locked.until < timezone.localdate():
        raise ValidationError("Cette charge est déjà finie.")
    if last_day < locked.since:
        raise ValidationError({"last_day": "Ce jour est avant le début de la charge : annulez-la plutôt."})
    former = locked.until
    if former is not None and last_day > former:
        raise ValidationError({"last_day": "Cette charge finit plus tôt que ce jour : donnez-en une nouvelle ensuite."})
    locked.until, locked.ended_reason = last_day, reason[:300]
    locked.save(update_fields=["until", "ended_reason"])
    journal.record(
        by=by,
        verb="charge finie",
        obj=locked,
        reason=reason,
        about=[locked.person],
        before={"jusqu’au": former},
        after={"jusqu’au": last_day},
    )
    return locked


@transaction.atomic
def cancel_office(*, by: Author, office: Office, reason: str) -> None:
    """Take back an office that was given by mistake, before or on its first day; the journal keeps it.

    Raises ValidationError once it has been held.
    """
    locked = _locked(office)
    reason = _reason(reason)
    if locked.since < timezone.localdate():
        raise ValidationError("Cette charge a été exercée : donnez-lui une fin, elle reste dans l’historique.")
    journal.record(
        by=by,
        verb="charge annulée",
        obj=locked,
        reason=reason,
        about=[locked.person],
        before={"charge": locked.get_kind_display(), "depuis": locked.since, "jusqu’au": locked.until},
    )
    locked.delete()


def _locked(office: Office) -> Office:
    """The office, behind its person's lock: naming and ending wait for each other."""
    Person.objects.select_for_update().get(pk=office.person_id)
    found = Office.objects.select_for_update().select_related(None).filter(pk=office.pk).first()
    if found is None:
        raise ValidationError("Cette charge vient d’être annulée.")
    return found


def _reason(reason: str) -> str:
    cleaned = clean_line(reason)
    if not cleaned:
        raise ValidationError({"reason": NO_REASON})
    return cleaned
