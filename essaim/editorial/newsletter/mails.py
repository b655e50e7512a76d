"""Messages of the newsletter: confirm, already there, the letter itself and its trial."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
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


def _letter_context(letter: Letter, parts: Sequence[Part], online: str, unsubscribe: str) -> dict[str, object]:
    shown = [(part.heading, [(item, whole(item.url)) for item in part.items]) for part in parts]
    return {"letter": letter, "parts": shown, "online": online, "unsubscribe": unsubscribe}


@dataclass(frozen=True)
class LetterMail(Mail):
    """A letter, for one subscriber, with the headers by which a mail program shows its own « Se désabonner »."""

    template: ClassVar[str] = "editorial/newsletter/mails/letter"
    letter_id: int
    subscription_id: int

    def letter(self) -> Letter:
        """The letter, sent."""
        return Letter.objects.get(pk=self.letter_id)

    def subscription(self) -> Subscription:
        """Whom it is for; DoesNotExist once unsubscribed, and nothing leaves."""
        return Subscription.objects.get(pk=self.subscription_id)

    def parts(self) -> list[Part]:
        """What it tells."""
        return parts_of(self.letter())

    def subject(self) -> str:
        """The letter's own."""
        return self.letter().title

    def context(self) -> dict[str, object]:
        """Content, where to read it online, how to leave."""
        letter = self.letter()
        return _letter_context(letter, self.parts(), letter_link(letter), unsubscription_link(self.subscription()))

    def headers(self) -> dict[str, str]:
        """RFC 8058 (one click, POST, no cookie) and RFC 2919 (name of the list)."""
        host = urlsplit(settings.SITE_URL).hostname or "localhost"
        return {
            "List-Unsubscribe": f"<{unsubscription_link(self.subscription())}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "List-Id": f"<lettre.{host}>",
        }

    @classmethod
    def sample(cls) -> Mail:
        """An example."""
        return _SampleLetter(letter_id=0, subscription_id=0)


@dataclass(frozen=True)
class LetterTest(Mail):
    """The letter as it stands, for the officer who writes it; its link of unsubscription leads to the letter's page."""

    template: ClassVar[str] = "editorial/newsletter/mails/letter"
    letter_id: int

    def letter(self) -> Letter:
        """The letter, written or sent."""
        return Letter.objects.get(pk=self.letter_id)

    def parts(self) -> list[Part]:
        """What it tells now."""
        return parts_of(self.letter())

    def subject(self) -> str:
        """Says that it is a trial."""
        return f"[Essai] {self.letter().title}"

    def context(self) -> dict[str, object]:
        """The letter's, nobody's link."""
        letter = self.letter()
        online = letter_link(letter) if letter.is_sent else ""
        return _letter_context(letter, self.parts(), online, whole("/lettre/"))

    @classmethod
    def sample(cls) -> Mail:
        """An example."""
        return _SampleTest(letter_id=0)


def _sample_letter() -> Letter:
    return Letter(
        pk=0,
        number=1,
        title=f"Du neuf dans l’ESS de {home().short_name}",
        intro="Bonjour,\n\nVoici ce qui s’est passé depuis la dernière lettre.",
    )


def _sample_parts() -> list[Part]:
    item = LetterItem(
        "1",
        "La Ruche des lucioles ouvre son atelier",
        "Chaque samedi, on y répare son vélo avec des bénévoles.",
        "/actualites/la-ruche-des-lucioles/",
        date(2026, 11, 3),
    )
    return [Part("Actualités", [item])]


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


@dataclass(frozen=True)
class _SampleLetter(LetterMail):
    """For previews."""

    def letter(self) -> Letter:
        return _sample_letter()

    def subscription(self) -> Subscription:
        return _sample_subscription()

    def parts(self) -> list[Part]:
        return _sample_parts()


@dataclass(frozen=True)
class _SampleTest(LetterTest):
    """For previews."""

    def letter(self) -> Letter:
        return _sample_letter()

    def parts(self) -> list[Part]:
        return _sample_parts()
