"""An invitation to act for a structure: sent, sent again, cancelled, accepted, declined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from essaim.directory.actions.claim_decisions import tell_began
from essaim.directory.actions.claims import LONGEST_ROLE, close
from essaim.directory.actions.mandates import MandateRefused, grant_mandate
from essaim.directory.enums import ClaimMethod, ClaimOutcome
from essaim.directory.invitations import DAYS, Choice, state_of
from essaim.directory.mails.mandates import InvitationAnswered, InvitationSent
from essaim.directory.mandates import in_force
from essaim.directory.models import Claim, Invitation, Mandate, Structure
from essaim.directory.queries import public_structures
from essaim.directory.rules import may_invite_in_bulk, represents
from essaim.foundation import journal, mails
from essaim.foundation.addresses import clean_address
from essaim.foundation.journal import Author
from essaim.foundation.plaintext import clean_line, clean_text
from essaim.people.models import Person

LONGEST_MESSAGE = 1000
A_DAY_FOR_A_STRUCTURE = 10
"""Invitations that the people of one structure send in a day: the team has no such limit."""
AGAIN_AFTER = timedelta(hours=1)
"""How long one waits before the same invitation leaves again: nobody's mailbox is filled by a button."""


class InvitationRefused(ValueError):
    """The invitation cannot be sent, accepted or cancelled; the message says why, in French."""


@dataclass
class Sent:
    """What became of many invitations: those that left, the others with the reason."""

    sent: list[Invitation] = field(default_factory=list)
    left_out: list[tuple[Choice, str]] = field(default_factory=list)


def invite(*, structure: Structure, email: str, by: Person, role: str = "", message: str = "") -> Invitation:
    """Invite somebody to act for a structure. One that has expired leaves again. Raises InvitationRefused.

    Who invites is of the team, or represents the structure today: asked again here, under the lock.
    """
    try:
        email = clean_address(email)
    except ValidationError as error:
        raise InvitationRefused(error.messages[0]) from error
    role, message = clean_line(role[: LONGEST_ROLE * 10]), clean_text(message[: LONGEST_MESSAGE * 10])
    if len(role) > LONGEST_ROLE:
        raise InvitationRefused(f"La fonction dépasse {LONGEST_ROLE} caractères : raccourcissez-la.")
    if len(message) > LONGEST_MESSAGE:
        raise InvitationRefused(f"Le message dépasse {LONGEST_MESSAGE} caractères : raccourcissez-le.")
    with transaction.atomic():
        structure = _locked(structure)
        by_team = bool(may_invite_in_bulk(by))
        _check_inviter(structure, by)
        if in_force().filter(structure=structure, person__email=email).exists():
            raise InvitationRefused("Cette personne représente déjà la structure.")
        known = (
            Invitation.objects.select_for_update(of=("self",))
            .filter(
                structure=structure,
                email=email,
                accepted_at__isnull=True,
                declined_at__isnull=True,
                cancelled_at__isnull=True,
            )
            .first()
        )
        if known is not None and state_of(known) == "attente":
            raise InvitationRefused("Cette adresse est déjà invitée, et l’invitation est encore valable.")
        if not by_team:
            since = timezone.now() - timedelta(days=1)
            if Invitation.objects.filter(structure=structure, sent_at__gt=since).count() >= A_DAY_FOR_A_STRUCTURE:
                raise InvitationRefused("Dix invitations sont déjà parties aujourd’hui. Réessayez demain.")
        if known is not None:
            _cancel(known, by)
        invitation = Invitation.objects.create(
            structure=structure,
            email=email,
            role=role,
            message=message,
            by=by,
            by_label=journal.label_of(by)[:200],
            by_team=by_team,
            expires_at=timezone.now() + timedelta(days=DAYS),
        )
        journal.record(by=by, verb="invitation envoyée", obj=structure, after={"invitation": invitation.pk})
        mails.send(InvitationSent(invitation_id=invitation.pk), email)
    return invitation


def invite_many(*, choices: Sequence[Choice], by: Person, message: str = "") -> Sent:
    """Invite each of these; one that is refused is told with its reason and stops no other."""
    told = Sent()
    with journal.group():
        for choice in choices:
            try:
                told.sent.append(
                    invite(structure=choice.structure, email=choice.email, by=by, role=choice.role, message=message)
                )
            except InvitationRefused as refusal:
                told.left_out.append((choice, str(refusal)))
    return told


