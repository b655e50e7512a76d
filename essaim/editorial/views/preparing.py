"""`/` on an installation whose pages are not planted yet."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from essaim.editorial.models import HomePage
from essaim.editorial.rules import may_write
from essaim.foundation.territories import home

PLANT = "essaim editorial plant"
WHOLE = "essaim real --territory SIREN"
"""Territory, directory, figures, then the pages."""


def preparing(request: HttpRequest) -> HttpResponse | None:
    """Say that the site is being prepared; None when it has its door. Who writes the pages reads the command."""
    if HomePage.objects.exists():
        return None
    command = ""
    if may_write(request.user):
        command = WHOLE if home().pk is None else PLANT
    return render(request, "editorial/preparing.html", {"command": command})
