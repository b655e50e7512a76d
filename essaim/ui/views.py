"""The territory's style sheet and the style guide."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from essaim.ui import guide, theme

FOR_EVER = "public, max-age=31536000, immutable"


@require_safe
def theme_css(request: HttpRequest, digest: str) -> HttpResponse:
    """Serve the colours of the territory that the site wears; an older address leads to the present one.

    The room knows no other: the territory comes from the context processor, through the template.
    """
    css = render_to_string("ui/theme.css", request=request)
    present = theme.digest(css)
    if digest != present:
        answer = HttpResponseRedirect(request.path.replace(digest, present))
        answer["Cache-Control"] = "no-cache"
        return answer
    return HttpResponse(css, content_type="text/css; charset=utf-8", headers={"Cache-Control": FOR_EVER})


@require_safe
def style_guide(request: HttpRequest) -> HttpResponse:
    """Show every component with its states, in both themes. Routed in development only."""
    return render(request, "ui/style_guide.html", guide.samples())
