"""Messages about what a structure writes of itself: it waits, it is answered; a photo, an easy text are answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from essaim.directory.cardfields import LABELS
from essaim.directory.enums import ChangeOrigin, ChangeOutcome
from essaim.directory.mails.reports import SAMPLE_SIREN
from essaim.directory.models import CardChange, CardPhoto, Structure
from essaim.directory.naming import shown_name
from essaim.foundation.mails import Mail

CHANGES, PHOTOS = "fiches", "photos"
"""Keys of what structures write and show in the officer's inbox; their messages lead there."""


def _sample_structure() -> Structure:
    return Structure(siren=SAMPLE_SIREN, key=SAMPLE_SIREN, name="La Ruche des lucioles")


def _sample_change() -> CardChange:
    """A change that stands in no database."""
    return CardChange(
        pk=0,
        structure=_sample_structure(),
        origin=ChangeOrigin.SPACE,
        by_label="Dominique",
        base={"description": "", "website": ""},
        values={"description": "Nous prêtons des lampes.", "website": "https://lucioles.exemple.fr"},
        published_fields=["description"],
        at=timezone.now(),
        decided_at=timezone.now(),
        outcome=ChangeOutcome.PUBLISHED,
        note="La deuxième phrase est longue : coupez-la en deux.",
        answer="Merci ! Le site, lui, ne répond pas encore.",
    )


@dataclass(frozen=True)
class _ChangeMail(Mail):
    """What these messages share."""

    change_id: int

    def change(self) -> CardChange:
        """The change it is about."""
        return CardChange.objects.select_related("structure__card").get(pk=self.change_id)

    def context(self) -> dict[str, object]:
        """The change, its structure, what was kept of it, and the pages to go to."""
        change = self.change()
        return {
            "change": change,
            "name": shown_name(change.structure),
            "fields": [LABELS[name] for name in change.values],
            "kept": [LABELS[name] for name in change.values if name in change.published_fields],
            "left": [LABELS[name] for name in change.values if name not in change.published_fields],
            "structure_url": f"{settings.SITE_URL}{change.structure.get_absolute_url()}",
            "space_url": f"{settings.SITE_URL}{reverse('space:structure', args=[change.structure.key])}",
            "desk_url": f"{settings.SITE_URL}{reverse('desk:item', args=[CHANGES, self.change_id])}",
        }


@dataclass(frozen=True)
class ChangeWaits(_ChangeMail):
    """To the officers: a structure has written its card, which waits for their reading."""

    template: ClassVar[str] = "directory/mails/change_waits"

    def subject(self) -> str:
        """Names the structure."""
        return f"Fiche à relire : {shown_name(self.change().structure)}"

    @classmethod
    def sample(cls) -> Mail:
        """An example."""
        return _SampleWaits(change_id=0)


@dataclass(frozen=True)
class ChangeAnswered(_ChangeMail):
    """To the representative: what the team has published of their change."""

    template: ClassVar[str] = "directory/mails/change_answered"

    def subject(self) -> str:
        """Names the structure."""
        return f"Votre fiche : {shown_name(self.change().structure)}"

    @classmethod
    def sample(cls) -> Mail:
        """An example."""
        return _SampleAnswered(change_id=0)


@dataclass(frozen=True)
class EasyTextSentBack(_ChangeMail):
    """To the representatives: the easy-to-read summary is not easy to read yet, and why (the change's note)."""

    template: ClassVar[str] = "directory/mails/easy_sent_back"

    def subject(self) -> str:
        """Names the structure."""
        return f"Votre résumé facile à lire : {shown_name(self.change().structure)}"

    @classmethod
    def sample(cls) -> Mail:
        """An example."""
        return _SampleEasy(change_id=0)


@dataclass(frozen=True)
class PhotoAnswered(Mail):
    """To the representative who added it: a photo is shown, or why it is not."""

    photo_id: int
    template: ClassVar[str] = "directory/mails/photo_answered"

    def photo(self) -> CardPhoto:
        """The photo it is about."""
        return CardPhoto.objects.select_related("structure__card").get(pk=self.photo_id)

    def subject(self) -> str:
        """Names the structure."""
        return f"Votre photo : {shown_name(self.photo().structure)}"

    def context(self) -> dict[str, object]:
        """The photo, its structure, the page to go to."""
        photo = self.photo()
        return {
            "photo": photo,
            "name": shown_name(photo.structure),
            "photos_url": f"{settings.SITE_URL}{reverse('space:photos', args=[photo.structure.key])}",
        }

    @classmethod
    def sample(cls) -> Mail:
        """An example."""
        return _SamplePhoto(photo_id=0)


@dataclass(frozen=True)
class _SampleWaits(ChangeWaits):
    """For previews."""

    def change(self) -> CardChange:
        return _sample_change()


@dataclass(frozen=True)
class _SampleAnswered(ChangeAnswered):
    """For previews."""

    def change(self) -> CardChange:
        return _sample_change()


@dataclass(frozen=True)
class _SampleEasy(EasyTextSentBack):
    """For previews."""

    def change(self) -> CardChange:
        return _sample_change()


@dataclass(frozen=True)
class _SamplePhoto(PhotoAnswered):
    """For previews."""

    def photo(self) -> CardPhoto:
        return CardPhoto(
            pk=0,
            structure=_sample_structure(),
            alt="Trois personnes accrochent des lampions.",
            refused_reason="On y reconnaît des enfants : il faut l’accord écrit de leurs parents.",
        )
