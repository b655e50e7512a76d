"""Messages of the pages: a visitor has written, a page waits for the team, its author is told what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from essaim.editorial.enums import ContactTopic
from essaim.editorial.models import ContactMessage
from essaim.foundation.mails import Mail

MESSAGES = "messages"
"""Key of the messages in the officer's inbox; the mail leads there."""


@dataclass(frozen=True)
class MessageReceived(Mail):
    """To the authority: somebody has written; an answer goes straight to that person."""

    template: ClassVar[str] = "editorial/mails/message_received"
    message_id: int

    def message(self) -> ContactMessage:
        """The message it is about."""
        return ContactMessage.objects.get(pk=self.message_id)

    def subject(self) -> str:
        """The topic, nothing that the visitor wrote."""
        return f"Message du site : {self.message().get_topic_display()}"

    def reply_to(self) -> str:
        """The visitor."""
        return self.message().email

    def context(self) -> dict[str, object]:
        """The message and its place in the inbox."""
        message = self.message()
        return {
            "message": message,
            "desk_url": f"{settings.SITE_URL}{reverse('desk:item', args=[MESSAGES, message.pk or 0])}",
            "about_url": f"{settings.SITE_URL}{message.about}" if message.about else "",
        }

    @classmethod
    def sample(cls) -> Mail:
        """An example."""
        return _SampleReceived(message_id=0)


@dataclass(frozen=True)
class MessageAcknowledged(Mail):
    """To the visitor: it has arrived. It repeats nothing of what was written: nobody can post through this site."""

    template: ClassVar[str] = "editorial/mails/message_acknowledged"
    topic: str

    def subject(self) -> str:
        """Always the same."""
        return "Votre message est bien arrivé"

    def context(self) -> dict[str, object]:
        """The topic in words."""
        return {"topic": ContactTopic(self.topic).label}

    @classmethod
    def sample(cls) -> Mail:
        """An example."""
        return cls(topic=ContactTopic.QUESTION.value)


@dataclass(frozen=True)
class _SampleReceived(MessageReceived):
    """For previews."""

    def message(self) -> ContactMessage:
        return ContactMessage(
            pk=0,
            topic=ContactTopic.STRUCTURE,
            name="Camille Visiteuse",
            email="visiteuse@exemple.fr",
            structure="Les lucioles du pont",
            message="Bonjour,\n\nNotre association répare des vélos depuis mars.\nPouvez-vous l’ajouter à l’annuaire ?",
            at=timezone.now(),
        )


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
