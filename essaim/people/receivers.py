"""What follows a sign-in, and a change of the proofs of an account."""

from __future__ import annotations

from typing import Any

from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from essaim.people import second_factor
from essaim.people.models import Person


@receiver([user_logged_in, authenticator_added, authenticator_removed])
def remember_second_factor(request: HttpRequest | None, user: Person, **_more: Any) -> None:
    """The session knows whether its person has a second factor."""
    if request is not None:
        second_factor.note(request, user)
