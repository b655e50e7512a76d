"""Which accounts this browser has opened: a signed cookie, so that a new device, and it alone, is told to its owner."""

from __future__ import annotations

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from essaim.people.models import Person

COOKIE = "appareil"
LASTS = 365 * 24 * 3600
_SALT = "essaim.people.devices"
_MOST = 20


def _known(request: HttpRequest) -> list[int]:
    try:
        found = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=LASTS)
    except signing.BadSignature:
        return []
    return [one for one in found if isinstance(one, int)]


def knows(request: HttpRequest, person: Person) -> bool:
    """Whether this browser has opened that account within a year."""
    return person.pk in _known(request)


def remember(request: HttpRequest, response: HttpResponseBase, person: Person) -> None:
    """Write it in the cookie, for a year; it opens nothing and holds no address."""
    kept = [person.pk, *(one for one in _known(request) if one != person.pk)][:_MOST]
    response.set_cookie(
        COOKIE,
        signing.dumps(kept, salt=_SALT),
        max_age=LASTS,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
