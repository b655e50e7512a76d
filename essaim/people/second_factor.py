"""The second proof of who one is: compulsory for whoever carries the policy or administers the installation.

A session remembers that it was proved (`note`), so that no page asks the database again.
"""

from __future__ import annotations

from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from essaim.people.models import Person
from essaim.people.rules import is_officer

_SEEN = "second_factor"


def needs_second_factor(person: Person | AnonymousUser) -> bool:
    """Whether the house asks a second factor of that person."""
    return bool(is_officer(person))


def note(request: HttpRequest, person: Person) -> None:
    """Keep in the session whether this person has a second factor: at each sign-in, and when one is added or removed.

    Whoever has one could not sign in without it: having it is having proved it.
    """
    request.session[_SEEN] = bool(is_mfa_enabled(person))


def let_through(request: HttpRequest) -> None:
    """Say that this session needs none: a persona of the demonstration, who exists on no real site."""
    request.session[_SEEN] = True


def is_missing(request: HttpRequest) -> bool:
    """Whether this person must set a second factor before going further."""
    return needs_second_factor(request.user) and not request.session.get(_SEEN, False)
