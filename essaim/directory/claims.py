"""Reads about claims and invitations: what waits for whom, and the story of one claim as its author reads it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from essaim.directory.claim_ways import COLLEAGUE_DAYS, masked, promised_day
from essaim.directory.enums import ClaimMethod, ClaimOutcome
from essaim.directory.models import Claim, ClaimEvidence, Invitation, Structure
from essaim.directory.queries import in_scope
from essaim.people.models import Person
from essaim.ui.typography import day_name as day_words

MAIL_CODES = (ClaimMethod.FILE_MAIL, ClaimMethod.DOMAIN_MAIL)
CODES = (*MAIL_CODES, ClaimMethod.POST)
TRIES = 5
APPEAL_DAYS = 60
"""Days during which a refusal can be appealed."""


def pending_proofs() -> Q:
    """Of a claim's proofs, those that wait for the team: to read, to decide, to print, or left too long by others."""
    silent = timezone.now() - timedelta(days=COLLEAGUE_DAYS)
    return Q(passed_at__isnull=True, refused_at__isnull=True) & (
        Q(method__in=(ClaimMethod.DOCUMENT, ClaimMethod.OFFICER))
        | Q(method=ClaimMethod.POST, printed_at__isnull=True)
        | Q(method=ClaimMethod.COLLEAGUE, at__lt=silent)
    )


def claims_in(scope: Collection[str]) -> QuerySet[Claim]:
    """Every claim on a structure of these EPCI, with what a line and a page show of it."""
    return (
        Claim.objects.filter(structure__in=in_scope(scope))
        .select_related("structure__card", "person", "appeal_of", "decided_by")
        .prefetch_related(Prefetch("evidence", ClaimEvidence.objects.order_by("pk")))
    )


def waiting_for_team(scope: Collection[str]) -> QuerySet[Claim]:
    """The open claims that nothing but the team can bring further."""
    proofs = ClaimEvidence.objects.filter(pending_proofs(), claim=OuterRef("pk"))
    return claims_in(scope).filter(decided_at__isnull=True).filter(Q(appeal_of__isnull=False) | Exists(proofs))


def letters_to_print(scope: Collection[str]) -> QuerySet[ClaimEvidence]:
    """The codes by post that no letter carries yet, the oldest first."""
    return (
        ClaimEvidence.objects.filter(
            method=ClaimMethod.POST,
            printed_at__isnull=True,
            passed_at__isnull=True,
            refused_at__isnull=True,
            claim__decided_at__isnull=True,
            claim__structure__in=in_scope(scope),
        )
        .select_related("claim__structure__card", "claim__person")
        .order_by("pk")
    )


def claims_of(person: Person) -> QuerySet[Claim]:
    """Somebody's own claims, the newest first."""
    return Claim.objects.filter(person=person).select_related("structure__card").order_by("-pk")


def claim_of(person: Person, pk: int) -> Claim | None:
    """One of somebody's own claims, with its proofs; None for another's."""
    proofs = Prefetch("evidence", ClaimEvidence.objects.order_by("pk"))
    mine = Claim.objects.filter(person=person, pk=pk).select_related("structure__card", "appeal_of")
    return mine.prefetch_related(proofs).first()


def open_claim_of(person: Person, structure: Structure) -> Claim | None:
    """The claim that this person has open for this structure."""
    return Claim.objects.filter(person=person, structure=structure, decided_at__isnull=True).first()


def asking_colleagues(structure: Structure) -> QuerySet[Claim]:
    """The open claims that ask those who represent the structure for their word."""
    asked = ClaimEvidence.objects.filter(
        claim=OuterRef("pk"), method=ClaimMethod.COLLEAGUE, passed_at__isnull=True, refused_at__isnull=True
    )
    return (
        Claim.objects.filter(Exists(asked), structure=structure, decided_at__isnull=True)
        .select_related("person")
        .order_by("pk")
    )


def is_waiting(invitation: Invitation) -> bool:
    """Sent, and nothing said yet: accepted, declined nor cancelled. It may have expired."""
    return invitation.accepted_at is None and invitation.declined_at is None and invitation.cancelled_at is None


def waiting_invitations() -> QuerySet[Invitation]:
    """Those that wait for an answer, expired ones too."""
    return Invitation.objects.filter(accepted_at__isnull=True, declined_at__isnull=True, cancelled_at__isnull=True)


def invitation_for(person: Person, structure: Structure) -> Invitation | None:
    """The invitation that this person may accept for this structure today."""
    return waiting_invitations().filter(structure=structure, email=person.email, expires_at__gt=timezone.now()).first()


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a claim's story; `at` is empty for what is still to come."""

    text: str
    at: datetime | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Code:
    """A code that can be typed now: which proof it is of, where it went, how long and how many tries are left."""

    evidence: ClaimEvidence
    where: str
    tries_left: int


