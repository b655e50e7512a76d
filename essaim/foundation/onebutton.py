"""« One button »: what a link in a message opens. Mail scanners follow links; only a person presses the button.

    path("…/desabonner/<token>/", OneButton.as_view(…))

A GET shows what will happen and one button; only the POST acts.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache


@method_decorator(never_cache, name="dispatch")
class OneButton(View):
    """Base of the pages that act on a press. Subclasses give `prepare` (reads only) and `act` (calls one action)."""

    template_name = "foundation/onebutton.html"
    title = ""
    explanation = ""
    button = "Confirmer"

    def prepare(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        """Return more context for the page; raise Http404 or PermissionDenied when there is nothing to press."""
        return {}

    def act(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """Do it, and return the answer."""
        raise NotImplementedError

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Show the button; nothing is written."""
        context = {"title": self.title, "explanation": self.explanation, "button": self.button}
        return render(request, self.template_name, context | self.prepare(request, **kwargs))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """Act."""
        self.prepare(request, **kwargs)
        return self.act(request, **kwargs)
