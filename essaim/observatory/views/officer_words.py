"""What the officer says of figures: comments in her own words, figures announced or cited with their source."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from essaim.observatory import rules
from essaim.observatory.actions.comments import CommentRefused, clean_text, delete_comment, save_comment
from essaim.observatory.actions.facts import FactRefused, delete_fact, save_fact
from essaim.observatory.announced import announced_text
from essaim.observatory.desk import label_of
from essaim.observatory.enums import FactRole, Level
from essaim.observatory.forms import CommentForm, FactForm
from essaim.observatory.models import Comment, PublishedFact
from essaim.observatory.queries import comments_on, fact_note, find_territory
from essaim.observatory.territory import Territory
from essaim.observatory.views.officer import READ, allowed, posted
from essaim.people.access import kept_form, signed_in


def _place(level: str, code: str) -> Territory:
    return find_territory(level, code) or Territory(Level(level), code, code)


def _initial(request: HttpRequest, row: dict[str, Any] | None) -> dict[str, Any]:
    """What was typed here before the session ended, else the row's own, else what the address says."""
    kept = kept_form(request)
    if kept is not None:
        return kept.dict()
    if row is not None:
        return row
    return {"indicator": request.GET.get("indicateur", ""), "code": request.GET.get("territoire", "")}


# --- comments -------------------------------------------------------------------------------------------------------


def _comment(pk: int) -> Comment:
    row = Comment.objects.filter(pk=pk).first()
    if row is None:
        raise Http404("Ce commentaire n’existe plus.")
    return row


@require_http_methods(READ)
@allowed(rules.may_comment_figures)
def comment(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Write a comment, or change it; « aperçu » shows it as the public will read it, and writes nothing."""
    row = _comment(pk) if pk is not None else None
    if row is None and request.method != "POST":
        place = find_territory(Level.EPCI, request.GET.get("territoire", ""))
        key = request.GET.get("indicateur", "")
        asked = comments_on(place).get(key) if place is not None else None
        if asked is not None:
            return redirect("observatory_officer:comment", pk=asked.pk)
    kept = _place(row.level, row.code) if row is not None else None
    initial = _initial(request, CommentForm.initial_of(row) if row else None)
    form = CommentForm(posted(request), initial=initial, kept=kept)
    preview = ""
    if request.method == "POST" and form.is_valid():
        try:
            text = clean_text(form.cleaned_data["text"])
            if "apercu" in request.POST:
                preview = text
            else:
                save_comment(
                    key=form.cleaned_data["indicator"], territory=form.territory(), text=text,
                    by=signed_in(request), comment=row,
                )  # fmt: skip
                messages.success(request, "Votre commentaire est en ligne, sous son chiffre.")
                return redirect("observatory_officer:home")
        except CommentRefused as error:
            form.add_error("text", str(error))
    context = {"form": form, "row": row, "preview": preview, "label": label_of(row.indicator) if row else ""}
    return render(request, "observatory/officer/comment.html", context)


@require_http_methods(READ)
@allowed(rules.may_comment_figures)
def comment_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then take a comment away."""
    row = _comment(pk)
    if request.method == "POST":
        delete_comment(comment=row, by=signed_in(request))
        messages.success(request, "Le commentaire est supprimé.")
        return redirect("observatory_officer:home")
    context = {"row": row, "label": label_of(row.indicator), "place": _place(row.level, row.code).name}
    return render(request, "observatory/officer/comment_delete.html", context)


# --- figures said by others -----------------------------------------------------------------------------------------


def _fact(request: HttpRequest, pk: int) -> PublishedFact:
    row = PublishedFact.objects.filter(pk=pk).first()
    if row is None:
        raise Http404("Ce chiffre n’existe plus.")
    return row


@require_http_methods(READ)
@allowed(rules.may_announce_figures)
def fact(request: HttpRequest, pk: int | None = None, role: str = FactRole.ANNOUNCED) -> HttpResponse:
    """Announce a figure or cite one, with its source; or change it."""
    row = _fact(request, pk) if pk is not None else None
    role = row.role if row is not None else role
    kept = _place(row.level, row.code) if row is not None else None
    initial = _initial(request, FactForm.initial_of(row) if row else None)
    form = FactForm(posted(request), initial=initial, kept=kept, role=role)
    if request.method == "POST" and form.is_valid():
        try:
            save_fact(by=signed_in(request), fact=row, **form.values())
        except FactRefused as error:
            form.add_error(error.about if error.about in form.fields else None, str(error))
        else:
            messages.success(request, "Le chiffre est enregistré : les pages le montrent, avec sa source.")
            return redirect("observatory_officer:home")
    context = {"form": form, "row": row, "announces": role == FactRole.ANNOUNCED}
    return render(request, "observatory/officer/fact.html", context)


@require_http_methods(READ)
@allowed(rules.may_announce_figures)
def fact_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then take a figure away."""
    row = _fact(request, pk)
    if request.method == "POST":
        delete_fact(fact=row, by=signed_in(request))
        messages.success(request, "Le chiffre est supprimé.")
        return redirect("observatory_officer:home")
    context = {
        "row": row,
        "label": label_of(row.indicator),
        "place": _place(row.level, row.code).name,
        "value": announced_text(fact_note(row)),
    }
    return render(request, "observatory/officer/fact_delete.html", context)
