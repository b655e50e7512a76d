"""Who acts for a structure: a mandate begins by a proof and ends with its reason; the structure keeps its history."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from essaim.directory.enums import ClaimMethod, MandateEnd
from essaim.directory.models import CampaignLine, Claim, Invitation, Mandate, Structure
from essaim.foundation import journal
from essaim.foundation.journal import Author
from essaim.people.models import Person


class MandateRefused(ValueError):
    """The mandate cannot begin, change or end so; the message says why, in French."""


def grant_mandate(
    *,
    structure: Structure,
    person: Person,
    by: Author,
    method: ClaimMethod,
    role: str = "",
    until: date | None = None,
    claim: Claim | None = None,
    invitation: Invitation | None = None,
) -> Mandate:
    """Let somebody act for a structure from now on, to the day `until` included. Who does already keeps that mandate.

    A mandate whose last day is past is closed first: the new one follows it. Raises MandateRefused.
    """
    if until is not None and until < timezone.localdate():
        raise MandateRefused("Le dernier jour du mandat est déjà passé.")
    with transaction.atomic():
        structure = Structure.objects.select_for_update().get(pk=structure.pk)
        if structure.merged_into_id is not None:
            raise MandateRefused("Cette fiche est réunie à une autre : demandez celle-là.")
        if not Person.objects.filter(pk=person.pk, is_active=True).exists():
            raise MandateRefused("Ce compte est fermé.")
        open_one = Mandate.objects.filter(structure=structure, person=person, ended_at__isnull=True).first()
        if open_one is not None and open_one.is_in_force():
            return open_one
        if open_one is not None:
            _end(open_one, by=by, reason=MandateEnd.REPLACED, note="Terme atteint, mandat renouvelé")
        mandate = Mandate.objects.create(
            structure=structure,
            person=person,
            role=role,
            until=until,
            granted_by_label=journal.label_of(by)[:200],
            method=method,
            claim=claim,
            invitation=invitation,
        )
        journal.record(
            by=by,
            verb="mandat reconnu",
            obj=mandate,
            reason=ClaimMethod(method).label,
            # No role: a free text may name somebody, and the journal is for ever.
            after={"person": person.pk, "until": until},
            about=[person],
        )
    return mandate


def end_mandate(*, mandate: Mandate, by: Author, reason: MandateEnd, note: str = "") -> Mandate:
    """End a mandate now, with the reason. One that has ended stays as it is: (two at once) nothing is written twice.

    What that person had sent or received in the structure's name goes with it: see `_let_go`.
    """
    with transaction.atomic():
        locked = Mandate.objects.select_for_update(of=("self",)).get(pk=mandate.pk)
        if locked.ended_at is None:
            _end(locked, by=by, reason=reason, note=note.strip())
            _let_go(locked, by=by)
    return locked


def set_mandate_term(*, mandate: Mandate, by: Author, until: date | None) -> Mandate:
    """Say the last day of a mandate, or that it has none. Raises MandateRefused."""
    if until is not None and until < timezone.localdate():
        raise MandateRefused("Choisissez aujourd’hui ou un jour à venir, ou mettez fin au mandat.")
    with transaction.atomic():
        locked = Mandate.objects.select_for_update(of=("self",)).get(pk=mandate.pk)
        if locked.ended_at is not None:
            raise MandateRefused("Ce mandat a déjà pris fin.")
        if not locked.is_in_force():
            # Another day would let somebody act again without any proof.
            raise MandateRefused("Le terme de ce mandat est passé : il ne se prolonge plus, demandez-en un nouveau.")
        before = locked.until
        if before != until:
            locked.until = until
            locked.save(update_fields=["until"])
            journal.record(
                by=by, verb="terme du mandat changé", obj=locked, before={"until": before}, after={"until": until}
            )
    return locked


def _let_go(mandate: Mandate, *, by: Author) -> None:
    """Cancel the invitations that the person sent, and ask them no more whether the card is right."""
    waiting = Invitation.objects.select_for_update(of=("self",)).filter(
        structure=mandate.structure_id,
        by=mandate.person_id,
        by_team=False,
        accepted_at__isnull=True,
        declined_at__isnull=True,
        cancelled_at__isnull=True,
    )
    for row in waiting.order_by("pk"):
        row.cancelled_at = timezone.now()
        row.save(update_fields=["cancelled_at"])
        journal.record(by=by, verb="invitation annulée", obj=mandate.structure, after={"invitation": row.pk})
    CampaignLine.objects.filter(
        structure=mandate.structure_id, answered_at__isnull=True, email__iexact=mandate.person.email
    ).update(email="")


def _end(mandate: Mandate, *, by: Author, reason: MandateEnd, note: str) -> None:
    mandate.ended_at = max(timezone.now(), mandate.since)
    mandate.end_reason = reason
    mandate.end_note = note[:500]
    mandate.ended_by_label = journal.label_of(by)[:200]
    mandate.save(update_fields=["ended_at", "end_reason", "end_note", "ended_by_label"])
    journal.record(
        by=by,
        verb="mandat terminé",
        obj=mandate,
        reason=f"{MandateEnd(reason).label} : {note}" if note else MandateEnd(reason).label,
        before={"ended_at": None},
        after={"ended_at": mandate.ended_at},
    )
