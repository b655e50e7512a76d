"""Who acts for a structure, changed by itself or by the team: to leave, to be replaced, a term, a doubt."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from essaim.directory.actions.mandates import MandateRefused, end_mandate, set_mandate_term
from essaim.directory.actions.reports import report_error
from essaim.directory.enums import ErrorTopic, MandateEnd
from essaim.directory.mails.mandates import MandateEnded, MandateLeft, MandateTermSet
from essaim.directory.mandates import in_force, representatives_of
from essaim.directory.models import ErrorReport, Mandate, Structure
from essaim.directory.rules import may_decide_claims
from essaim.foundation import mails
from essaim.foundation.plaintext import clean_text
from essaim.people.models import Person
from essaim.people.queries import officer_addresses

NEWCOMER_DAYS = 7
"""Days during which a new representative cannot put an older one out: time for those who were told to contest."""
LONGEST_NOTE = 500


def resign(*, mandate: Mandate, by: Person, note: str = "") -> Mandate:
    """Give up one's own mandate. Raises MandateRefused."""
    note = _note(note)
    with transaction.atomic():
        row = _locked(mandate)
        if row.person_id != by.pk:
            raise MandateRefused("Ce mandat est celui de quelqu’un d’autre.")
        ended = end_mandate(mandate=row, by=by, reason=MandateEnd.RESIGNED, note=note)
        _tell_left(ended, by)
    return ended


def end_for_another(*, mandate: Mandate, by: Person, reason: MandateEnd, note: str) -> Mandate:
    """End somebody else's mandate: replaced (the structure says so) or withdrawn (the team alone).

    That person is told, with the reason. Raises MandateRefused: without a reason, by who has no right (any more), by a
    representative whose own mandate began less than seven days ago.
    """
    note = _note(note)
    if not note:
        raise MandateRefused("Dites pourquoi : la personne le lira.")
    if reason not in (MandateEnd.REPLACED, MandateEnd.WITHDRAWN):
        raise MandateRefused("Choisissez la raison.")
    with transaction.atomic():
        row = _locked(mandate)
        if row.person_id == by.pk:
            raise MandateRefused("C’est votre propre mandat : démissionnez plutôt.")
        _check_may_change(row, by)
        if reason == MandateEnd.WITHDRAWN and not may_decide_claims(by):
            raise MandateRefused("Seule l’équipe retire un mandat.")
        ended = end_mandate(mandate=row, by=by, reason=reason, note=note)
        mails.send(MandateEnded(mandate_id=ended.pk), ended.person.email)
        _tell_left(ended, by)
    return ended


def set_term(*, mandate: Mandate, by: Person, until: date | None) -> Mandate:
    """Say the last day of a mandate of the structure, one's own or another's; that other is told. MandateRefused."""
    with transaction.atomic():
        row = _locked(mandate)
        if row.person_id == by.pk:
            _check_acts(row.structure, by)
        else:
            _check_may_change(row, by)
        before = row.until
        changed = set_mandate_term(mandate=row, by=by, until=until)
        if row.person_id != by.pk and changed.until != before:
            mails.send(MandateTermSet(mandate_id=row.pk), row.person.email)
    return changed


def contested(pk: int) -> str:
    """How a report that contests that mandate begins: an erasure finds it again by that."""
    return f"Mandat contesté (n° {pk}"


def contest_mandate(*, mandate: Mandate, by: Person, note: str) -> ErrorReport:
    """Tell the team that somebody should not act for the structure: it reaches the inbox, and is answered."""
    note = clean_text(note[:20_000])
    if not note:
        raise MandateRefused("Dites ce qui ne va pas.")
    if len(note) > 1500:
        raise MandateRefused("Votre message dépasse 1 500 caractères : raccourcissez-le.")
    _check_acts(mandate.structure, by)
    message = f"{contested(mandate.pk)}, {mandate.role or 'sans fonction dite'}) : {note}"
    return report_error(structure=mandate.structure, topic=ErrorTopic.OTHER, message=message, email=by.email, by=by)


def _note(text: str) -> str:
    note = clean_text(text[: LONGEST_NOTE * 10])
    if len(note) > LONGEST_NOTE:
        raise MandateRefused(f"Votre texte dépasse {LONGEST_NOTE} caractères : raccourcissez-le.")
    return note


def _locked(mandate: Mandate) -> Mandate:
    """The mandate in force and its structure, locked in that order; inside the caller's transaction."""
    structure = Structure.objects.select_for_update().get(pk=mandate.structure_id)
    row = Mandate.objects.select_for_update(of=("self",)).select_related("person").get(pk=mandate.pk)
    if row.structure_id != structure.pk:
        raise MandateRefused("Cette fiche vient d’être réunie à une autre : rechargez la page.")
    if not row.is_in_force():
        raise MandateRefused("Ce mandat a déjà pris fin.")
    row.structure = structure
    return row


def _check_acts(structure: Structure, by: Person) -> Mandate | None:
    """The mandate by which somebody acts for it now; None for the team. Asked of the base, not of a memory."""
    if may_decide_claims(by):
        return None
    mine = in_force().filter(structure=structure, person=by).first()
    if mine is None:
        raise MandateRefused("Vous ne représentez plus cette structure.")
    return mine


def _check_may_change(row: Mandate, by: Person) -> None:
    mine = _check_acts(row.structure, by)
    if mine is not None and mine.since > timezone.now() - timedelta(days=NEWCOMER_DAYS) and row.since < mine.since:
        raise MandateRefused(
            f"Vous représentez la structure depuis moins de {NEWCOMER_DAYS} jours : vous ne pouvez pas encore "
            "changer le mandat d’une personne arrivée avant vous. Écrivez à l’équipe si c’est urgent."
        )


def _tell_left(mandate: Mandate, by: Person) -> None:
    others = representatives_of([mandate.structure]).exclude(pk__in=[by.pk, mandate.person_id])
    mine = by.email if may_decide_claims(by) else ""
    told = [*others.values_list("email", flat=True), *(email for email in officer_addresses() if email != mine)]
    mails.send(MandateLeft(mandate_id=mandate.pk), told)