def live_codes(claim: Claim, now: datetime | None = None) -> list[Code]:
    """The codes of an open claim that can still be typed."""
    if not claim.is_open:
        return []
    now = now or timezone.now()
    return [
        Code(proof, where_sent(proof), TRIES - proof.tries) for proof in claim.evidence.all() if is_live(proof, now)
    ]


def is_live(proof: ClaimEvidence, now: datetime) -> bool:
    """A code was sent, nobody used it up, its time is not over."""
    return bool(
        proof.code_digest
        and proof.passed_at is None
        and proof.refused_at is None
        and proof.tries < TRIES
        and proof.expires_at is not None
        and proof.expires_at > now
    )


def where_sent(proof: ClaimEvidence) -> str:
    """Where a code went: an e-mail address half hidden, the declared address of the head office whole."""
    return masked(proof.sent_to) if proof.method in MAIL_CODES else proof.sent_to


def story(claim: Claim, now: datetime | None = None) -> list[Event]:
    """What has happened, in order, then what comes next and when, for the claimant."""
    now = now or timezone.now()
    asked = "Vous avez déposé un recours" if claim.appeal_of_id else "Vous avez fait la demande"
    events = [Event(asked, claim.opened_at)]
    for proof in claim.evidence.all():
        events += _proof_events(proof)
    if claim.decided_at is not None:
        events.append(Event(f"Demande {claim.get_outcome_display()}", claim.decided_at, claim.reason))
    else:
        events += [Event(text) for text in comes_next(claim, now)]
    return events


_ASKED = {
    ClaimMethod.DOCUMENT: "Vous avez envoyé un document à l’équipe",
    ClaimMethod.COLLEAGUE: "Les personnes qui représentent la structure ont reçu votre demande",
    ClaimMethod.OFFICER: "L’équipe a reçu votre demande",
    ClaimMethod.POST: "Vous avez demandé un code par la poste",
}


def _proof_events(proof: ClaimEvidence) -> list[Event]:
    method = ClaimMethod(proof.method)
    asked = _ASKED.get(method) or f"Un code est parti à {where_sent(proof)}"
    events = [Event(asked, proof.at, proof.document_name)]
    if proof.printed_at is not None:
        events.append(Event("La lettre est imprimée et part au siège", proof.printed_at))
    if proof.passed_at is not None:
        events.append(Event("Preuve acceptée", proof.passed_at, proof.note))
    if proof.refused_at is not None and proof.note:
        events.append(Event("Preuve non retenue", proof.refused_at, proof.note))
    return events


def comes_next(claim: Claim, now: datetime) -> list[str]:
    """What an open claim waits for, in words, with the day."""
    told: list[str] = []
    for proof in claim.evidence.all():
        if proof.passed_at is not None or proof.refused_at is not None:
            continue
        method = ClaimMethod(proof.method)
        since = timezone.localdate(proof.at)
        if method in CODES and is_live(proof, now) and proof.expires_at is not None:
            until = timezone.localtime(proof.expires_at)
            limit = f"avant {until:%H h %M}" if method in MAIL_CODES else f"avant le {day_words(until.date())}"
            told.append(f"Tapez le code reçu, {limit}")
        elif method is ClaimMethod.POST and proof.printed_at is None:
            told.append(f"L’équipe imprime et poste la lettre avant le {day_words(promised_day(since))}")
        elif method in (ClaimMethod.DOCUMENT, ClaimMethod.OFFICER):
            told.append(f"L’équipe répond avant le {day_words(promised_day(since))}")
        elif method is ClaimMethod.COLLEAGUE:
            limit_day = since + timedelta(days=COLLEAGUE_DAYS)
            told.append(f"Un accord de la structure, ou l’équipe à partir du {day_words(limit_day)}")
    return list(dict.fromkeys(told)) or ["Le code n’est plus valable : choisissez un autre moyen"]


def may_appeal(claim: Claim, now: datetime | None = None) -> bool:
    """A refusal can be appealed once, within sixty days; the answer to an appeal cannot."""
    now = now or timezone.now()
    return bool(
        claim.outcome == ClaimOutcome.REFUSED
        and claim.appeal_of_id is None
        and claim.decided_at is not None
        and claim.decided_at > now - timedelta(days=APPEAL_DAYS)
        and not Claim.objects.filter(appeal_of=claim).exists()
    )


def appeal_limit(claim: Claim) -> date | None:
    """The last day to appeal a refusal."""
    return timezone.localdate(claim.decided_at + timedelta(days=APPEAL_DAYS)) if claim.decided_at else None
