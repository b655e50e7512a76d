"""Messages of the review: a page waits for the team, the team has published it, the team asks for changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.conf import settings
from django.urls import reverse
from wagtail.models import Page

from essaim.foundation.mails import Mail


@dataclass(frozen=True)
class _ReviewMail(Mail):
    """What the three messages share. `who`: the other party's name; `comment`: what they wrote, or nothing."""

    page_id: int
    who: str = ""
    comment: str = ""

    def title(self) -> str:
        """The title of the page, as it is being written."""
        return str(Page.objects.only("draft_title", "title").get(pk=self.page_id).get_admin_display_title())

    def context(self) -> dict[str, object]:
        """The page, who, why, and where to open it."""
        return {
            "title": self.title(),
            "who": self.who,
            "comment": self.comment,
            "edit_url": f"{settings.SITE_URL}{reverse('wagtailadmin_pages:edit', args=[self.page_id])}",
        }


@dataclass(frozen=True)
class PageToReview(_ReviewMail):
    """To the officers: a contributor asks for a page to be published."""

    template: ClassVar[str] = "editorial/mails/to_review"

    def subject(self) -> str:
        """Names the page."""
        return f"Page à relire : {self.title()}"

    @classmethod
    def sample(cls) -> Mail:
        """An example."""
        return _SampleToReview(page_id=0, who="Dominique Plume")


@dataclass(frozen=True)
class PageApproved(_ReviewMail):
    """To the contributor: the page is published."""

    template: ClassVar[str] = "editorial/mails/approved"

    def subject(self) -> str:
        """Names the page."""
        return f"Page publiée : {self.title()}"

    @classmethod
    def sample(cls) -> Mail:
        """An example."""
        return _SampleApproved(page_id=0, who="Camille Officier", comment="Merci, c’est très clair.")


@dataclass(frozen=True)
class ChangesAsked(_ReviewMail):
    """To the contributor: something must be changed before the page is published."""

    template: ClassVar[str] = "editorial/mails/changes_asked"

    def subject(self) -> str:
        """Names the page."""
        return f"Page à reprendre : {self.title()}"

    @classmethod
    def sample(cls) -> Mail:
        """An example."""
        return _SampleChanges(page_id=0, who="Camille Officier", comment="La date du marché est à vérifier.")


@dataclass(frozen=True)
class _SampleToReview(PageToReview):
    """For previews."""

    def title(self) -> str:
        return "Le marché des possibles"


@dataclass(frozen=True)
class _SampleApproved(PageApproved):
    """For previews."""

    def title(self) -> str:
        return "Le marché des possibles"


@dataclass(frozen=True)
class _SampleChanges(ChangesAsked):
    """For previews."""

    def title(self) -> str:
        return "Le marché des possibles"
