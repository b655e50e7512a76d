"""Structures that the official files do not know: proposed by anyone, admitted by the team with reason and proof.

What the team admits so is always shown as its own decision: no proposal makes a structure ESS « by law ».
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from essaim.directory.actions.cards import CardRefused, propose_change, save_card
from essaim.directory.actions.decisions import DecisionRefused, admit_new
from essaim.directory.actions.invitations import InvitationRefused, invite
from essaim.directory.actions.locks import directory_locked
from essaim.directory.cardfields import clean_phone, clean_web
from essaim.directory.enums import ChangeOrigin, ProposalKind, ProposalOutcome
from essaim.directory.mails.proposals import ProposalAnswered, ProposalReceived
from essaim.directory.models import Structure, StructureProposal
from essaim.directory.provenance import Sayer
from essaim.foundation import journal, mails
from essaim.foundation.addresses import clean_address
from essaim.foundation.identifiers import InvalidIdentifier, clean_rna, clean_siren, clean_siret
from essaim.foundation.journal import Author
from essaim.foundation.plaintext import clean_line, clean_text
from essaim.geography.models import Commune
from essaim.people.models import Person
from essaim.people.queries import officer_addresses

VISITOR = "un visiteur"
LONGEST = 2000
MOST_LOOKED_AT = 20
SOURCE = "proposition reçue par le site"
CARD_FIELDS = ("description", "phone", "email", "website")


class ProposalRefused(ValueError):
    """The proposal, or its answer, cannot be kept; the message says why, in French."""


def propose_structure(
    *,
    kind: str,
    name: str,
    commune: Commune,
    description: str,
    why: str,
    by: Author = VISITOR,
    looked_at: Collection[int] = (),
    is_inside: bool = False,
    **more: str,
) -> StructureProposal:
    """Keep a proposal, and tell the officers once committed. Raises ProposalRefused, InvalidIdentifier.

    `more`: address, postcode, siren, siret, rna, phone, email, website, proposer_name, proposer_email. `looked_at`: ids
    of the sheets that the person was shown, and which are not this structure. The journal keeps neither names nor
    addresses of people.
    """
    if kind not in ProposalKind.values:
        raise ProposalRefused("Choisissez de quelle sorte de structure il s’agit.")
    row = StructureProposal(
        kind=kind,
        commune=commune,
        name=clean_line(name),
        description=_words(description, "Dites ce qu’elle fait."),
        why=_words(why, "Dites pourquoi elle relève de l’économie sociale et solidaire."),
        proposer=by if isinstance(by, Person) else None,
        proposer_is_inside=is_inside,
        looked_at=sorted(set(looked_at))[:MOST_LOOKED_AT],
    )
    _complete(row, more)
    try:
        row.clean_fields(exclude=["proposer", "commune", "structure", "looked_at"])
    except ValidationError as error:
        raise ProposalRefused(" ".join(error.messages)) from error
    with transaction.atomic():
        row.save(force_insert=True)
        journal.record(by=by, verb="structure proposée", obj=row, after={"kind": kind, "commune": commune.code})
        mails.send(ProposalReceived(proposal_id=row.pk), officer_addresses())
    return row


def _words(text: str, missing: str) -> str:
    words = clean_text(text)
    if not words:
        raise ProposalRefused(missing)
    if len(words) > LONGEST:
        raise ProposalRefused(f"Un de vos textes dépasse {LONGEST} caractères : raccourcissez-le.")
    return words


def _complete(row: StructureProposal, more: Mapping[str, str]) -> None:
    """Numbers, ways to reach, who proposes: each cleaned as the directory keeps it."""
    given = {name: clean_line(text) for name, text in more.items() if text}
    row.siret = clean_siret(given.pop("siret")) if "siret" in given else ""
    row.siren = clean_siren(given.pop("siren")) if "siren" in given else row.siret[:9]
    row.rna = clean_rna(given.pop("rna")) if "rna" in given else ""
    if row.siret and row.siret[:9] != row.siren:
        raise ProposalRefused("Ce SIRET n’appartient pas à ce SIREN : vérifiez les deux numéros.")
    try:
        row.phone = clean_phone(given.pop("phone", ""))
        row.website = clean_web(given.pop("website", ""))
        for name in ("email", "proposer_email"):
            setattr(row, name, clean_address(given.pop(name)) if name in given else "")
    except ValidationError as error:
        raise ProposalRefused(" ".join(error.messages)) from error
    for name in ("address", "postcode", "proposer_name"):
        setattr(row, name, given.pop(name, ""))
    if given:
        raise ProposalRefused(f"Champ inconnu : {', '.join(sorted(given))}.")


def admit_proposal(
    *,
    proposal: StructureProposal,
    by: Person,
    criterion: str,
    proof: str,
    family: str,
    answer: str = "",
    naf: str = "",
    others: Collection[int] = (),
    invites: bool = False,
) -> Structure:
    """Make a structure of a proposal, by the team's own decision, with the criterion retained and its proof.

    What was proposed fills its card, as claimed data. `others`: ids of like sheets that somebody looked at. `invites`:
    who proposed it, and said to be part of it, is invited to act for it. Raises ProposalRefused, and DecisionRefused
    (AlreadyKnown, MaybeKnown) when the directory may know it.
    """
    criterion, proof = clean_line(criterion)[:200], clean_text(proof)
    if not criterion or not proof:
        raise ProposalRefused("Notez le critère retenu, et la preuve que vous avez vue.")
    with directory_locked(), journal.group():
        row = _waiting(proposal)
        structure = admit_new(
            name=row.name,
            commune=row.commune,
            reason=f"{criterion} : {proof}",
            by=by,
            family=family,
            siret=row.siret,
            siren=row.siren,
            rna=row.rna,
            naf=naf,
            address=row.address,
            postcode=row.postcode,
            others=others,
        )
        values = {name: getattr(row, name) for name in CARD_FIELDS if getattr(row, name)}
        try:
            # The words of whoever proposed: their address, once published, proves nothing about them.
            save_card(
                structure=structure,
                by=by,
                values=values,
                said_by=Sayer.TEAM,
                source=SOURCE,
                origin=ChangeOrigin.PUBLIC,
            )
        except CardRefused as error:
            raise ProposalRefused(str(error)) from error
        row.criterion, row.proof, row.structure = criterion, proof, structure
        if invites:
            _invite(row, structure, by=by)
        _decide(row, by=by, outcome=ProposalOutcome.ADMITTED, answer=answer)
    return structure


def link_proposal(
    *,
    proposal: StructureProposal,
    structure: Structure,
    by: Person,
    answer: str = "",
    with_changes: bool = False,
    invites: bool = False,
) -> StructureProposal:
    """Say that the directory knows it already: its sheet. `with_changes`: what was proposed waits as a change of it.

    `invites`: see `admit_proposal`. Raises ProposalRefused.
    """
    with transaction.atomic(), journal.group():
        row = _waiting(proposal)
        structure = Structure.objects.select_for_update().get(pk=structure.pk)
        if structure.merged_into_id is not None:
            raise ProposalRefused(f"« {structure} » est réunie à une autre fiche : choisissez celle-là.")
        if with_changes:
            values = {name: getattr(row, name) for name in CARD_FIELDS if getattr(row, name)}
            try:
                propose_change(
                    structure=structure,
                    by=row.proposer or VISITOR,
                    origin=ChangeOrigin.PUBLIC,
                    values=values,
                    note=f"Proposé avec « {row.name} »",
                )
            except CardRefused as error:
                raise ProposalRefused(str(error)) from error
        row.structure = structure
        if invites:
            _invite(row, structure, by=by)
        _decide(row, by=by, outcome=ProposalOutcome.KNOWN, answer=answer)
    return row


def refuse_proposal(*, proposal: StructureProposal, by: Person, answer: str) -> StructureProposal:
    """Refuse, with the reason: it is the answer. Raises ProposalRefused."""
    if not clean_text(answer):
        raise ProposalRefused("Dites pourquoi : la personne qui l’a proposée recevra votre réponse.")
    with transaction.atomic():
        row = _waiting(proposal)
        _decide(row, by=by, outcome=ProposalOutcome.REFUSED, answer=answer)
    return row


def address_of(row: StructureProposal) -> str:
    """Where who proposed it can be answered; empty when nowhere."""
    return row.proposer_email or (row.proposer.email if row.proposer else "")


def _invite(row: StructureProposal, structure: Structure, *, by: Person) -> None:
    """Invite who proposed it to act for it: the officer chose so, the person said to be inside."""
    address = address_of(row)
    if not row.proposer_is_inside or not address:
        raise ProposalRefused("Cette personne n’a pas dit faire partie de la structure, ou n’a pas laissé d’adresse.")
    try:
        invite(structure=structure, email=address, by=by)
    except InvitationRefused as refusal:
        raise ProposalRefused(f"{refusal} Décidez sans l’inviter.") from refusal


def _waiting(proposal: StructureProposal) -> StructureProposal:
    """The row, locked; two officers at once: the second is told."""
    row = StructureProposal.objects.select_for_update(of=("self",)).select_related("commune").get(pk=proposal.pk)
    if row.decided_at is not None:
        raise ProposalRefused("Cette proposition vient d’être traitée par quelqu’un d’autre.")
    return row


def _decide(row: StructureProposal, *, by: Person, outcome: ProposalOutcome, answer: str) -> None:
    """Close it; the person who left an address is answered, then their name and address are forgotten."""
    row.decided_at = timezone.now()
    row.decided_by = by
    row.outcome = outcome
    row.answer = clean_text(answer)[:LONGEST]
    address = address_of(row)
    if address:
        row.was_answered = mails.send(ProposalAnswered(proposal_id=row.pk), address) > 0
    row.proposer_name = row.proposer_email = ""
    row.save()
    # The words of the answer are written to somebody: they stay on the proposal, that a delay empties.
    journal.record(
        by=by,
        verb=f"proposition {ProposalOutcome(outcome).label}",
        obj=row,
        before={"outcome": ""},
        after={"outcome": outcome, "structure": row.structure.key if row.structure else ""},
    )


__all__ = [
    "DecisionRefused",
    "InvalidIdentifier",
    "ProposalRefused",
    "address_of",
    "admit_proposal",
    "link_proposal",
    "propose_structure",
    "refuse_proposal",
]
