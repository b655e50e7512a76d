"""The sign-in itself: the one place where the date of the last one is written."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest

from essaim.people.models import Person


def sign_in(login: Callable[[HttpRequest, Person], None], request: HttpRequest, person: Person) -> None:
    """Sign in; whether it is the first time is told to what follows (a first sign-in comes from no new device)."""
    request.first_sign_in = person.last_login is None  # type: ignore[attr-defined]
    login(request, person)
