"""Messages about mandates and invitations: somebody acts for a structure, no longer does, is invited to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from essaim.directory.enums import ClaimMethod, MandateEnd
from essaim.directory.invitations import invitation_token
from essaim.directory.mails.claims import sample_structure
from essaim.directory.mandates import is_represented
from essaim.directory.models import Invitation, Mandate
from essaim.directory.naming import shown_name
from essaim.foundation.mails import Mail
from essaim.people.models import Person


@dataclass(frozen=True)
class _MandateMail(Mail):
    """What the messages about a mandate share."""

    mandate_id: int

    def mandate(self) -> Mandate:
        """The mandate it is about."""
        return Mandate.objects.select_related("structure__card", "person").get(pk=self.mandate_id)

    def context(self) -> dict[str, object]:
        """The mandate, its structure, the pages of its people."""
        mandate = self.mandate()
        key = mandate.structure.key
        return {
            "mandate": mandate,
            "name": shown_name(mandate.structure),
            "people_url": f"{settings.SITE_URL}{reverse('space:people', args=[key])}",
            "contest_url": f"{settings.SITE_URL}{reverse('space:mandate_contest', args=[key, mandate.pk])}",
            "claim_url": f"{settings.SITE_URL}{mandate.structure.get_absolute_url()}representer/",
        }


@dataclass(frozen=True)
class MandateBegan(_MandateMail):
    """To the team and to the others of the structure: somebody acts for it now, and how it was proved."""

    template: ClassVar[str] = "directory/mails/mandate_began"
    to_team: bool

    def subject(self) -> str:
        """Names the structure."""
        return f"Une personne représente « {shown_name(self.mandate().structure)} »"

    def context(self) -> dict[str, object]:
        """With whom it is for."""
        return super().context() | {"to_team": self.to_team}

    @classmethod
    def sample(cls) -> Mail:
        """An example."""
        return _SampleBegan(mandate_id=0, to_team=False)


@dataclass(frozen=True)
class MandateEnded(_MandateMail):
    """To the person: the mandate has ended, with the reason, and what can be done."""

    template: ClassVar[str] = "directory/mails/mandate_ended"

    def subject(self) -> str:
        """Names the structure."""
        return f"Vous ne représentez plus « {shown_name(self.mandate().structure)} »"

    @classmethod
    def sample(cls) -> Mail:
        """An example."""
        return _SampleEnded(mandate_id=0)


@dataclass(frozen=True)
class MandateLeft(_MandateMail):
    """To the team and to the others: somebody no longer acts for the structure; whether anybody still does."""

    template: ClassVar[str] = "directory/mails/mandate_left"

    def subject(self) -> str:
        """Names the structure."""
        return f"« {shown_name(self.mandate().structure)} » : une personne ne la représente plus"

    def context(self) -> dict[str, object]:
        """With whether somebody still represents it."""
        return super().context() | {"is_represented": self.is_represented()}

    def is_represented(self) -> bool:
        """Whether somebody still does."""
        return is_represented(self.mandate().structure)

    @classmethod
    def sample(cls) -> Mail:
        """An example."""
        return _SampleLeft(mandate_id=0)


@dataclass(frozen=True)
class MandateTermSet(_MandateMail):
    """To the person: the mandate has a last day now, or none any more."""

    template: ClassVar[str] = "directory/mails/mandate_term"

    def subject(self) -> str:
        """Names the structure."""
        return f"Le terme de votre mandat pour « {shown_name(self.mandate().structure)} »"

    @classmethod
    def sample(cls) -> Mail:
        """An example."""
        return _SampleTerm(mandate_id=0)


@dataclass(frozen=True)
class _InvitationMail(Mail):
    """What the messages about an invitation share."""

    invitation_id: int

    def invitation(self) -> Invitation:
        """The invitation it is about."""
        return Invitation.objects.select_related("structure__card", "by").get(pk=self.invitation_id)

    def context(self) -> dict[str, object]:
        """The invitation, its structure, and the link, made when the message leaves."""
        invitation = self.invitation()
        return {
            "invitation": invitation,
            "name": shown_name(invitation.structure),
            "url": f"{settings.SITE_URL}{reverse('claims:invitation', args=[invitation_token(invitation)])}",
            "structure_url": f"{settings.SITE_URL}{invitation.structure.get_absolute_url()}",
            "people_url": f"{settings.SITE_URL}{reverse('space:people', args=[invitation.structure.key])}",
        }


@dataclass(frozen=True)
class InvitationSent(_InvitationMail):
    """To somebody who may act for a structure: what it is for, a link that opens a page, until when."""

    template: ClassVar[str] = "directory/mails/invitation"

    def subject(self) -> str:
        """Names the structure."""
        return f"Tenez à jour la page de « {shown_name(self.invitation().structure)} »"

    @classmethod
    def sample(cls) -> Mail:
        """An example."""
        return _SampleInvitation(invitation_id=0)


@dataclass(frozen=True)
class InvitationAnswered(_InvitationMail):
    """To who sent the invitation: accepted, or declined."""

    template: ClassVar[str] = "directory/mails/invitation_answered"

    def subject(self) -> str:
        """Says the answer."""
        invitation = self.invitation()
        answer = "acceptée" if invitation.accepted_at else "déclinée"
        return f"Invitation {answer} : {shown_name(invitation.structure)}"

    @classmethod
    def sample(cls) -> Mail:
        """An example."""
        return _SampleAnswered(invitation_id=0)


def _sample_mandate() -> Mandate:
    return Mandate(
        pk=0,
        structure=sample_structure(),
        person=Person(pk=0, email="camille@exemple.fr", name="Camille"),
        role="trésorière",
        since=timezone.now(),
        method=ClaimMethod.FILE_MAIL,
        granted_by_label="un code vérifié",
        ended_at=timezone.now(),
        end_reason=MandateEnd.REPLACED,
        end_note="Nouveau bureau élu en septembre.",
        ended_by_label="Dominique",
    )


def _sample_invitation() -> Invitation:
    return Invitation(
        pk=0,
        structure=sample_structure(),
        email="camille@exemple.fr",
        role="trésorière",
        message="Bonjour Camille, voici le lien promis.",
        by_label="Dominique",
        sent_at=timezone.now(),
        expires_at=timezone.now() + timedelta(days=30),
        accepted_at=timezone.now(),
    )


@dataclass(frozen=True)
class _SampleBegan(MandateBegan):
    """For previews."""

    def mandate(self) -> Mandate:
        return _sample_mandate()


@dataclass(frozen=True)
class _SampleEnded(MandateEnded):
    """For previews."""

    def mandate(self) -> Mandate:
        return _sample_mandate()


@dataclass(frozen=True)
class _SampleLeft(MandateLeft):
    """For previews."""

    def mandate(self) -> Mandate:
        return _sample_mandate()

    def is_represented(self) -> bool:
        return False


@dataclass(frozen=True)
class _SampleTerm(MandateTermSet):
    """For previews."""

    def mandate(self) -> Mandate:
        return _sample_mandate()


@dataclass(frozen=True)
class _SampleInvitation(InvitationSent):
    """For previews."""

    def invitation(self) -> Invitation:
        return _sample_invitation()


@dataclass(frozen=True)
class _SampleAnswered(InvitationAnswered):
    """For previews."""

    def invitation(self) -> Invitation:
        return _sample_invitation()
