"""« Mon espace »: what somebody carries, then the dashboard of one structure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import Value
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from essaim.directory import rules
from essaim.directory.actions.card_space import MandateOver, confirm_own, waiting_change
from essaim.directory.cardwords import differences
from essaim.directory.claims import claims_of, waiting_invitations
from essaim.directory.completeness import completeness_of
from essaim.directory.corrections import waiting as waiting_corrections
from essaim.directory.invitations import invitation_token
from essaim.directory.known import EXPORTS, download, known_about
from essaim.directory.mandates import in_force
from essaim.directory.models import Structure
from essaim.directory.own_story import MOST, corrections_of, mandates_told, proposals_of
from essaim.directory.photos import kept_photos
from essaim.directory.queries import card_of
from essaim.directory.settings import directory_settings
from essaim.directory.views.space_door import mandate_over, own_space
from essaim.directory.wording import STALE_AFTER
from essaim.foundation.registries import UnderWayItem, under_way
from essaim.people.access import only, signed_in
from essaim.people.rules import is_signed_in

MOST_SHOWN = 30


@require_safe
@only(is_signed_in, "Connectez-vous d’abord.")
def home(request: HttpRequest) -> HttpResponse:
    """What somebody carries: structures, claims, invitations, proposals, the account."""
    person = signed_in(request)
    mandates = mandates_told(person)
    context = {
        "structures": [(one, card_of(one).confirmed_at) for one in mandates.structures[:MOST_SHOWN]],
        "claims": [claim for claim in claims_of(person)[:10] if claim.is_open],
        "invitations": [
            (found, invitation_token(found))
            for found in waiting_invitations()
            .filter(email__iexact=person.email, expires_at__gt=timezone.now())
            .select_related("structure__card")
            .order_by("-pk")[:10]
        ],
        "former": mandates.former,
        "proposals": proposals_of(person)[:MOST],
        "corrections": corrections_of(person)[:MOST],
    }
    return render(request, "directory/space/home.html", context)


@require_safe
@own_space()
def structure(request: HttpRequest, shown: Structure) -> HttpResponse:
    """One structure: where its card stands, what waits, what is under way."""
    person = signed_in(request)
    card = card_of(shown)
    waiting = waiting_change(shown)
    numbers = _numbers(shown)
    context = {
        "structure": shown,
        "card": card,
        "is_stale": card.confirmed_at is not None and timezone.now() - card.confirmed_at > STALE_AFTER,
        "complete": completeness_of(card, numbers["photos"]),
        "waiting": waiting,
        "waiting_fields": differences(waiting.base, waiting.values) if waiting else [],
        "answer_days": directory_settings().answer_days,
        "corrections": numbers["corrections"],
        "people": numbers["people"],
        "under_way": _under_way(shown, person),
        "represents": rules.represents(person, shown),
    }
    return render(request, "directory/space/structure.html", context)


def _numbers(shown: Structure) -> dict[str, int]:
    """Photos kept, corrections that wait, people who represent: one query."""
    counted = {
        "photos": kept_photos(shown),
        "corrections": waiting_corrections().filter(structure=shown),
        "people": in_force().filter(structure=shown),
    }
    rows = [found.order_by().annotate(of=Value(name)).values_list("of", flat=True) for name, found in counted.items()]
    held = list(rows[0].union(*rows[1:], all=True))
    return {name: held.count(name) for name in counted}


def _under_way(shown: Structure, person: Any) -> list[tuple[str, Sequence[UnderWayItem]]]:
    """What every room has under way for this structure; rooms with nothing stay silent."""
    found = [(room.label, room.items(shown, person)) for room in under_way]
    return [(label, items) for label, items in found if items]


@require_POST
@own_space(rules.may_edit_card)
def confirm(request: HttpRequest, shown: Structure) -> HttpResponseBase:
    """« Oui, tout est exact »."""
    try:
        confirm_own(structure=shown, by=signed_in(request))
    except MandateOver:
        return mandate_over(request, shown)
    messages.success(request, "Merci. La fiche porte la date d’aujourd’hui.")
    return redirect("space:structure", key=shown.key)


@require_safe
@own_space()
def known(request: HttpRequest, shown: Structure) -> HttpResponse:
    """« Ce que le site sait de nous »: everything held about the structure, by where it comes from."""
    context = {"structure": shown, "known": known_about(shown), "formats": EXPORTS}
    return render(request, "directory/space/known.html", context)


@require_safe
@own_space()
def known_export(_request: HttpRequest, shown: Structure, extension: str) -> HttpResponseBase:
    """The same as a file."""
    return download(shown, extension)
