"""What a session remembers of the provider, so that leaving this site leaves it too."""

from __future__ import annotations

import secrets

from django.http import HttpRequest

from essaim.people.provider.client import Identity, leaving_address

_CAME = "provider_came"
_LEAVES = "provider_leaves"
_STATE = "provider_left"


def remember(request: HttpRequest, identity: Identity) -> None:
    """Keep what its logout will ask for; a provider that has none is not left."""
    if identity.end_session:
        request.session[_CAME] = [identity.end_session, identity.id_token]


def came_by(request: HttpRequest) -> list[str] | None:
    """What ending the provider's session will need; None for who did not come by it."""
    came: list[str] | None = request.session.get(_CAME)
    return came


def will_leave(request: HttpRequest, came: list[str]) -> None:
    """Our session has ended: keep that in the new, nameless one."""
    request.session[_LEAVES] = came


def take_leave(request: HttpRequest) -> str:
    """Return where the browser goes to end the provider's session, once after the end of ours; else nothing."""
    leaving = request.session.pop(_LEAVES, None)
    if not leaving:
        return ""
    state = secrets.token_urlsafe(32)
    request.session[_STATE] = state
    end_session, id_token = leaving
    return leaving_address(end_session, id_token, state)


def has_left(request: HttpRequest) -> bool:
    """Whether the provider brings back somebody whom we had sent to leave it."""
    expected = request.session.pop(_STATE, None)
    return isinstance(expected, str) and secrets.compare_digest(expected, str(request.GET.get("state", "")))
