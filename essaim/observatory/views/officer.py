"""The officer's side of the observatory: what is there, one vintage, publish it, withdraw it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from essaim.foundation import journal
from essaim.observatory import desk, rules
from essaim.observatory.actions.publishing import PublishingRefused, publish_vintage, withdraw_vintage
from essaim.observatory.enums import FactRole, Field
from essaim.observatory.forms import LARGEST_SAID, ReasonForm
from essaim.observatory.note.citing import notes_citing
from essaim.observatory.note.links import page_url, pdf_url
from essaim.people.access import P, View, kept_form, only, signed_in

READ = ["GET", "HEAD", "POST"]


def allowed(rule: Callable[[Any], bool]) -> Callable[[View[P]], View[P]]:
    """Ask one predicate of `rules`, and nothing else: nobody → sign-in, somebody else → 403."""
    return only(rule, rules.REFUSAL)


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is filled with: None unless it was sent, even empty."""
    return request.POST if request.method == "POST" else None


@require_safe
@allowed(rules.may_see_vintages)
def home(request: HttpRequest) -> HttpResponse:
    """Vintages, figures said by others, comments, the last notes."""
    facts = desk.facts_told()
    context = {
        "told": desk.vintages_told(request.user),
        "announced": [one for one in facts if one.fact.role == FactRole.ANNOUNCED],
        "cited": [one for one in facts if one.fact.role == FactRole.CITED],
        "comments": desk.comments_told(),
        "notes": [(row, page_url(row), pdf_url(row)) for row in desk.last_notes()],
        "largest": LARGEST_SAID,
    }
    return render(request, "observatory/officer/home.html", context)


def _told_or_404(request: HttpRequest, pk: int) -> desk.Told:
    told = desk.vintage_told(request.user, pk)
    if told is None:
        raise Http404("Ce millésime n’existe plus.")
    return told


@require_safe
@allowed(rules.may_see_vintages)
def vintage(request: HttpRequest, pk: int) -> HttpResponse:
    """One vintage: its files and their reports, what it tells, what happened to it."""
    told = _told_or_404(request, pk)
    context = {
        "told": told,
        "field": Field(told.vintage.field).label,
        "shown": desk.shown_by(told.vintage),
        "history": journal.history_of(told.vintage)[:20],
    }
    return render(request, "observatory/officer/vintage.html", context)


@require_http_methods(READ)
@allowed(rules.may_publish_vintages)
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then show the vintage to the public."""
    told = _told_or_404(request, pk)
    if request.method == "POST":
        try:
            done = publish_vintage(vintage=told.vintage, by=signed_in(request))
        except PublishingRefused as error:
            messages.error(request, str(error))
        else:
            said = f"« {told.name} » est publié." if done else f"« {told.name} » était déjà publié."
            messages.success(request, said)
        return redirect("observatory_officer:vintage", pk=pk)
    if told.is_published:
        return redirect("observatory_officer:vintage", pk=pk)
    return render(request, "observatory/officer/publish.html", {"told": told, "shown": desk.shown_by(told.vintage)})


@require_http_methods(READ)
@allowed(rules.may_publish_vintages)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the reason, then hide the vintage from the public."""
    told = _told_or_404(request, pk)
    kept = kept_form(request)
    form = ReasonForm(posted(request), initial=kept.dict() if kept else None)
    if request.method == "POST" and form.is_valid():
        try:
            done = withdraw_vintage(vintage=told.vintage, reason=form.cleaned_data["reason"], by=signed_in(request))
        except PublishingRefused as error:
            form.add_error(None, str(error))
        else:
            said = "n’est plus montré au public." if done else "n’était déjà plus montré."
            messages.success(request, f"« {told.name} » {said}")
            return redirect("observatory_officer:vintage", pk=pk)
    if request.method != "POST" and not told.is_published:
        return redirect("observatory_officer:vintage", pk=pk)
    context = {"told": told, "form": form, "citing": notes_citing(told.vintage)}
    return render(request, "observatory/officer/withdraw.html", context)
