"""The card, written by its structure: edit, compare after a conflict, see before publishing, history, restore."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from essaim.directory import rules
from essaim.directory.actions.card_space import (
    MandateOver,
    restore_version,
    waiting_change,
    withdraw_own,
    write_card,
)
from essaim.directory.actions.cards import ChangeRefused, EditConflict, values_at, vouching
from essaim.directory.cardfields import FIELDS, CardRefused
from essaim.directory.cardwords import Difference, differences
from essaim.directory.enums import ChangeOrigin, Moderation
from essaim.directory.forms.card import MORE_LINKS, MORE_PLACES, CardForm, typed
from essaim.directory.history import change_views, changes_of
from essaim.directory.models import Card, CardChange, Structure
from essaim.directory.presentation import StructureView
from essaim.directory.provenance import source_text
from essaim.directory.queries import card_of, with_card_data
from essaim.directory.settings import directory_settings
from essaim.directory.views.space_door import mandate_over, own_space
from essaim.directory.views.structure import page_context
from essaim.foundation.pagination import numbered
from essaim.foundation.territories import current_scope
from essaim.people.access import kept_form, signed_in

_STATE = ("waiting", "resolved", "resolved_waiting")
READ = ["GET", "HEAD", "POST"]


def _number(text: str | None) -> int | None:
    """A number that a form carries; nothing for whatever else was forged there."""
    text = text or ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


@require_http_methods(READ)
@own_space(rules.may_edit_card)
def card(request: HttpRequest, shown: Structure) -> HttpResponseBase:
    """Write the card: see it before, publish it, or have it read by the team."""
    if request.method == "POST":
        return _posted(request, shown)
    today, waiting = card_of(shown), waiting_change(shown) if rules.represents(request.user, shown) else None
    seen = _values(today)
    kept = kept_form(request)
    if kept is not None:
        version = _number(kept.get("version"))
        seen = values_at(shown, today.version if version is None else version)
        form = CardForm(seen=seen, version=today.version if version is None else version, initial=typed(kept))
        state = {"waiting": _number(kept.get("waiting"))}
    else:
        form = CardForm(seen={**seen, **(waiting.values if waiting else {})}, version=today.version)
        state = {"waiting": waiting.pk if waiting else None}
    return _page(request, shown, form, state, waiting=waiting, is_kept=kept is not None)


def _posted(request: HttpRequest, shown: Structure) -> HttpResponseBase:
    data = request.POST
    state = {name: _number(data.get(name)) for name in _STATE}
    version = _number(data.get("version"))
    version = card_of(shown).version if version is None else version
    # What its author had before the eyes: the card of that version, under the change that waited then.
    seen = values_at(shown, version)
    saw = CardChange.objects.filter(structure=shown, pk=state["waiting"]).first() if state["waiting"] else None
    form = CardForm(data, seen={**seen, **(saw.values if saw else {})}, version=version)
    if data.get("more") in (MORE_PLACES, MORE_LINKS):
        return _page(request, shown, form.with_one_more(data["more"]), state, at=data["more"])
    if not form.is_valid() or "again" in data:
        return _page(request, shown, form, state)
    if "preview" in data:
        return _preview(request, shown, form, state)
    leave = [name for name in FIELDS if data.get(f"keep_{name}") == "theirs"]
    try:
        change = write_card(
            structure=shown,
            by=signed_in(request),
            values=form.values(),
            version=version,
            resolved=state["resolved"],
            leave=leave,
            waiting=state["waiting"],
            resolved_waiting=state["resolved_waiting"],
        )
    except MandateOver:
        return mandate_over(request, shown)
    except EditConflict as conflict:
        return _conflict(request, shown, form, state, conflict)
    except CardRefused as error:
        if leave:
            messages.info(request, "La fiche garde les mots de l’autre personne.")
            return redirect("space:structure", key=shown.key)
        form.refuse(error)
        return _page(request, shown, form, state)
    messages.success(request, _thanks(change))
    return redirect("space:structure", key=shown.key)


def _thanks(change: CardChange) -> str:
    if change.version is not None:
        return "C’est publié. Votre page le montre déjà."
    if change.decided_at is not None:
        return "Votre changement est retiré : la fiche reste comme elle était."
    return f"C’est gardé. L’équipe ESS vous répond sous {directory_settings().answer_days} jours ouvrés."


def _page(
    request: HttpRequest,
    shown: Structure,
    form: CardForm,
    state: Mapping[str, int | None],
    *,
    waiting: CardChange | None = None,
    is_kept: bool = False,
    at: str = "",
) -> HttpResponse:
    complete = with_card_data(Structure.objects.filter(pk=shown.pk), current_scope()).get()
    context = {
        "structure": shown,
        "form": form,
        "state": [(name, value) for name, value in state.items() if value is not None],
        "official": StructureView(complete),
        "waiting": waiting,
        "is_kept": is_kept,
        "at": at,
        "is_read_first": rules.represents(request.user, shown)
        and directory_settings().moderation == Moderation.REVIEWED,
        "answer_days": directory_settings().answer_days,
    }
    return render(request, "directory/space/card.html", context)


def _conflict(
    request: HttpRequest, shown: Structure, form: CardForm, state: Mapping[str, int | None], conflict: EditConflict
) -> HttpResponse:
    """Both texts side by side, field by field; nothing is written, nothing is lost."""
    now = waiting_change(shown)
    again = {**state, "resolved": conflict.version, "resolved_waiting": now.pk if now else None}
    context = {
        "structure": shown,
        "message": str(conflict),
        "fields": differences(conflict.theirs, {name: form.values()[name] for name in conflict.theirs}),
        "hidden": _hidden(request, again),
    }
    return render(request, "directory/space/conflict.html", context, status=409)


def _hidden(request: HttpRequest, state: Mapping[str, int | None]) -> list[tuple[str, str]]:
    """The whole form as it was sent, to be sent again."""
    left_out = ("csrfmiddlewaretoken", "preview", "again", "more", *_STATE)
    pairs = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name not in left_out and not name.startswith("keep_")
    ]
    return [*pairs, *((name, str(value)) for name, value in state.items() if value is not None)]


def _preview(request: HttpRequest, shown: Structure, form: CardForm, state: Mapping[str, int | None]) -> HttpResponse:
    """The public page with the proposed words; nothing is written."""
    scope = current_scope()
    complete = with_card_data(Structure.objects.filter(pk=shown.pk), scope).get()
    today: Card = getattr(complete, "card", None) or Card(structure=complete)
    values = form.values()
    if today.pk is None or any(getattr(today, name) != value for name, value in values.items()):
        own = rules.represents(request.user, shown)
        today.source = source_text(vouching(ChangeOrigin.SPACE if own else ChangeOrigin.TEAM, own=own))
    for name, value in values.items():
        setattr(today, name, value)
    complete.card = today
    context = page_context(request, complete, scope) | {
        "preview": {"hidden": _hidden(request, state), "key": shown.key},
        "shows_easy": bool(today.easy_summary),
    }
    return render(request, "directory/structure.html", context)


def _values(today: Card) -> dict[str, Any]:
    return {name: getattr(today, name) for name in FIELDS}


@require_http_methods(READ)
@own_space(rules.may_edit_card)
def withdraw(request: HttpRequest, shown: Structure, pk: int) -> HttpResponseBase:
    """Take back what waits, once asked."""
    change = CardChange.objects.filter(structure=shown, pk=pk).first()
    if change is None:
        raise Http404("Ce changement n’existe pas.")
    if request.method == "POST":
        try:
            withdraw_own(structure=shown, change=change, by=signed_in(request))
        except MandateOver:
            return mandate_over(request, shown)
        except ChangeRefused as error:
            messages.error(request, str(error))
        else:
            messages.success(request, "Le changement est retiré : la fiche reste comme elle était.")
        return redirect("space:structure", key=shown.key)
    context = {"structure": shown, "change": change, "fields": differences(change.base, change.values)}
    return render(request, "directory/space/withdraw.html", context)


@require_safe
@own_space()
def history(request: HttpRequest, shown: Structure) -> HttpResponse:
    """Every change published, by whom and when, field by field."""
    page = numbered(changes_of(shown), request.GET, 10)
    context = {
        "structure": shown,
        "page": page,
        "changes": change_views(list(page.object_list)),
        "editable": rules.may_edit_card(request.user, shown),
    }
    return render(request, "directory/space/history.html", context)


@require_http_methods(READ)
@own_space(rules.may_edit_card)
def restore(request: HttpRequest, shown: Structure, version: int) -> HttpResponseBase:
    """Show what taking a version up changes, then do it."""
    if version and not CardChange.objects.filter(structure=shown, version=version).exists():
        raise Http404("Cette version n’existe pas.")
    if request.method == "POST":
        try:
            change = restore_version(structure=shown, version=version, by=signed_in(request))
        except MandateOver:
            return mandate_over(request, shown)
        except (ChangeRefused, CardRefused) as error:
            messages.error(request, str(error))
            return redirect("space:history", key=shown.key)
        messages.success(request, _thanks(change))
        return redirect("space:structure", key=shown.key)
    today, then = _values(card_of(shown)), values_at(shown, version)
    changed: list[Difference] = differences(today, {n: v for n, v in then.items() if v != today[n]})
    context = {"structure": shown, "version": version, "fields": changed}
    return render(request, "directory/space/restore.html", context)
