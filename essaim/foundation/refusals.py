"""Refusals of the whole site, said in French on a page that asks nothing of the database: too heavy, busy."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string

from essaim.foundation.errors import Busy, is_lock

logger = logging.getLogger(__name__)

LARGEST_BODY = 8 * 1024 * 1024
"""Bytes. The heaviest that a form takes is a spreadsheet of 5 MB."""
RETRY_AFTER = 60
"""Seconds."""


def _page(template: str, status: int) -> HttpResponse:
    response = HttpResponse(render_to_string(template), status=status)
    response["Cache-Control"] = "no-store"
    return response


class BodyLimitMiddleware:
    """Refuses a body above 8 MB before anything reads it. One without a length (« chunked ») is read by nobody: Django
    takes it as empty.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Refuse, or let through."""
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length) > LARGEST_BODY:
            return _page("foundation/too_large.html", 413)
        return self.get_response(request)


class BusyMiddleware:
    """Turns « somebody else is writing, for too long » into a page that says to ask again, instead of an error 500."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Let through."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer 503 with `Retry-After`; other errors stay errors."""
        if not (isinstance(error, Busy) or (isinstance(error, OperationalError) and is_lock(error))):
            return None
        # The view's name, never the address: it may hold a live link.
        where = request.resolver_match.view_name if request.resolver_match else ""
        logger.warning("Une écriture a trop attendu : %s %s", request.method, where)
        response = _page("foundation/busy.html", 503)
        response["Retry-After"] = str(RETRY_AFTER)
        return response
