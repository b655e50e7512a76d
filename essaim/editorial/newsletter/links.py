"""Links that go into messages: built on SITE_URL, made when the message leaves."""

from __future__ import annotations

from urllib.parse import urljoin

from django.conf import settings
from django.core import signing
from django.urls import reverse

from essaim.editorial.models import Letter, Subscription

_SALT = "editorial.newsletter.confirm"
LINK_LASTS = 7 * 86_400
"""Seconds that the link of confirmation works; after that the request is erased (`actions.newsletter.purge`)."""


def whole(url: str) -> str:
    """An address of the site made absolute; a whole one stays as it is."""
    return urljoin(f"{settings.SITE_URL}/", url)


def confirmation_token(subscription: Subscription) -> str:
    """A signed token that names the request and dates it; it holds no address."""
    return signing.dumps([subscription.pk, subscription.key], salt=_SALT)


def read_token(token: str) -> tuple[int, str] | None:
    """The number and key of the request that a token names; None when it is false or a week old."""
    try:
        number, key = signing.loads(token, salt=_SALT, max_age=LINK_LASTS)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return int(number), str(key)


def confirmation_link(subscription: Subscription) -> str:
    """Where a request is confirmed, by a button."""
    return whole(reverse("letter:confirm", args=[confirmation_token(subscription)]))


def unsubscription_link(subscription: Subscription) -> str:
    """Where this person leaves: a page with a button, and the address of RFC 8058's one click."""
    return whole(reverse("letter:unsubscribe", args=[subscription.key]))


def letter_link(letter: Letter) -> str:
    """The public address of a letter that has been sent."""
    return whole(reverse("letter:letter", args=[letter.number]))
