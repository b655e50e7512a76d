"""The codes that prove a claim: made, sent, printed, typed. Kept as digests; no table and no queue holds one in clear.

A code is drawn from the installation's secret and the number of its proof: the message and the letter work it out when
they are written, so that a letter that the printer ate can be printed again, the same.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from essaim.directory.actions.keys import ALPHABET
from essaim.directory.claim_ways import MAIL_MINUTES, POST_DAYS
from essaim.directory.claims import CODES, MAIL_CODES, TRIES
from essaim.directory.enums import ClaimMethod
from essaim.directory.models import Claim, ClaimEvidence, Structure
from essaim.foundation import journal
from essaim.foundation.journal import Author
from essaim.people.models import Person

LENGTH = 8
_DAY = timedelta(days=1)
_MONTH = timedelta(days=30)


class ClaimRefused(ValueError):
    """The claim, its proof or the decision cannot be taken so; the message says why, in French."""


@dataclass(frozen=True, slots=True)
class _Quota:
    """At most `count` proofs of these methods during `during`; `told` says so."""

    count: int
    during: timedelta
    told: str


PER_ADDRESS = _Quota(3, _DAY, "Trois codes sont déjà partis à cette adresse aujourd’hui. Réessayez demain.")
PER_PERSON = _Quota(6, _DAY, "Vous avez déjà demandé six codes aujourd’hui. Réessayez demain, ou écrivez à l’équipe.")
PER_STRUCTURE = _Quota(10, _DAY, "Trop de codes sont partis aujourd’hui pour cette structure. Réessayez demain.")
LETTERS_PER_PERSON = _Quota(3, _MONTH, "Vous avez déjà demandé trois lettres ce mois-ci. Choisissez un autre moyen.")
LETTERS_PER_STRUCTURE = _Quota(4, _MONTH, "Trop de lettres sont parties ce mois-ci à cette structure.")


def code_of(evidence: ClaimEvidence) -> str:
    """The code of a proof: eight characters that nobody takes for one another."""
    drawn = salted_hmac(
        "essaim.directory.claim.code", f"{evidence.pk}:{evidence.claim_id}:{evidence.sent_to}", algorithm="sha256"
    )
    number = int.from_bytes(drawn.digest(), "big")
    signs = []
    for _ in range(LENGTH):
        number, rank = divmod(number, len(ALPHABET))
        signs.append(ALPHABET[rank])
    return "".join(signs)


def clean_code(text: str) -> str:
    """A typed code without spaces nor hyphens, in capitals; anything too long is cut: it cannot be right."""
    return "".join(sign for sign in text[:40].upper() if sign not in " -\u00a0\u202f\t\r\n.")[: LENGTH + 1]


def _digest(code: str) -> str:
    return salted_hmac("essaim.directory.claim.digest", code, algorithm="sha256").hexdigest()


def check_quotas(*, structure: Structure, person: Person, method: ClaimMethod, sent_to: str) -> None:
    """Refuse one code too many, in words; inside the structure's lock, so that two at once are counted."""
    mine = ClaimEvidence.objects.filter(claim__person=person)
    theirs = ClaimEvidence.objects.filter(claim__structure=structure)
    if method in MAIL_CODES:
        asked = [
            (ClaimEvidence.objects.filter(sent_to=sent_to), PER_ADDRESS),
            (mine, PER_PERSON),
            (theirs, PER_STRUCTURE),
        ]
        methods: Collection[ClaimMethod] = MAIL_CODES
    else:
        asked = [(mine, LETTERS_PER_PERSON), (theirs, LETTERS_PER_STRUCTURE)]
        methods = (ClaimMethod.POST,)
    for proofs, quota in asked:
        if proofs.filter(method__in=methods, at__gt=timezone.now() - quota.during).count() >= quota.count:
            raise ClaimRefused(quota.told)


def give_code(evidence: ClaimEvidence) -> None:
    """Make a new proof by e-mail ready to be typed, and end those sent before it; inside the caller's transaction."""
    now = timezone.now()
    ClaimEvidence.objects.filter(
        claim=evidence.claim, method__in=MAIL_CODES, passed_at__isnull=True, refused_at__isnull=True, expires_at__gt=now
    ).exclude(pk=evidence.pk).update(expires_at=now)
    evidence.code_digest = _digest(code_of(evidence))
    evidence.expires_at = now + timedelta(minutes=MAIL_MINUTES)
    evidence.save(update_fields=["code_digest", "expires_at"])


def is_right(evidence: ClaimEvidence, code: str) -> bool:
    """Whether this is the code of that proof; compared in a time that tells nothing."""
    return bool(evidence.code_digest) and constant_time_compare(_digest(clean_code(code)), evidence.code_digest)


def count_try(evidence: ClaimEvidence) -> int:
    """Count a wrong code, and return how many tries are left; inside the caller's transaction."""
    evidence.tries += 1
    evidence.save(update_fields=["tries"])
    return max(0, TRIES - evidence.tries)


def use_up(evidence: ClaimEvidence, *, by_label: str) -> None:
    """A code has served: it is accepted, and no digest stays; inside the caller's transaction."""
    evidence.passed_at = timezone.now()
    evidence.checked_by_label = by_label
    evidence.code_digest = ""
    evidence.save(update_fields=["passed_at", "checked_by_label", "code_digest"])


def print_letters(*, proofs: Collection[ClaimEvidence], by: Author) -> list[ClaimEvidence]:
    """Make these codes by post valid for thirty days from now, and return those that a letter may carry.

    Printed again, a letter bears the same code, valid from the new printing; the wrong tries stay counted. Left out: a
    code that served, a claim decided meanwhile.
    """
    with transaction.atomic():
        rows = list(
            ClaimEvidence.objects.select_for_update(of=("self",))
            .filter(
                pk__in=[proof.pk for proof in proofs],
                method=ClaimMethod.POST,
                passed_at__isnull=True,
                refused_at__isnull=True,
                claim__decided_at__isnull=True,
            )
            .select_related("claim__structure__card", "claim__person")
            .order_by("pk")
        )
        now = timezone.now()
        for row in rows:
            row.printed_at = now
            row.expires_at = now + timedelta(days=POST_DAYS)
            row.code_digest = _digest(code_of(row))
            row.save(update_fields=["printed_at", "expires_at", "code_digest"])
            journal.record(by=by, verb="lettre avec un code imprimée", obj=row.claim)
    return rows


def locked_claim(claim: Claim) -> Claim:
    """The claim and its structure, locked in that order that every verb keeps (structure first): none waits in a ring.

    Inside the caller's transaction. Raises ClaimRefused when its sheet was merged in between.
    """
    structure = Structure.objects.select_for_update().get(pk=claim.structure_id)
    row = Claim.objects.select_for_update(of=("self",)).select_related("person", "appeal_of").get(pk=claim.pk)
    if row.structure_id != structure.pk:
        raise ClaimRefused("Cette fiche vient d’être réunie à une autre : rechargez la page.")
    row.structure = structure
    return row


__all__ = [
    "CODES", "LENGTH", "ClaimRefused", "check_quotas", "clean_code", "code_of", "count_try", "give_code", "is_right",
    "locked_claim", "print_letters", "use_up",
]  # fmt: skip
