"""« C’est votre structure ? »: somebody asks to act for a structure, proves it, withdraws, appeals."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import IO

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from essaim.directory.actions.claim_codes import ClaimRefused, check_quotas, give_code, locked_claim
from essaim.directory.claim_ways import file_addresses, own_domain, post_address
from essaim.directory.claims import CODES, MAIL_CODES, is_live, may_appeal, open_claim_of
from essaim.directory.enums import ClaimMethod, ClaimOutcome
from essaim.directory.mails.claims import ClaimAsksColleague, ClaimCode, ClaimOpened, ClaimReceived
from essaim.directory.mandates import in_force, representatives_of
from essaim.directory.models import Claim, ClaimEvidence, Structure
from essaim.directory.queries import public_structures
from essaim.foundation import journal, mails
from essaim.foundation.addresses import clean_address
from essaim.foundation.documents import clean_proof
from essaim.foundation.journal import Author
from essaim.foundation.plaintext import clean_line, clean_text
from essaim.people.models import Person
from essaim.people.queries import officer_addresses

LONGEST_ROLE = 120
LONGEST_MESSAGE = 2000
CLAIMS_A_DAY = 5
ABANDONED_AFTER = timedelta(days=60)


class AlreadyOpen(ClaimRefused):
    """The person has a claim open for this structure already."""

    def __init__(self, claim: Claim) -> None:
        self.claim = claim
        super().__init__("Vous avez déjà une demande ouverte pour cette structure.")


@dataclass(frozen=True)
class Proof:
    """What a claimant offers as a proof, as the form gave it: the way, and what it needs."""

    method: str
    address: str = ""
    """The key of an address on file, or an e-mail address at the structure's domain."""
    document: IO[bytes] | None = None
    document_name: str = ""
    document_size: int = 0


@dataclass(frozen=True)
class _Ready:
    """A proof that was looked at: nothing of it is as the form gave it."""

    method: ClaimMethod
    sent_to: str = ""
    content: ContentFile[bytes] | None = None
    name: str = ""


def clean_role(text: str) -> str:
    """What somebody is in a structure, on one line. Raises ClaimRefused."""
    role = clean_line(text[: LONGEST_ROLE * 10])
    if not role:
        raise ClaimRefused("Dites votre fonction : présidente, salarié, bénévole…")
    if len(role) > LONGEST_ROLE:
        raise ClaimRefused(f"Votre fonction dépasse {LONGEST_ROLE} caractères : raccourcissez-la.")
    return role


def _clean_message(text: str) -> str:
    message = clean_text(text[: LONGEST_MESSAGE * 10])
    if len(message) > LONGEST_MESSAGE:
        raise ClaimRefused(f"Votre message dépasse {LONGEST_MESSAGE} caractères : raccourcissez-le.")
    return message


def open_claim(*, structure: Structure, person: Person, role: str, proof: Proof, message: str = "") -> Claim:
    """Ask to act for a structure, with a first proof. Raises AlreadyOpen, ClaimRefused.

    Refused: a structure that the public does not see (set aside, merged), whoever represents it already, a way that is
    not open for it.
    """
    role, message = clean_role(role), _clean_message(message)
    with transaction.atomic():
        structure = _claimable(structure)
        if in_force().filter(structure=structure, person=person).exists():
            raise ClaimRefused("Vous représentez déjà cette structure : son espace vous est ouvert.")
        known = open_claim_of(person, structure)
        if known is not None:
            raise AlreadyOpen(known)
        today = Claim.objects.filter(person=person, opened_at__gt=timezone.now() - timedelta(days=1)).count()
        if today >= CLAIMS_A_DAY:
            raise ClaimRefused("Vous avez déjà fait cinq demandes aujourd’hui. Réessayez demain.")
        ready = _prepare(structure, person, proof)
        claim = Claim.objects.create(structure=structure, person=person, role=role, message=message)
        journal.record(by=person, verb="demande de rattachement faite", obj=claim, after={"method": ready.method})
        _add(claim, ready)
    return claim


