"""What every request of a signed-in person leaves: when this session last acted."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from essaim.people.actions.account import note_seen


class LastSeenMiddleware:
    """Dates a session when it acts. Reading a page writes nothing: it does not count, nor does what was refused."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, then note."""
        response = self.get_response(request)
        acted = request.method == "POST" and response.status_code < 400
        if acted and request.user.is_authenticated and request.session.session_key:
            note_seen(request.session.session_key)
        return response
