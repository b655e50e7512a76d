"""How a claim ends: the right code, the word of a colleague, the decision of the team. Each tells whom it concerns."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from essaim.directory.actions.claim_codes import ClaimRefused, count_try, is_right, locked_claim, use_up
from essaim.directory.actions.claims import close
from essaim.directory.actions.mandates import MandateRefused, grant_mandate
from essaim.directory.claims import is_live
from essaim.directory.enums import ClaimMethod, ClaimOutcome
from essaim.directory.mails.claims import ClaimDecided, ClaimProofRefused
from essaim.directory.mails.mandates import MandateBegan
from essaim.directory.mandates import in_force, representatives_of
from essaim.directory.models import Claim, ClaimEvidence, Mandate
from essaim.directory.queries import public_structures
from essaim.directory.rules import may_decide_claims
from essaim.foundation import journal, mails
from essaim.foundation.journal import Author
from essaim.foundation.plaintext import clean_text
from essaim.people.models import Person
from essaim.people.queries import officer_addresses

LONGEST_REASON = 2000
_BY_CODE = "un code vérifié"


class WrongCode(ClaimRefused):
    """The code is not the one that was sent; the message says how many tries are left."""


def enter_code(*, claim: Claim, evidence_id: int, code: str, by: Person) -> Mandate:
    """Type the code that was received: right, the mandate begins at once. Raises WrongCode, ClaimRefused.

    The code is compared with that very claim's proof, of that very person. A wrong one is counted, whatever happens.
    """
    left = -1
    with transaction.atomic():
        claim = locked_claim(claim)
        if claim.person_id != by.pk:
            raise ClaimRefused("Cette demande est celle de quelqu’un d’autre.")
        if not claim.is_open:
            raise ClaimRefused("Cette demande est déjà décidée.")
        proof = ClaimEvidence.objects.select_for_update(of=("self",)).filter(claim=claim, pk=evidence_id).first()
        if proof is None or not is_live(proof, timezone.now()):
            raise ClaimRefused("Ce code n’est plus valable. Demandez-en un autre, ou choisissez un autre moyen.")
        if not is_right(proof, code):
            left = count_try(proof)
        else:
            use_up(proof, by_label=_BY_CODE)
            return _grant(claim, method=ClaimMethod(proof.method), by=by, label=_BY_CODE, reason="")
    if left == 0:
        raise WrongCode("Ce n’est pas le bon code, et c’était le dernier essai. Demandez-en un autre.")
    raise WrongCode(f"Ce n’est pas le bon code. Il reste {left} essai{'s' if left > 1 else ''}.")


def answer_as_colleague(*, claim: Claim, by: Person, accept: bool, note: str = "") -> Mandate | None:
    """Accept or decline a claim in the name of the structure, when it asked for it. Raises ClaimRefused.

    Declined, the claim stays open: another way may be tried, and the team sees what was answered.
    """
    note = _reason(note)
    with transaction.atomic():
        claim = locked_claim(claim)
        if claim.person_id == by.pk:
            raise ClaimRefused("Une autre personne doit répondre à votre propre demande.")
        if not in_force().filter(structure=claim.structure, person=by).exists():
            raise ClaimRefused("Vous ne représentez pas cette structure : vous ne pouvez pas répondre en son nom.")
        proof = (
            ClaimEvidence.objects.select_for_update(of=("self",))
            .filter(claim=claim, method=ClaimMethod.COLLEAGUE, passed_at__isnull=True, refused_at__isnull=True)
            .order_by("pk")
            .first()
        )
        if proof is None or not claim.is_open:
            raise ClaimRefused("Cette demande a déjà reçu une réponse.")
        if not accept and not note:
            raise ClaimRefused("Dites en un mot pourquoi : la personne le lira.")
        _judge(proof, accept=accept, by=by, note=note)
        if accept:
            return _grant(claim, method=ClaimMethod.COLLEAGUE, by=by, reason=note)
        journal.record(by=by, verb="demande déclinée par la structure", obj=claim)
        mails.send(ClaimProofRefused(evidence_id=proof.pk), claim.person.email)
    return None


def decide_claim(*, claim: Claim, by: Person, accept: bool, reason: str = "") -> Claim:
    """The team accepts or refuses a claim, whatever its proofs. Raises ClaimRefused."""
    reason = _reason(reason)
    if not may_decide_claims(by):
        raise ClaimRefused("Seule l’équipe décide d’une demande de rattachement.")
    if not accept and not reason:
        raise ClaimRefused("Dites pourquoi : la personne le lira, et pourra déposer un recours.")
    with transaction.atomic():
        claim = locked_claim(claim)
        if claim.person_id == by.pk:
            raise ClaimRefused("C’est votre propre demande : une autre personne de l’équipe doit décider.")
        if not claim.is_open:
            raise ClaimRefused("Cette demande vient d’être décidée par quelqu’un d’autre.")
        waiting = claim.evidence.select_for_update(of=("self",)).filter(passed_at__isnull=True, refused_at__isnull=True)
        methods = set()
        for proof in waiting.filter(method__in=(ClaimMethod.DOCUMENT, ClaimMethod.OFFICER)).order_by("pk"):
            methods.add(proof.method)
            _judge(proof, accept=accept, by=by, note="")
        if accept:
            method = ClaimMethod.DOCUMENT if ClaimMethod.DOCUMENT in methods else ClaimMethod.OFFICER
            _grant(claim, method=method, by=by, reason=reason)
        else:
            close(claim, outcome=ClaimOutcome.REFUSED, by=by, reason=reason)
            mails.send(ClaimDecided(claim_id=claim.pk), claim.person.email)
    return claim


def _reason(text: str) -> str:
    reason = clean_text(text[: LONGEST_REASON * 10])
    if len(reason) > LONGEST_REASON:
        raise ClaimRefused(f"Votre texte dépasse {LONGEST_REASON} caractères : raccourcissez-le.")
    return reason


def _judge(proof: ClaimEvidence, *, accept: bool, by: Author, note: str) -> None:
    """Accept or refuse one proof; inside the caller's transaction."""
    if accept:
        proof.passed_at = timezone.now()
    else:
        proof.refused_at = timezone.now()
    proof.checked_by_label = journal.label_of(by)[:200]
    proof.note = note
    proof.save(update_fields=["passed_at", "refused_at", "checked_by_label", "note"])