def add_proof(*, claim: Claim, by: Person, proof: Proof) -> ClaimEvidence:
    """Try another way, or ask for a new code, while the claim is open. Raises ClaimRefused."""
    with transaction.atomic():
        claim = _own(claim, by)
        ready = _prepare(claim.structure, by, proof)
        waiting = claim.evidence.filter(method=ready.method, passed_at__isnull=True, refused_at__isnull=True)
        if ready.method is ClaimMethod.POST and any(
            one.printed_at is None or is_live(one, timezone.now()) for one in waiting
        ):
            raise ClaimRefused("Une lettre est déjà en chemin pour cette demande.")
        if ready.method not in CODES and ready.method is not ClaimMethod.DOCUMENT and waiting.exists():
            raise ClaimRefused("C’est déjà demandé : la réponse est attendue.")
        journal.record(by=by, verb="autre preuve proposée", obj=claim, after={"method": ready.method})
        return _add(claim, ready)


def withdraw_claim(*, claim: Claim, by: Person) -> Claim:
    """Give a claim up. Raises ClaimRefused."""
    with transaction.atomic():
        claim = _own(claim, by)
        close(claim, outcome=ClaimOutcome.WITHDRAWN, by=by, reason="")
    return claim


def appeal(*, claim: Claim, by: Person, message: str) -> Claim:
    """Ask the team to look again at a refusal, once. Raises ClaimRefused."""
    message = _clean_message(message)
    if not message:
        raise ClaimRefused("Dites ce que l’équipe n’a pas vu, ou ce qui a changé.")
    with transaction.atomic():
        refused = locked_claim(claim)
        if refused.person_id != by.pk:
            raise ClaimRefused("Cette demande est celle de quelqu’un d’autre.")
        if not may_appeal(refused):
            raise ClaimRefused("Cette demande ne peut plus faire l’objet d’un recours.")
        if open_claim_of(by, refused.structure) is not None:
            raise ClaimRefused("Une autre demande est ouverte pour cette structure : attendez sa réponse.")
        made = Claim.objects.create(
            structure=refused.structure, person=by, role=refused.role, message=message, appeal_of=refused
        )
        journal.record(by=by, verb="recours déposé", obj=made, about=[refused])
        _add(made, _Ready(ClaimMethod.OFFICER))
    return made


def close(claim: Claim, *, outcome: ClaimOutcome, by: Author, reason: str, label: str = "") -> None:
    """Decide a locked claim; inside the caller's transaction."""
    claim.outcome = outcome
    claim.reason = reason
    claim.decided_at = timezone.now()
    claim.decided_by = by if isinstance(by, Person) else None
    claim.decided_by_label = label or journal.label_of(by)[:200]
    claim.save(update_fields=["outcome", "reason", "decided_at", "decided_by", "decided_by_label"])
    claim.evidence.exclude(code_digest="").update(code_digest="")
    journal.record(
        by=by,
        verb=f"demande de rattachement {outcome.label}",
        obj=claim,
        reason=reason,
        before={"outcome": ""},
        after={"outcome": outcome},
    )


def close_abandoned(*, by: Author) -> int:
    """Close the claims left for sixty days that wait for nobody but their author; returns how many."""
    limit = timezone.now() - ABANDONED_AFTER
    theirs = ClaimEvidence.objects.exclude(method__in=MAIL_CODES)
    old = Claim.objects.filter(decided_at__isnull=True, appeal_of__isnull=True, opened_at__lt=limit)
    closed = 0
    for claim in old.exclude(pk__in=theirs.values("claim_id")).order_by("pk"):
        with transaction.atomic():
            row = locked_claim(claim)
            if row.is_open:
                close(row, outcome=ClaimOutcome.WITHDRAWN, by=by, reason="Sans suite depuis soixante jours.")
                closed += 1
    return closed


def _claimable(structure: Structure) -> Structure:
    """The structure, locked, when somebody may ask to act for it."""
    row = Structure.objects.select_for_update().get(pk=structure.pk)
    if row.merged_into_id is not None:
        raise ClaimRefused("Cette fiche est réunie à une autre : demandez celle-là.")
    if not public_structures().filter(pk=row.pk).exists():
        raise ClaimRefused("Cette structure n’est plus dans l’annuaire : écrivez à l’équipe.")
    return row


