"""What the link of a campaign opens, without signing in: the card as it is, one button, a short form otherwise.

No cookie and no token against forgeries: the link's own token is the whole right. A GET writes nothing: mail scanners
follow links.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from essaim.directory.actions.campaign_answers import (
    AlreadyAnswered,
    AnswerRefused,
    CardMoved,
    ask_silence,
    close_by_link,
    confirm_by_link,
    correct_by_link,
)
from essaim.directory.actions.cards import CardRefused, EditConflict
from essaim.directory.actions.corrections import CorrectionRefused
from essaim.directory.campaign_links import token_of
from essaim.directory.campaigns import line_of_code, line_of_token, takes_answers
from essaim.directory.cardfields import FIELDS, LABELS
from essaim.directory.cardwords import words_of
from essaim.directory.forms.campaigns import CeasedForm, CodeForm
from essaim.directory.forms.corrections import SuggestForm
from essaim.directory.models import CampaignLine, Card
from essaim.directory.naming import shown_name
from essaim.directory.queries import card_of
from essaim.foundation.onebutton import OneButton
from essaim.foundation.ratelimit import Limit, TooMany, hit

TRIES = Limit("code-de-lettre", count=10, seconds=600)
ANSWERS = Limit("reponse-de-campagne", count=30, seconds=600)
READ = ["GET", "HEAD", "POST"]
NOT_ASKED = ("keywords", "easy_summary")

View = Callable[[HttpRequest, CampaignLine], HttpResponse]


def _sealed(response: HttpResponse) -> HttpResponse:
    """The address itself is the key: no other page is told it, no search engine keeps it."""
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response


def by_link(view: View) -> Callable[..., HttpResponse]:
    """Find the line of the link; whatever keeps it from being answered is a plain page of its own."""

    @csrf_exempt
    @never_cache
    @require_http_methods(READ)
    @functools.wraps(view)
    def opened(request: HttpRequest, token: str) -> HttpResponse:
        line = line_of_token(token)
        if line is None:
            return _plain(request, None, "unknown", 404)
        if line.structure.merged_into_id is not None:
            return _plain(request, line, "merged", 410)
        if token != token_of(line.campaign_id, line.structure_id):
            return _plain(request, line, "merged", 410)
        if line.answered_at is not None:
            return _plain(request, line, "answered", 200)
        if not takes_answers(line.campaign):
            return _plain(request, line, "over", 410)
        try:
            if request.method == "POST":
                hit(request, ANSWERS)
            return _sealed(view(request, line))
        except AlreadyAnswered:
            return _plain(request, CampaignLine.objects.select_related("structure__card").get(pk=line.pk), "answered")
        except TooMany as refusal:
            return _plain(request, line, "too_many", 429, str(refusal))

    return opened


def _plain(
    request: HttpRequest, line: CampaignLine | None, why: str, status: int = 200, told: str = ""
) -> HttpResponse:
    structure = line.structure.merged_into or line.structure if line else None
    context = {
        "why": why,
        "line": line,
        "structure": structure,
        "name": shown_name(structure) if structure else "",
        "told": told,
    }
    return _sealed(render(request, "directory/campaigns/plain.html", context, status=status))


def _context(line: CampaignLine, card: Card) -> dict[str, Any]:
    return {
        "line": line,
        "campaign": line.campaign,
        "structure": line.structure,
        "name": shown_name(line.structure),
        "card": card,
        "token": token_of(line.campaign_id, line.structure_id),
        "shows_structures": line.structure.fictitious,
    }


@by_link
def card_page(request: HttpRequest, line: CampaignLine) -> HttpResponse:
    """The card as it is; « Oui, tout est exact » confirms it."""
    told, status = "", 200
    if request.method == "POST":
        version = request.POST.get("version", "")
        try:
            confirm_by_link(line=line, version=int(version) if version.isdecimal() and len(version) < 9 else -1)
            return redirect("campaigns:thanks")
        except AlreadyAnswered:
            raise
        except CardMoved as error:
            told, status = str(error), 409
        except AnswerRefused as error:
            told, status = str(error), 410
    card = card_of(line.structure)
    values = [(LABELS[name], words_of(name, getattr(card, name))) for name in FIELDS if name not in NOT_ASKED]
    places = line.structure.establishments.filter(is_closed=False).select_related("commune")
    context = _context(line, card) | {
        "told": told,
        "filled": [one for one in values if one[1]],
        "empty": [label.lower() for label, words in values if not words],
        "places": places.order_by("-is_head_office", "siret", "pk")[:3],
    }
    return render(request, "directory/campaigns/card.html", context, status=status)


@by_link
def correct_page(request: HttpRequest, line: CampaignLine) -> HttpResponse:
    """What is not exact, field by field; nothing is published before somebody has read it."""
    card = card_of(line.structure)
    form = SuggestForm(request.POST if request.method == "POST" else None, card=card)
    conflict: list[tuple[str, list[str]]] = []
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            correct_by_link(line=line, values=form.values(), note=data["note"], version=data["version"])
            return redirect("campaigns:thanks")
        except EditConflict as error:
            conflict = [(LABELS[name], words_of(name, value)) for name, value in error.theirs.items()]
            form.renew()
        except CardRefused as error:
            form.tell(error.errors)
        except AlreadyAnswered:
            raise
        except (AnswerRefused, CorrectionRefused) as error:
            form.add_error(None, str(error))
    context = _context(line, card) | {"form": form, "conflict": conflict}
    return render(request, "directory/campaigns/correct.html", context)


@by_link
def ceased_page(request: HttpRequest, line: CampaignLine) -> HttpResponse:
    """« La structure a cessé »: told to the officer, who checks it."""
    form = CeasedForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            close_by_link(line=line, note=form.cleaned_data["note"])
            return redirect("campaigns:thanks")
        except AlreadyAnswered:
            raise
        except (AnswerRefused, CorrectionRefused) as error:
            form.add_error(None, str(error))
    return render(request, "directory/campaigns/ceased.html", _context(line, card_of(line.structure)) | {"form": form})


@method_decorator(csrf_exempt, name="dispatch")
class Silence(OneButton):
    """« Ne plus m’écrire »: one button, whose address also answers the « One-Click » of RFC 8058."""

    title = "Ne plus recevoir cette question"
    button = "Ne plus m’écrire"
    template_name = "directory/campaigns/silence.html"

    def prepare(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        """A false link has no button to press."""
        line = line_of_token(kwargs["token"])
        return {"is_known": line is not None and bool(line.email), "name": shown_name(line.structure) if line else ""}

    def act(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Note it, and say so; a second time says the same."""
        line = line_of_token(kwargs["token"])
        if line is not None:
            ask_silence(line=line)
        context = {"title": self.title, "is_done": line is not None, "is_known": False, "name": ""}
        return _sealed(render(request, self.template_name, context))


@csrf_exempt
@never_cache
@require_http_methods(READ)
def code_page(request: HttpRequest) -> HttpResponse:
    """Where the code of a letter is typed; every try counts, right or wrong."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            hit(request, TRIES)
            line = line_of_code(form.cleaned_data["code"])
            if line is not None:
                return redirect("campaigns:card", token=token_of(line.campaign_id, line.structure_id))
            form.add_error("code", "Ce code n’est celui d’aucune lettre : relisez-le. Le plus récent seul est valable.")
        except TooMany as refusal:
            form.add_error(None, str(refusal))
            status = 429
    return render(request, "directory/campaigns/code.html", {"form": form}, status=status)


@never_cache
@require_http_methods(["GET", "HEAD"])
def thanks(request: HttpRequest) -> HttpResponse:
    """The answer is kept."""
    return render(request, "directory/campaigns/thanks.html")