def _grant(claim: Claim, *, method: ClaimMethod, by: Author, reason: str, label: str = "") -> Mandate:
    """Close the claim and let its author act; inside the caller's transaction, the claim being locked."""
    if not public_structures().filter(pk=claim.structure_id).exists():
        raise ClaimRefused("Cette structure n’est plus dans l’annuaire : personne ne peut être reconnu pour elle.")
    close(claim, outcome=ClaimOutcome.GRANTED, by=by, reason=reason, label=label)
    try:
        mandate = grant_mandate(
            structure=claim.structure,
            person=claim.person,
            by=label or by,
            method=method,
            role=claim.role,
            claim=claim,
        )
    except MandateRefused as error:
        raise ClaimRefused(str(error)) from error
    mails.send(ClaimDecided(claim_id=claim.pk), claim.person.email)
    tell_began(mandate, but=by)
    return mandate


def tell_began(mandate: Mandate, *, but: Author) -> None:
    """Tell the team and the others of the structure that somebody acts for it now: each may contest."""
    known = {mandate.person_id, but.pk if isinstance(but, Person) else None}
    others = representatives_of([mandate.structure]).exclude(pk__in=[pk for pk in known if pk])
    mails.send(MandateBegan(mandate_id=mandate.pk, to_team=False), list(others.values_list("email", flat=True)))
    mine = but.email if isinstance(but, Person) else ""
    team = [email for email in officer_addresses() if email != mine]
    mails.send(MandateBegan(mandate_id=mandate.pk, to_team=True), team)
