"""Messages of the directory: an error is reported, a report is answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from essaim.directory.enums import ErrorTopic, ReportOutcome
from essaim.directory.models import ErrorReport, Structure
from essaim.directory.naming import shown_name
from essaim.foundation.mails import Mail

REPORTS = "signalements"
"""Key of the reports in the officer's inbox; their messages lead there."""
SAMPLE_SIREN = "999000009"


def _sample_report() -> ErrorReport:
    """A report that stands in no database."""
    return ErrorReport(
        pk=0,
        structure=Structure(siren=SAMPLE_SIREN, key=SAMPLE_SIREN, name="La Ruche des lucioles"),
        topic=ErrorTopic.CONTACT,
        message="Le téléphone affiché ne répond plus depuis septembre.",
        email="visiteuse@exemple.fr",
        at=timezone.now(),
        outcome=ReportOutcome.CORRECTED,
        answer="Merci : le nouveau numéro est en ligne.",
    )


@dataclass(frozen=True)
class _ReportMail(Mail):
    """What both messages share."""

    report_id: int

    def report(self) -> ErrorReport:
        """The report it is about."""
        return ErrorReport.objects.select_related("structure__card").get(pk=self.report_id)

    def context(self) -> dict[str, object]:
        """The report, its structure, and both addresses."""
        report = self.report()
        return {
            "report": report,
            "name": shown_name(report.structure),
            "structure_url": f"{settings.SITE_URL}{report.structure.get_absolute_url()}",
            "desk_url": f"{settings.SITE_URL}{reverse('desk:item', args=[REPORTS, report.pk])}",
        }


@dataclass(frozen=True)
class ReportReceived(_ReportMail):
    """To the officers: a visitor says that something is wrong on a structure's page."""

    template: ClassVar[str] = "directory/mails/report_received"

    def subject(self) -> str:
        """Names the structure."""
        return f"Erreur signalée : {shown_name(self.report().structure)}"

    @classmethod
    def sample(cls) -> Mail:
        """An example."""
        return _SampleReceived(report_id=0)


@dataclass(frozen=True)
class ReportAnswered(_ReportMail):
    """To the visitor who left an address: what became of the report."""

    template: ClassVar[str] = "directory/mails/report_answered"

    def subject(self) -> str:
        """Names the structure."""
        return f"Votre signalement : {shown_name(self.report().structure)}"

    @classmethod
    def sample(cls) -> Mail:
        """An example."""
        return _SampleAnswered(report_id=0)


@dataclass(frozen=True)
class _SampleReceived(ReportReceived):
    """For previews."""

    def report(self) -> ErrorReport:
        return _sample_report()


@dataclass(frozen=True)
class _SampleAnswered(ReportAnswered):
    """For previews."""

    def report(self) -> ErrorReport:
        return _sample_report()