def resend_invitation(*, invitation: Invitation, by: Person) -> Invitation:
    """Send it again, valid for thirty days from now; who sends it answers for it. Raises InvitationRefused."""
    with transaction.atomic():
        row = _waiting(invitation, by)
        if row.sent_at > timezone.now() - AGAIN_AFTER:
            raise InvitationRefused("Elle vient de partir : attendez une heure avant de l’envoyer de nouveau.")
        row.sent_at = timezone.now()
        row.expires_at = row.sent_at + timedelta(days=DAYS)
        row.by, row.by_label, row.by_team = by, journal.label_of(by)[:200], bool(may_invite_in_bulk(by))
        row.save(update_fields=["sent_at", "expires_at", "by", "by_label", "by_team"])
        journal.record(by=by, verb="invitation renvoyée", obj=row.structure, after={"invitation": row.pk})
        mails.send(InvitationSent(invitation_id=row.pk), row.email)
    return row


def cancel_invitation(*, invitation: Invitation, by: Person) -> Invitation:
    """Make its link useless. Raises InvitationRefused."""
    with transaction.atomic():
        row = _waiting(invitation, by)
        _cancel(row, by)
    return row


def accept_invitation(*, invitation: Invitation, by: Person) -> Mandate:
    """Act for the structure from now on. Only the account of the invited address can. Raises InvitationRefused.

    A claim that the same person has open for it is closed with it.
    """
    with transaction.atomic():
        structure = _locked(invitation.structure)
        row = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
        if row.email.lower() != by.email.lower():
            raise InvitationRefused("Cette invitation est pour une autre adresse : connectez-vous avec celle-là.")
        _check_waiting(row)
        if not _inviter_acts(row):
            raise InvitationRefused(
                "La personne qui a envoyé cette invitation ne représente plus la structure : demandez-en une autre."
            )
        row.accepted_at, row.accepted_by = timezone.now(), by
        row.save(update_fields=["accepted_at", "accepted_by"])
        for claim in Claim.objects.select_for_update(of=("self",)).filter(
            structure=structure, person=by, decided_at__isnull=True
        ):
            close(claim, outcome=ClaimOutcome.GRANTED, by=by, reason="", label="une invitation acceptée")
        try:
            mandate = grant_mandate(
                structure=structure,
                person=by,
                by=row.by_label,
                method=ClaimMethod.INVITATION,
                role=row.role,
                invitation=row,
            )
        except MandateRefused as error:
            raise InvitationRefused(str(error)) from error
        tell_began(mandate, but=by)
        _tell_inviter(row)
    return mandate


def decline_invitation(*, invitation: Invitation, by: Author = "la personne invitée") -> Invitation:
    """Say no; nothing else happens. Whoever has the link may: no account is needed. Raises InvitationRefused."""
    with transaction.atomic():
        row = Invitation.objects.select_for_update(of=("self",)).select_related("structure").get(pk=invitation.pk)
        _check_waiting(row)
        row.declined_at = timezone.now()
        row.save(update_fields=["declined_at"])
        journal.record(by=by, verb="invitation déclinée", obj=row.structure, after={"invitation": row.pk})
        _tell_inviter(row)
    return row


def _locked(structure: Structure) -> Structure:
    row = Structure.objects.select_for_update().get(pk=structure.pk)
    if row.merged_into_id is not None:
        raise InvitationRefused("Cette fiche est réunie à une autre : demandez une nouvelle invitation.")
    if not public_structures().filter(pk=row.pk).exists():
        raise InvitationRefused("Cette structure n’est plus dans l’annuaire public.")
    return row


def _check_inviter(structure: Structure, by: Person) -> None:
    if not may_invite_in_bulk(by) and not represents(by, structure):
        raise InvitationRefused("Vous ne représentez pas cette structure : vous ne pouvez pas inviter en son nom.")


def _inviter_acts(row: Invitation) -> bool:
    """Whether who invites still may: the team, or somebody whose mandate is in force. Asked of the base."""
    return row.by_team or in_force().filter(structure=row.structure_id, person=row.by_id).exists()


def _waiting(invitation: Invitation, by: Person) -> Invitation:
    row = Invitation.objects.select_for_update(of=("self",)).select_related("structure").get(pk=invitation.pk)
    _check_inviter(row.structure, by)
    if state_of(row) not in ("attente", "expiree"):
        raise InvitationRefused("Cette invitation a déjà reçu une réponse, ou est annulée.")
    return row


def _check_waiting(row: Invitation) -> None:
    state = state_of(row)
    if state == "expiree":
        raise InvitationRefused("Cette invitation a expiré : demandez qu’on vous l’envoie de nouveau.")
    if state == "annulee":
        raise InvitationRefused("Cette invitation a été annulée.")
    if state != "attente":
        raise InvitationRefused("Cette invitation a déjà reçu une réponse.")


def _cancel(row: Invitation, by: Author) -> None:
    row.cancelled_at = timezone.now()
    row.save(update_fields=["cancelled_at"])
    journal.record(by=by, verb="invitation annulée", obj=row.structure, after={"invitation": row.pk})


def _tell_inviter(row: Invitation) -> None:
    if row.by is not None and row.by.is_active:
        mails.send(InvitationAnswered(invitation_id=row.pk), row.by.email)
