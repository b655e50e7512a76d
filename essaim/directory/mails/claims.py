"""Messages of a claim: a code, what comes next, what reaches the team and the structure, the answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from essaim.directory.actions.claim_codes import code_of
from essaim.directory.claim_ways import MAIL_MINUTES
from essaim.directory.claims import appeal_limit, may_appeal, story
from essaim.directory.enums import ClaimMethod, ClaimOutcome
from essaim.directory.models import Claim, ClaimEvidence, Structure
from essaim.directory.naming import shown_name
from essaim.foundation.mails import Mail
from essaim.people.models import Person

CLAIMS = "rattachements"
"""Key of the claims in the officer's inbox; the messages to the team lead there."""
SAMPLE_SIREN = "999000009"


def sample_structure() -> Structure:
    """A structure that stands in no database."""
    return Structure(siren=SAMPLE_SIREN, key=SAMPLE_SIREN, name="La Ruche des lucioles")


def _sample_claim() -> Claim:
    return Claim(
        pk=0,
        structure=sample_structure(),
        person=Person(pk=0, email="camille@exemple.fr", name="Camille"),
        role="trésorière",
        message="Je tiens la fiche depuis mars.",
        opened_at=timezone.now(),
    )


@dataclass(frozen=True)
class _ClaimMail(Mail):
    """What the messages about a claim share."""

    claim_id: int

    def claim(self) -> Claim:
        """The claim it is about."""
        rows = Claim.objects.select_related("structure__card", "person", "appeal_of")
        return rows.prefetch_related("evidence").get(pk=self.claim_id)

    def context(self) -> dict[str, object]:
        """The claim, its structure, and the addresses of its pages."""
        claim = self.claim()
        structure = claim.structure
        return {
            "claim": claim,
            "name": shown_name(structure),
            "structure_url": f"{settings.SITE_URL}{structure.get_absolute_url()}",
            "claim_url": f"{settings.SITE_URL}{reverse('claims:claim', args=[claim.pk])}",
            "desk_url": f"{settings.SITE_URL}{reverse('desk:item', args=[CLAIMS, claim.pk])}",
            "answer_url": f"{settings.SITE_URL}{reverse('space:people_claim', args=[structure.key, claim.pk])}",
            "space_url": f"{settings.SITE_URL}{reverse('space:people', args=[structure.key])}",
        }


@dataclass(frozen=True)
class ClaimOpened(_ClaimMail):
    """To the claimant: what was asked, what comes next and when."""

    template: ClassVar[str] = "directory/mails/claim_opened"

    def subject(self) -> str:
        """Names the structure."""
        return f"Votre demande pour « {shown_name(self.claim().structure)} »"

    def context(self) -> dict[str, object]:
        """With what comes next."""
        return super().context() | {"nexts": self.nexts()}

    def nexts(self) -> list[str]:
        """What comes next, in words."""
        return [event.text for event in story(self.claim()) if event.at is None]

    @classmethod
    def sample(cls) -> Mail:
        """An example."""
        return _SampleOpened(claim_id=0)


@dataclass(frozen=True)
class ClaimReceived(_ClaimMail):
    """To the team: a claim waits for it."""

    template: ClassVar[str] = "directory/mails/claim_received"

    def subject(self) -> str:
        """Names the structure."""
        claim = self.claim()
        what = "Recours" if claim.appeal_of_id else "Demande de rattachement"
        return f"{what} : {shown_name(claim.structure)}"

    @classmethod
    def sample(cls) -> Mail:
        """An example."""
        return _SampleReceived(claim_id=0)


@dataclass(frozen=True)
class ClaimAsksColleague(_ClaimMail):
    """To who represents the structure: somebody asks for their word."""

    template: ClassVar[str] = "directory/mails/claim_asks_colleague"

    def subject(self) -> str:
        """Names the structure."""
        return f"Quelqu’un demande à représenter « {shown_name(self.claim().structure)} »"

    @classmethod
    def sample(cls) -> Mail:
        """An example."""
        return _SampleAsks(claim_id=0)


@dataclass(frozen=True)
class ClaimClosed(_ClaimMail):
    """To the claimant: the claim was closed without an answer (two sheets made one), with the reason."""

    template: ClassVar[str] = "directory/mails/claim_closed"

    def subject(self) -> str:
        """Names the structure."""
        return f"Votre demande pour « {shown_name(self.claim().structure)} » est close"

    @classmethod
    def sample(cls) -> Mail:
        """An example."""
        return _SampleClosed(claim_id=0)


