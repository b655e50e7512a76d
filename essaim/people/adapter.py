"""How accounts behave here: no public sign-up, our own messages, addresses that no visitor can forge."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from essaim.foundation import mails
from essaim.foundation.ratelimit import client_address
from essaim.people.mails import PasswordReset
from essaim.people.models import Person


class ClosedSignupAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Refuses public sign-up: officers are made by a command, other accounts will open with their own room."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up alone."""
        return False

    def send_password_reset_mail(self, user: Person, email: str, context: dict[str, Any]) -> None:
        """Send our own message, by a task; allauth's context (and its link built on the request's host) is not used."""
        mails.send(PasswordReset(person_id=user.pk), user.email)

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the visitor's address as the whole site knows it."""
        return client_address(request)
