"""Messages of « ma fiche est-elle à jour ? »: the question, and its one reminder."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from essaim.directory.campaign_links import link_to
from essaim.directory.mails.reports import SAMPLE_SIREN
from essaim.directory.models import Campaign, CampaignLine, Structure
from essaim.directory.naming import shown_name
from essaim.foundation.mails import Mail


def _sample_line() -> CampaignLine:
    """A line that stands in no database."""
    return CampaignLine(
        pk=0,
        campaign=Campaign(
            pk=0,
            name="2026",
            message="Votre fiche guide les habitantes et les habitants jusqu’à vous : merci de la relire.",
            closes_on=date(2026, 12, 31),
        ),
        structure=Structure(pk=0, siren=SAMPLE_SIREN, key=SAMPLE_SIREN, name="La Ruche des lucioles"),
        email="lucioles@exemple.fr",
    )


@dataclass(frozen=True)
class CampaignMail(Mail):
    """To a structure: here is your card, is it right? One link, which opens without signing in."""

    template: ClassVar[str] = "directory/mails/campaign"
    line_id: int

    def line(self) -> CampaignLine:
        """The line it is about."""
        return CampaignLine.objects.select_related("campaign", "structure__card").get(pk=self.line_id)

    def subject(self) -> str:
        """Names the structure."""
        return f"Votre fiche est-elle à jour ? {shown_name(self.line().structure)}"

    def context(self) -> dict[str, object]:
        """The campaign's words, and both addresses."""
        line = self.line()
        pair = (line.campaign_id, line.structure_id)
        return {
            "campaign": line.campaign,
            "name": shown_name(line.structure),
            "card_url": link_to("card", *pair),
            "silence_url": link_to("silence", *pair),
        }

    def headers(self) -> dict[str, str]:
        """« Ne plus m’écrire » in the mail program itself (RFC 8058): its page acts on a POST only."""
        line = self.line()
        url = link_to("silence", line.campaign_id, line.structure_id)
        return {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}

    @classmethod
    def sample(cls) -> Mail:
        """An example."""
        return _SampleCampaign(line_id=0)


@dataclass(frozen=True)
class CampaignReminder(CampaignMail):
    """To the same, once, when nobody has answered."""

    template: ClassVar[str] = "directory/mails/campaign_reminder"

    def subject(self) -> str:
        """Names the structure, and that it is a reminder."""
        return f"Un rappel : votre fiche, {shown_name(self.line().structure)}"

    @classmethod
    def sample(cls) -> Mail:
        """An example."""
        return _SampleReminder(line_id=0)


@dataclass(frozen=True)
class _SampleCampaign(CampaignMail):
    """For previews."""

    def line(self) -> CampaignLine:
        return _sample_line()


@dataclass(frozen=True)
class _SampleReminder(CampaignReminder):
    """For previews."""

    def line(self) -> CampaignLine:
        return _sample_line()