@dataclass(frozen=True)
class ClaimDecided(_ClaimMail):
    """To the claimant: accepted, or refused with the reason and how to appeal."""

    template: ClassVar[str] = "directory/mails/claim_decided"

    def subject(self) -> str:
        """Says the answer."""
        claim = self.claim()
        if claim.outcome == ClaimOutcome.GRANTED:
            return f"Vous représentez « {shown_name(claim.structure)} »"
        return f"Votre demande pour « {shown_name(claim.structure)} » est refusée"

    def context(self) -> dict[str, object]:
        """With the last day to appeal, when one may."""
        claim = self.claim()
        return super().context() | {
            "is_granted": claim.outcome == ClaimOutcome.GRANTED,
            "appeal_until": self.appeal_until(claim),
        }

    def appeal_until(self, claim: Claim) -> object:
        """The last day to appeal; None when one cannot."""
        return appeal_limit(claim) if may_appeal(claim) else None

    @classmethod
    def sample(cls) -> Mail:
        """An example."""
        return _SampleDecided(claim_id=0)


@dataclass(frozen=True)
class _ProofMail(Mail):
    """What the messages about one proof share."""

    evidence_id: int

    def proof(self) -> ClaimEvidence:
        """The proof it is about."""
        return ClaimEvidence.objects.select_related("claim__structure__card", "claim__person").get(pk=self.evidence_id)

    def context(self) -> dict[str, object]:
        """The proof, its claim, and its page."""
        proof = self.proof()
        return {
            "proof": proof,
            "claim": proof.claim,
            "name": shown_name(proof.claim.structure),
            "claim_url": f"{settings.SITE_URL}{reverse('claims:claim', args=[proof.claim.pk])}",
        }


@dataclass(frozen=True)
class ClaimCode(_ProofMail):
    """To the address on file, or at the structure's domain: the code, who asks, what to do when one asked nothing."""

    template: ClassVar[str] = "directory/mails/claim_code"

    def subject(self) -> str:
        """Without the code: a locked screen shows subjects."""
        return f"Un code pour « {shown_name(self.proof().claim.structure)} »"

    def context(self) -> dict[str, object]:
        """The code is worked out when the message leaves, so that no queue keeps it."""
        code = code_of(self.proof())
        return super().context() | {"code": f"{code[:4]} {code[4:]}", "minutes": MAIL_MINUTES}

    @classmethod
    def sample(cls) -> Mail:
        """An example."""
        return _SampleCode(evidence_id=0)


@dataclass(frozen=True)
class ClaimProofRefused(_ProofMail):
    """To the claimant: the structure declined, with a word; other ways stay open."""

    template: ClassVar[str] = "directory/mails/claim_proof_refused"

    def subject(self) -> str:
        """Names the structure."""
        return f"Votre demande pour « {shown_name(self.proof().claim.structure)} »"

    @classmethod
    def sample(cls) -> Mail:
        """An example."""
        return _SampleProofRefused(evidence_id=0)


def _sample_proof() -> ClaimEvidence:
    return ClaimEvidence(
        pk=0,
        claim=_sample_claim(),
        method=ClaimMethod.FILE_MAIL,
        sent_to="contact@exemple.fr",
        at=timezone.now(),
        note="Nous ne connaissons pas cette personne.",
    )


@dataclass(frozen=True)
class _SampleOpened(ClaimOpened):
    """For previews."""

    def claim(self) -> Claim:
        return _sample_claim()

    def nexts(self) -> list[str]:
        return ["L’équipe répond avant le 12 octobre 2026"]


@dataclass(frozen=True)
class _SampleReceived(ClaimReceived):
    """For previews."""

    def claim(self) -> Claim:
        return _sample_claim()


@dataclass(frozen=True)
class _SampleAsks(ClaimAsksColleague):
    """For previews."""

    def claim(self) -> Claim:
        return _sample_claim()


@dataclass(frozen=True)
class _SampleClosed(ClaimClosed):
    """For previews."""

    def claim(self) -> Claim:
        claim = _sample_claim()
        claim.outcome, claim.decided_at = ClaimOutcome.WITHDRAWN, timezone.now()
        claim.reason = "Les deux fiches sont réunies : votre demande sur l’autre fiche continue."
        return claim


@dataclass(frozen=True)
class _SampleDecided(ClaimDecided):
    """For previews."""

    def claim(self) -> Claim:
        claim = _sample_claim()
        claim.outcome, claim.decided_at = ClaimOutcome.REFUSED, timezone.now()
        claim.reason = "Le document ne nomme pas la structure."
        return claim

    def appeal_until(self, claim: Claim) -> object:
        return appeal_limit(claim)


@dataclass(frozen=True)
class _SampleCode(ClaimCode):
    """For previews."""

    def proof(self) -> ClaimEvidence:
        return _sample_proof()


@dataclass(frozen=True)
class _SampleProofRefused(ClaimProofRefused):
    """For previews."""

    def proof(self) -> ClaimEvidence:
        return _sample_proof()
