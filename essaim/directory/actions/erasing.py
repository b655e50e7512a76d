"""What becomes of somebody's part in the directory when their account is erased: structures stay, the person leaves."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import models, transaction
from django.utils import timezone

from essaim.directory.actions.forgetting_merges import forget_in_merges
from essaim.directory.actions.keeping import forget_proof
from essaim.directory.actions.mandates import end_mandate
from essaim.directory.actions.structure_people import contested
from essaim.directory.enums import ClaimOutcome, MandateEnd
from essaim.directory.leaving import left_alone_by, open_claims_of, open_mandates_of
from essaim.directory.mails.leaving import StructureLeftAlone
from essaim.directory.models import (
    Campaign,
    CampaignLine,
    Card,
    CardChange,
    CardContact,
    CardPhoto,
    Claim,
    ClaimEvidence,
    ContactImport,
    ErrorReport,
    Invitation,
    LocalDecision,
    Mandate,
    Merge,
    NotTwins,
    StructureNote,
    StructureProposal,
)
from essaim.directory.provenance import Sayer, confirmation_text
from essaim.foundation import journal, mails
from essaim.foundation.journal import Author
from essaim.people.actions.forgetting import forget_signature
from essaim.people.leaving import addresses_of, names_alone, pseudonym
from essaim.people.models import Person
from essaim.people.queries import officer_addresses

SIGNED: dict[type[models.Model], dict[str, str]] = {
    Campaign: {"opened_by_label": ""},
    CardChange: {"by_label": "by", "decided_by_label": "decided_by"},
    CardPhoto: {"added_by_label": "added_by"},
    Claim: {"decided_by_label": "decided_by"},
    ClaimEvidence: {"checked_by_label": ""},
    ContactImport: {"by_label": "by"},
    Invitation: {"by_label": "by"},
    LocalDecision: {"by_label": "by"},
    Mandate: {"granted_by_label": "", "ended_by_label": ""},
    Merge: {"by_label": "", "undone_by_label": ""},
    NotTwins: {"by_label": ""},
    StructureNote: {"by_label": "by"},
}
"""Where names are signed: the column, and the tie to the account beside it."""


def forget_in_directory(*, person: Person, by: Author) -> Sequence[str]:
    """End mandates, withdraw claims, forget addresses and names; return what stays and why. Inside one transaction."""
    kept = []
    with transaction.atomic():
        alone = left_alone_by(person)
        for mandate in open_mandates_of(person):
            end_mandate(mandate=mandate, by=by, reason=MandateEnd.ACCOUNT_ERASED)
        mandates = Mandate.objects.filter(person=person)
        if mandates.order_by().update(role="", end_note=""):
            kept.append("Les structures gardent les dates de leurs mandats, sans votre nom ni votre fonction.")
        _forget_contests(person)
        _forget_claims(person, by)
        _forget_addresses(person, by)
        for model, columns in SIGNED.items():
            forget_signature(person=person, model=model, columns=columns)
        _forget_confirmations(person)
        if CardChange.objects.filter(by=person).exists() or CardPhoto.objects.filter(added_by=person).exists():
            kept.append("Ce que vous avez écrit sur la fiche d’une structure reste le sien, sans votre nom.")
        for structure in alone:
            journal.record(by=by, verb="structure que personne ne représente plus", obj=structure)
            mails.send(StructureLeftAlone(structure_id=structure.pk), officer_addresses())
    return kept


def _forget_contests(person: Person) -> None:
    """What was said against the person's mandates, and what the person said against those of others."""
    own = Mandate.objects.filter(person=person).values_list("pk", flat=True)
    against = models.Q()
    for start in map(contested, own):
        against |= models.Q(message__startswith=f"{start},")
    for address in addresses_of(person):
        against |= models.Q(email__iexact=address, message__startswith="Mandat contesté (n°")
    if against:
        ErrorReport.objects.filter(against).order_by().update(message="Mandat contesté. Le texte a été effacé.")


def _forget_claims(person: Person, by: Author) -> None:
    for claim in open_claims_of(person).select_for_update(of=("self",)):
        claim.decided_at = timezone.now()
        claim.decided_by_label = pseudonym(person)
        claim.outcome = ClaimOutcome.WITHDRAWN
        claim.save(update_fields=["decided_at", "decided_by_label", "outcome"])
        journal.record(by=by, verb="demande de rattachement retirée", obj=claim, reason="Compte supprimé")
    for proof in ClaimEvidence.objects.select_for_update(of=("self",)).filter(claim__person=person):
        forget_proof(proof)
    Claim.objects.filter(person=person).order_by().update(role="", message="")
    Invitation.objects.filter(by=person).order_by().update(message="")


def _forget_addresses(person: Person, by: Author) -> None:
    """Rows that hold the person's address, whoever wrote them; the team's own address book is asked for apart."""
    for address in sorted(addresses_of(person)):
        _forget_address(person, address, by)
    forget_in_merges(person=person)


def _forget_address(person: Person, address: str, by: Author) -> None:
    now = timezone.now()
    invited = Invitation.objects.filter(email__iexact=address)
    invited.filter(accepted_at__isnull=True, declined_at__isnull=True, cancelled_at__isnull=True).order_by().update(
        cancelled_at=now
    )
    Invitation.objects.filter(models.Q(email__iexact=address) | models.Q(accepted_by=person)).order_by().update(
        email="", message="", role=""
    )
    for model in (CardChange, ErrorReport, CampaignLine):
        model._default_manager.filter(email__iexact=address).order_by().update(email="")
    StructureProposal.objects.filter(
        models.Q(proposer=person) | models.Q(proposer_email__iexact=address)
    ).order_by().update(proposer=None, proposer_name="", proposer_email="")
    for contact in CardContact.objects.select_for_update(of=("self",)).filter(email__iexact=address):
        journal.record(by=by, verb="contact retiré", obj=contact.structure, reason="Compte supprimé")
        contact.delete()


def _forget_confirmations(person: Person) -> None:
    """« Confirmée par » is a sentence that ends by a name: that of an address, or of the only one who bears it."""
    names = names_alone(person)
    for sayer in Sayer:
        said = [confirmation_text(sayer, name) for name in names]
        told = confirmation_text(sayer, pseudonym(person))
        Card.objects.filter(confirmed_by_label__in=said).order_by().update(confirmed_by_label=told)
