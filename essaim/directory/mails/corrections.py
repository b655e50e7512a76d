"""Messages about corrections of the public: one arrives, one is answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from essaim.directory.cardfields import LABELS
from essaim.directory.corrections import compare
from essaim.directory.enums import ChangeOrigin, ChangeOutcome
from essaim.directory.mails.reports import SAMPLE_SIREN
from essaim.directory.models import CardChange, Structure
from essaim.directory.naming import shown_name
from essaim.foundation.mails import Mail

CORRECTIONS = "corrections"
"""Key of the corrections in the officer's inbox; their messages lead there."""


def _sample_change() -> CardChange:
    """A correction that stands in no database."""
    return CardChange(
        pk=0,
        structure=Structure(siren=SAMPLE_SIREN, key=SAMPLE_SIREN, name="La Ruche des lucioles"),
        origin=ChangeOrigin.PUBLIC,
        base={"website": "", "hours": {}},
        values={
            "website": "https://lucioles.exemple.fr",
            "hours": {"regimes": {"normal": {"mon": [["09:00", "12:00"]]}}},
        },
        published_fields=["website"],
        note="Le site a ouvert en septembre.",
        at=timezone.now(),
        decided_at=timezone.now(),
        outcome=ChangeOutcome.PUBLISHED,
        answer="Merci ! Les horaires, eux, n’ont pas changé.",
    )


@dataclass(frozen=True)
class _CorrectionMail(Mail):
    """What the messages share."""

    change_id: int

    def change(self) -> CardChange:
        """The correction it is about."""
        return CardChange.objects.select_related("structure__card").get(pk=self.change_id)

    def context(self) -> dict[str, object]:
        """The correction, its structure, the page that shows it and the one where it is answered."""
        change = self.change()
        return {
            "change": change,
            "name": shown_name(change.structure),
            "fields": [LABELS[name] for name in change.values],
            "structure_url": f"{settings.SITE_URL}{change.structure.get_absolute_url()}",
            "answer_url": f"{settings.SITE_URL}{self.answered_at()}",
        }

    def answered_at(self) -> str:
        """The page where it is answered."""
        return reverse("desk:item", args=[CORRECTIONS, self.change_id])


@dataclass(frozen=True)
class CorrectionReceived(_CorrectionMail):
    """To the officers: a visitor proposes other words for some fields."""

    template: ClassVar[str] = "directory/mails/correction_received"

    def subject(self) -> str:
        """Names the structure."""
        return f"Correction proposée : {shown_name(self.change().structure)}"

    @classmethod
    def sample(cls) -> Mail:
        """An example."""
        return _SampleReceived(change_id=0)


@dataclass(frozen=True)
class CorrectionToRepresentative(_CorrectionMail):
    """To who represents the structure: the same, answered in its own space."""

    template: ClassVar[str] = "directory/mails/correction_to_representative"

    def subject(self) -> str:
        """Names the structure."""
        return f"Une correction est proposée pour {shown_name(self.change().structure)}"

    def answered_at(self) -> str:
        """In the structure's own space."""
        return reverse("space:correction", args=[self.change().structure.key, self.change_id])

    @classmethod
    def sample(cls) -> Mail:
        """An example."""
        return _SampleToRepresentative(change_id=0)


@dataclass(frozen=True)
class CorrectionAnswered(_CorrectionMail):
    """To the visitor who left an address: what became of each field."""

    template: ClassVar[str] = "directory/mails/correction_answered"

    def subject(self) -> str:
        """Names the structure."""
        return f"Votre correction : {shown_name(self.change().structure)}"

    def context(self) -> dict[str, object]:
        """What was kept, and what was not."""
        compared = compare(self.change())
        return super().context() | {
            "kept": [one.label for one in compared if one.is_kept],
            "refused": [one.label for one in compared if not one.is_kept],
        }

    @classmethod
    def sample(cls) -> Mail:
        """An example."""
        return _SampleAnswered(change_id=0)


@dataclass(frozen=True)
class _SampleReceived(CorrectionReceived):
    """For previews."""

    def change(self) -> CardChange:
        return _sample_change()


@dataclass(frozen=True)
class _SampleToRepresentative(CorrectionToRepresentative):
    """For previews."""

    def change(self) -> CardChange:
        return _sample_change()


@dataclass(frozen=True)
class _SampleAnswered(CorrectionAnswered):
    """For previews."""

    def change(self) -> CardChange:
        return _sample_change()
