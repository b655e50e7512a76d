"""Messages of the newsletter: confirm, already there, the letter itself and its trial."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import InitVar, dataclass
from datetime import date
from functools import cached_property
from typing import ClassVar
from urllib.parse import urlsplit

from django.conf import settings

from essaim.editorial.models import Letter, Subscription
from essaim.editorial.newsletter.links import (
    confirmation_link,
    letter_link,
    unsubscription_link,
    whole,
)
from essaim.editorial.newsletter.reads import Part, parts_of
from essaim.foundation.mails import Mail
from essaim.foundation.registries import LetterItem
from essaim.foundation.territories import home


@dataclass(frozen=True)
class _ToSubscriber(Mail):
    """What both answers to a request share. A subscription erased meanwhile raises DoesNotExist: nothing leaves."""

    subscription_id: int

    def subscription(self) -> Subscription:
        """Whom it is about."""
        return Subscription.objects.get(pk=self.subscription_id)


@dataclass(frozen=True)
class ConfirmSubscription(_ToSubscriber):
    """Somebody typed this address: is it you?"""

    template: ClassVar[str] = "editorial/newsletter/mails/confirm"

    def subject(self) -> str:
        """Subject."""
        return "Confirmez votre abonnement à notre lettre"

    def context(self) -> dict[str, object]:
        """The link is made when the message leaves."""
        return {"link": confirmation_link(self.subscription())}

    @classmethod
    def sample(cls) -> Mail:
        """An example."""
        return _SampleConfirm(subscription_id=0)


@dataclass(frozen=True)
class AlreadySubscribed(_ToSubscriber):
    """Somebody typed this address, which receives the letter already."""

    template: ClassVar[str] = "editorial/newsletter/mails/already"

    def subject(self) -> str:
        """Subject."""
        return "Vous êtes déjà abonné·e à notre lettre"

    def context(self) -> dict[str, object]:
        """How to leave."""
        return {"unsubscribe": unsubscription_link(self.subscription())}

    @classmethod
    def sample(cls) -> Mail:
        """An example."""
        return _SampleAlready(subscription_id=0)


@dataclass(frozen=True)
class Content:
    """What everybody reads in a letter: read once, whatever the number of subscribers."""

    letter: Letter
    parts: Sequence[Part]

    def context(self, online: str, unsubscribe: str) -> dict[str, object]:
        """What the templates need. `online`: where the letter is read, or nothing; `unsubscribe`: the way out."""
        shown = [(part.heading, [(item, whole(item.url)) for item in part.items]) for part in self.parts]
        return {"letter": self.letter, "parts": shown, "online": online, "unsubscribe": unsubscribe}


def content_of(letter_id: int) -> Content:
    """Read a letter and its parts. Raises DoesNotExist when it is erased."""
    letter = Letter.objects.get(pk=letter_id)
    return Content(letter, parts_of(letter))


@dataclass(frozen=True)
class LetterMail(Mail):
    """A letter, for one subscriber, with the headers by which a mail program shows its own « Se désabonner ».

    `read` and `subscriber`: what a batch has read already, so that one more message costs no query; a message written
    again later (see `foundation.unsent`) reads both anew. They are not fields: neither is ever kept with the message.
    """

    template: ClassVar[str] = "editorial/newsletter/mails/letter"
    letter_id: int
    subscription_id: int
    read: InitVar[Content | None] = None
    subscriber: InitVar[Subscription | None] = None

    def __post_init__(self, read: Content | None, subscriber: Subscription | None) -> None:
        if read is not None:
            self.__dict__["content"] = read
        if subscriber is not None:
            self.__dict__["subscription"] = subscriber

    @cached_property
    def content(self) -> Content:
        """What it tells."""
        return content_of(self.letter_id)

    @cached_property
    def subscription(self) -> Subscription:
        """Whom it is for; DoesNotExist once unsubscribed, and nothing leaves."""
        return Subscription.objects.get(pk=self.subscription_id)

    def subject(self) -> str:
        """The letter's own."""
        return self.content.letter.title

    def context(self) -> dict[str, object]:
        """Content, where to read it online, how to leave."""
        return self.content.context(letter_link(self.content.letter), unsubscription_link(self.subscription))

    def headers(self) -> dict[str, str]:
        """RFC 8058 (one click, POST, no cookie) and RFC 2919 (name of the list)."""
        host = urlsplit(settings.SITE_URL).hostname or "localhost"
        return {
            "List-Unsubscribe": f"<{unsubscription_link(self.subscription)}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "List-Id": f"<lettre.{host}>",
        }

    @classmethod
    def sample(cls) -> Mail:
        """An example."""
        return cls(letter_id=0, subscription_id=0, read=_sample_content(), subscriber=_sample_subscription())


@dataclass(frozen=True)
class LetterTest(Mail):
    """The letter as it stands, for the officer who writes it; its link of unsubscription leads to the letter's page."""

    template: ClassVar[str] = "editorial/newsletter/mails/letter"
    letter_id: int
    read: InitVar[Content | None] = None

    def __post_init__(self, read: Content | None) -> None:
        if read is not None:
            self.__dict__["content"] = read

    @cached_property
    def content(self) -> Content:
        """What it tells now."""
        return content_of(self.letter_id)

    def subject(self) -> str:
        """Says that it is a trial."""
        return f"[Essai] {self.content.letter.title}"

    def context(self) -> dict[str, object]:
        """The letter's, nobody's link."""
        letter = self.content.letter
        return self.content.context(letter_link(letter) if letter.is_sent else "", whole("/lettre/"))

    @classmethod
    def sample(cls) -> Mail:
        """An example."""
        return cls(letter_id=0, read=_sample_content())


def _sample_content() -> Content:
    letter = Letter(
        pk=0,
        number=1,
        title=f"Du neuf dans l’ESS de {home().short_name}",
        intro="Bonjour,\n\nVoici ce qui s’est passé depuis la dernière lettre.",
    )
    item = LetterItem(
        "1",
        "La Ruche des lucioles ouvre son atelier",
        "Chaque samedi, on y répare son vélo avec des bénévoles.",
        "/actualites/la-ruche-des-lucioles/",
        date(2026, 11, 3),
    )
    return Content(letter, [Part("Actualités", [item])])


def _sample_subscription() -> Subscription:
    return Subscription(pk=0, email="visiteuse@exemple.fr", key="exemple")


@dataclass(frozen=True)
class _SampleConfirm(ConfirmSubscription):
    """For previews."""

    def subscription(self) -> Subscription:
        return _sample_subscription()


@dataclass(frozen=True)
class _SampleAlready(AlreadySubscribed):
    """For previews."""

    def subscription(self) -> Subscription:
        return _sample_subscription()