def _own(claim: Claim, by: Person) -> Claim:
    """The open claim of that very person, locked, on a structure still there."""
    row = locked_claim(claim)
    if row.person_id != by.pk:
        raise ClaimRefused("Cette demande est celle de quelqu’un d’autre.")
    if not row.is_open:
        raise ClaimRefused("Cette demande est déjà décidée.")
    return row


def _prepare(structure: Structure, person: Person, proof: Proof) -> _Ready:
    """Look at what the form gave; nothing is written. Raises ClaimRefused."""
    if proof.method not in ClaimMethod.values or proof.method == ClaimMethod.INVITATION:
        raise ClaimRefused("Choisissez un des moyens proposés.")
    method = ClaimMethod(proof.method)
    if method is ClaimMethod.DOCUMENT:
        if proof.document is None:
            raise ClaimRefused("Choisissez le document à envoyer.")
        try:
            content, name = clean_proof(proof.document, proof.document_name, proof.document_size)
        except ValidationError as error:
            raise ClaimRefused(error.messages[0]) from error
        return _Ready(method, content=content, name=name)
    if method is ClaimMethod.COLLEAGUE and not representatives_of([structure]).exclude(pk=person.pk).exists():
        raise ClaimRefused("Personne ne représente encore cette structure : choisissez un autre moyen.")
    sent_to = _where(structure, method, proof.address)
    if method in CODES:
        check_quotas(structure=structure, person=person, method=method, sent_to=sent_to)
    return _Ready(method, sent_to=sent_to)


def _where(structure: Structure, method: ClaimMethod, address: str) -> str:
    """Where a code goes: never an address that the form made up."""
    if method is ClaimMethod.FILE_MAIL:
        found = {known.key: known.email for known in file_addresses(structure)}.get(address)
        if found is None:
            raise ClaimRefused("Nous n’avons plus cette adresse : choisissez un autre moyen.")
        return found
    if method is ClaimMethod.DOMAIN_MAIL:
        domain = own_domain(structure)
        if not domain:
            raise ClaimRefused("Cette structure n’a pas de nom de domaine connu : choisissez un autre moyen.")
        try:
            email = clean_address(address)
        except ValidationError as error:
            raise ClaimRefused(error.messages[0]) from error
        if email.partition("@")[2] != domain:
            raise ClaimRefused(f"Donnez une adresse qui finit par « @{domain} ».")
        return email
    if method is ClaimMethod.POST:
        found = post_address(structure)
        if not found:
            raise ClaimRefused("Nous ne pouvons pas envoyer de lettre à cette structure : choisissez un autre moyen.")
        return found[:300]
    return ""


def _add(claim: Claim, ready: _Ready) -> ClaimEvidence:
    """Write a proof that was looked at, and tell whoever must know; inside the caller's transaction."""
    proof = ClaimEvidence.objects.create(
        claim=claim, method=ready.method, sent_to=ready.sent_to, document_name=ready.name[:200]
    )
    if ready.content is not None:
        proof.document.save(ready.content.name or "preuve", ready.content, save=False)
        try:
            proof.save(update_fields=["document"])
        except BaseException:
            with suppress(OSError):  # what stops the write is told; a file left behind is not
                proof.document.delete(save=False)
            raise
    if ready.method in MAIL_CODES:
        give_code(proof)
        mails.send(ClaimCode(evidence_id=proof.pk), ready.sent_to)
    elif ready.method is ClaimMethod.COLLEAGUE:
        others = representatives_of([claim.structure]).exclude(pk=claim.person_id)
        mails.send(ClaimAsksColleague(claim_id=claim.pk), list(others.values_list("email", flat=True)))
    else:
        mails.send(ClaimReceived(claim_id=claim.pk), officer_addresses())
    mails.send(ClaimOpened(claim_id=claim.pk), claim.person.email)
    return proof
