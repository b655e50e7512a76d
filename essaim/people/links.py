"""Absolute addresses that go into messages, built on SITE_URL: never on what a visitor's request says of the host."""

from __future__ import annotations

from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core import signing
from django.urls import reverse

from essaim.people.entry import link_token
from essaim.people.models import EntryCode, Person


def password_link(person: Person) -> str:
    """Return the address where `person` chooses a password; it works once, for PASSWORD_RESET_TIMEOUT seconds."""
    path = reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": user_pk_to_url_str(person), "key": default_token_generator.make_token(person)},
    )
    return f"{settings.SITE_URL}{path}"


def entry_link(entry: EntryCode) -> str:
    """Return the address where a press of a button lets the owner of that mailbox in, once, on any device."""
    return f"{settings.SITE_URL}{reverse('entry_link', args=[link_token(entry)])}"


ADDRESS_SALT = "essaim.people.address"
ADDRESS_LASTS = 24 * 3600
"""Seconds."""


def address_link(person: Person, address: str) -> str:
    """Return the address where `person` takes that new address; useless once they have another than today's."""
    token = signing.dumps([person.pk, person.email, address], salt=ADDRESS_SALT)
    return f"{settings.SITE_URL}{reverse('address_confirm', args=[token])}"


def door_link() -> str:
    """Return the address of the door."""
    return f"{settings.SITE_URL}{reverse('account_login')}"


def account_link() -> str:
    """Return the address of one's own account."""
    return f"{settings.SITE_URL}{reverse('account_home')}"
