"""The officer's home: what waits, how fresh the data is, her tools."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from essaim.desk import inbox
from essaim.foundation.registries import desk_links, desk_panels
from essaim.people.access import officer_required, signed_in


@require_safe
@officer_required
def home(request: HttpRequest) -> HttpResponse:
    """Show the home."""
    waiting = inbox.waiting(request.user)
    panels = []
    for panel in desk_panels:
        html = render_to_string(panel.template, dict(panel.context(request.user)), request=request)
        if html.strip():  # a panel that has nothing to say is not there
            panels.append({"key": panel.key, "title": panel.title, "html": html})
    context = {
        "kinds": waiting,
        "waiting": sum(each.count for each in waiting),
        "mine": inbox.count_mine(signed_in(request)),
        "oldest": inbox.next_pending(request.user),
        "panels": panels,
        "tools": [link for link in desk_links if link.hint and link.is_for(request.user)],
    }
    return render(request, "desk/home.html", context)
