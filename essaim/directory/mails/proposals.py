"""Messages about proposed structures: one reaches the officers, one answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from essaim.directory.enums import ProposalKind, ProposalOutcome
from essaim.directory.mails.reports import SAMPLE_SIREN
from essaim.directory.models import Structure, StructureProposal
from essaim.directory.settings import directory_settings
from essaim.foundation.mails import Mail
from essaim.geography.models import Commune

PROPOSALS = "propositions"
"""Key of the proposals in the officer's inbox; their messages lead there."""


def _sample_proposal() -> StructureProposal:
    """A proposal that stands in no database."""
    return StructureProposal(
        pk=0,
        kind=ProposalKind.PROJECT,
        name="La Ruche des lucioles",
        commune=Commune(code="86194", name="Poitiers"),
        description="Un atelier partagé où l’on répare des vélos.",
        why="Les membres décident ensemble, une personne une voix.",
        at=timezone.now(),
        proposer_is_inside=True,
        outcome=ProposalOutcome.ADMITTED,
        answer="Bienvenue : vos statuts sont clairs.",
        structure=Structure(siren=SAMPLE_SIREN, key=SAMPLE_SIREN, name="La Ruche des lucioles"),
    )


@dataclass(frozen=True)
class _ProposalMail(Mail):
    """What both messages share."""

    proposal_id: int

    def proposal(self) -> StructureProposal:
        """The proposal it is about."""
        return StructureProposal.objects.select_related("commune", "structure").get(pk=self.proposal_id)

    def context(self) -> dict[str, object]:
        """The proposal, and the addresses that follow from it."""
        proposal = self.proposal()
        page = f"{settings.SITE_URL}{proposal.structure.get_absolute_url()}" if proposal.structure else ""
        return {
            "proposal": proposal,
            "structure_url": page,
            "desk_url": f"{settings.SITE_URL}{reverse('desk:item', args=[PROPOSALS, proposal.pk])}",
            "answer_days": directory_settings().answer_days,
        }


@dataclass(frozen=True)
class ProposalReceived(_ProposalMail):
    """To the officers: somebody proposes a structure."""

    template: ClassVar[str] = "directory/mails/proposal_received"

    def subject(self) -> str:
        """Names the structure."""
        return f"Structure proposée : {self.proposal().name}"

    @classmethod
    def sample(cls) -> Mail:
        """An example."""
        return _SampleReceived(proposal_id=0)


@dataclass(frozen=True)
class ProposalAnswered(_ProposalMail):
    """To who proposed it: what was decided, why, and what comes next."""

    template: ClassVar[str] = "directory/mails/proposal_answered"

    def subject(self) -> str:
        """Names the structure."""
        return f"Votre proposition : {self.proposal().name}"

    @classmethod
    def sample(cls) -> Mail:
        """An example."""
        return _SampleAnswered(proposal_id=0)


@dataclass(frozen=True)
class _SampleReceived(ProposalReceived):
    """For previews."""

    def proposal(self) -> StructureProposal:
        return _sample_proposal()


@dataclass(frozen=True)
class _SampleAnswered(ProposalAnswered):
    """For previews."""

    def proposal(self) -> StructureProposal:
        return _sample_proposal()
