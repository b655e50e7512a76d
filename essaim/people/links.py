"""Absolute addresses that go into messages, built on SITE_URL: never on what a visitor's request says of the host."""

from __future__ import annotations

from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse

from essaim.people.models import Person


def password_link(person: Person) -> str:
    """Return the address where `person` chooses a password; it works once, for PASSWORD_RESET_TIMEOUT seconds."""
    path = reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": user_pk_to_url_str(person), "key": default_token_generator.make_token(person)},
    )
    return f"{settings.SITE_URL}{path}"
