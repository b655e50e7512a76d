"""French spaces on every page: no line begins with « : », « ; », « ? », « ! », « » » or « · », none ends with « « »."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from essaim.ui.typography import fixed_spaces


class FrenchSpacesMiddleware:
    """Gives pages their no-break spaces as they leave: templates, messages and data are written with plain ones."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Let through, and set the spaces of what is HTML; streams and other formats are left alone."""
        response = self.get_response(request)
        if getattr(response, "as_typed", False):
            return response  # the editors' pages: what they typed comes back as they typed it
        if isinstance(response, HttpResponse) and response.get("Content-Type", "").startswith("text/html"):
            response.content = fixed_spaces(response.content)
        return response
