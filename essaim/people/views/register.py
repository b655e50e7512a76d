"""The register of processing, for the team: read, printed, exported."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from essaim.foundation.exports import Format, respond
from essaim.foundation.privacy import protection_officer
from essaim.foundation.registries import nobody_inside, personal_records
from essaim.foundation.territories import home
from essaim.people.access import only
from essaim.people.register import COLUMNS, lines, rooms
from essaim.people.rules import may_see_register

door = only(may_see_register, "Le registre est réservé à l’équipe qui tient le site.")


@require_safe
@door
def register(request: HttpRequest) -> HttpResponse:
    """Show the register, whole: it is made to be printed."""
    name, contact = protection_officer()
    context = {
        "controller": home(),
        "officer_name": name,
        "officer_contact": contact,
        "rooms": rooms(),
        "count": len(personal_records),
        "nobody": sorted(nobody_inside, key=lambda item: item.key),
        "today": timezone.localdate(),
    }
    return render(request, "people/register.html", context)


@require_safe
@door
def register_csv(request: HttpRequest) -> HttpResponseBase:
    """Download the register."""
    return respond(Format.CSV, COLUMNS, lines(), f"registre-{timezone.localdate():%Y-%m-%d}")
