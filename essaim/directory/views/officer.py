"""The officer's tools on structures: find, decide, admit, merge, write the card, see what is to be checked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Page
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from essaim.directory import rules
from essaim.directory.actions.card_space import write_team_card
from essaim.directory.actions.cards import CardRefused, confirm_card, values_at
from essaim.directory.actions.decisions import (
    AlreadyKnown,
    DecisionRefused,
    MaybeKnown,
    admit_new,
    decide,
    withdraw_decision,
)
from essaim.directory.actions.keys import MergeRefused, obtain_siren
from essaim.directory.actions.locks import DirectoryBusy
from essaim.directory.actions.merging import merge
from essaim.directory.contacts_import import KnownPlace
from essaim.directory.enums import Decision
from essaim.directory.finding import find_for_officer
from essaim.directory.forms.card import MORE_LINKS, MORE_PLACES, CardForm, typed
from essaim.directory.forms.officer import AdmitForm, DecideForm, FindForm, MergeForm, ReasonForm, SirenForm
from essaim.directory.mandates import in_force
from essaim.directory.models import LocalDecision, Structure
from essaim.directory.provenance import origin_of
from essaim.directory.queries import (
    by_key,
    card_of,
    decisions_in,
    set_aside,
    to_review,
    with_card_data,
)
from essaim.directory.search.params import clean_text
from essaim.directory.ties import foreseen
from essaim.directory.views.doors import allowed, structure_or_404
from essaim.foundation import journal
from essaim.foundation.identifiers import InvalidIdentifier, clean_rna, clean_siren, clean_siret
from essaim.foundation.pagination import numbered
from essaim.foundation.territories import current_scope
from essaim.geography.queries import communes_of
from essaim.people.access import kept_form, signed_in

READ = ["GET", "HEAD", "POST"]


@require_safe
@allowed(rules.may_decide)
def home(request: HttpRequest) -> HttpResponse:
    """The directory's tools, and a box to find a structure, set aside or not."""
    form = FindForm(request.GET)
    text = clean_text(request.GET.get("q", ""), 200)
    scope = current_scope()
    context = {
        "form": form,
        "text": text,
        "page": _found(numbered(find_for_officer(text, scope), request.GET), scope) if text else None,
        "to_review": to_review(scope).count(),
        "set_aside": decisions_in(scope).filter(decision=Decision.EXCLUDE).count(),
    }
    return render(request, "directory/officer/home.html", context)


def _found(page: Page[Any], scope: frozenset[str]) -> Page[Any]:
    """The same page with the structures in place of their ids, each told whether it is set aside."""
    found = with_card_data(Structure.objects.all(), scope).in_bulk(page.object_list)
    aside = set(set_aside().filter(structure__in=found).values_list("structure_id", flat=True))
    page.object_list = [(found[pk], pk in aside) for pk in page.object_list if pk in found]
    return page


@require_safe
@allowed(rules.may_decide)
def review(request: HttpRequest) -> HttpResponse:
    """Structures that the official file no longer names."""
    page = numbered(to_review(current_scope()), request.GET)
    return render(request, "directory/officer/review.html", {"page": page})


@require_http_methods(READ)
@allowed(rules.may_decide)
def structure(request: HttpRequest, key: str) -> HttpResponse:
    """One structure: its decisions, its contacts, and the form to decide."""
    shown = structure_or_404(request, key)
    form = DecideForm(request.POST or None, initial=_kept(request))
    if request.method == "POST" and form.is_valid():
        try:
            decide(
                structure=shown,
                decision=form.cleaned_data["decision"],
                reason=form.cleaned_data["reason"],
                by=signed_in(request),
            )
        except DecisionRefused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Votre décision est gardée, avec sa raison.")
            return redirect("officer:structure", key=shown.key)
    context = {
        "structure": shown,
        "form": form,
        "decisions": shown.decisions.select_related("by").order_by("-pk"),
        "criteria": shown.criteria.order_by("code"),
        "contacts": shown.contacts.order_by("name", "pk"),
        "tags": shown.tags.order_by("name"),
        "places": shown.establishments.select_related("commune").order_by("-is_head_office", "is_closed", "pk"),
        "former_keys": shown.former_keys.order_by("pk"),
        "card": card_of(shown),
        "mandates": in_force().filter(structure=shown).select_related("person").order_by("since", "pk"),
        "card_contacts": shown.card_contacts.order_by("name", "pk"),
        "notes": shown.notes.order_by("-is_pinned", "-pk"),
        "history": list(journal.about(shown)[:20]),
    }
    return render(request, "directory/officer/structure.html", context)


def _kept(request: HttpRequest) -> dict[str, str] | None:
    """What was typed here before the session ended."""
    kept = kept_form(request)
    return {name: str(value) for name, value in kept.dict().items()} if kept else None


@require_safe
@allowed(rules.may_decide)
def decisions(request: HttpRequest) -> HttpResponse:
    """Every decision that counts today, the newest first."""
    mine = decisions_in(current_scope())
    kind = request.GET.get("decision", "")
    if kind in Decision.values:
        mine = mine.filter(decision=kind)
    page = numbered(mine.select_related("structure__card").order_by("-pk"), request.GET)
    return render(request, "directory/officer/decisions.html", {"page": page, "kind": kind})


@require_http_methods(READ)
@allowed(rules.may_decide)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the reason, then take a decision back."""
    decision = LocalDecision.objects.select_related("structure").filter(pk=pk).first()
    if decision is None:
        raise Http404("Cette décision n’existe plus.")
    shown = structure_or_404(request, decision.structure.key)
    form = ReasonForm(request.POST or None, initial=_kept(request))
    if request.method == "POST" and form.is_valid():
        withdraw_decision(decision=decision, reason=form.cleaned_data["reason"], by=signed_in(request))
        messages.success(request, "La décision est retirée.")
        return redirect("officer:structure", key=shown.key)
    context = {"form": form, "decision": decision, "structure": shown}
    return render(request, "directory/officer/withdraw.html", context)


@require_http_methods(READ)
@allowed(rules.may_decide)
def admit(request: HttpRequest) -> HttpResponse:
    """Admit a structure that no file knows. Those of a like name are shown first: somebody says they are others."""
    communes = communes_of(current_scope()).order_by("name")
    form = AdmitForm(request.POST or None, communes=communes, initial=_kept(request) or _typed(request))
    alike: Sequence[KnownPlace] = ()
    if request.method == "POST" and form.is_valid():
        others = {int(pk) for pk in request.POST.get("others", "").split() if pk.isdecimal()}
        try:
            made = admit_new(by=signed_in(request), others=others, **form.cleaned_data)
        except MaybeKnown as error:
            alike = error.places
        except AlreadyKnown as error:
            messages.info(request, str(error))
            return redirect("officer:structure", key=error.structure.key)
        except (DecisionRefused, InvalidIdentifier, DirectoryBusy) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"« {made} » est dans l’annuaire.")
            return redirect("officer:structure", key=made.key)
    return render(request, "directory/officer/admit.html", {"form": form, "alike": alike})


def _typed(request: HttpRequest) -> dict[str, str]:
    """What was looked for in vain, in its own field: a number, else a name."""
    text = clean_text(request.GET.get("nom", ""), 200)
    for name, clean in (("siret", clean_siret), ("siren", clean_siren), ("rna", clean_rna)):
        try:
            return {name: clean(text)}
        except InvalidIdentifier:
            continue
    return {"name": text}


@require_http_methods(READ)
@allowed(rules.may_merge)
def merge_into(request: HttpRequest, key: str) -> HttpResponse:
    """Make one structure of two; the form is its own confirmation, everything that moves is said."""
    source = structure_or_404(request, key)
    target = by_key(request.GET.get("target", ""))
    form = MergeForm(request.POST or None, initial=_kept(request) or {"target": target.key if target else ""})
    if request.method == "POST" and form.is_valid():
        try:
            target = merge(
                source=source,
                target=form.cleaned_data["target"],
                reason=form.cleaned_data["reason"],
                by=signed_in(request),
            )
        except (MergeRefused, DirectoryBusy) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"Les deux fiches n’en font plus qu’une : « {target} ».")
            return redirect("officer:structure", key=target.key)
    context = {"form": form, "structure": source, "target": target, "counts": foreseen(source, target)}
    return render(request, "directory/officer/merge.html", context)


@require_http_methods(READ)
@allowed(rules.may_merge)
def siren(request: HttpRequest, key: str) -> HttpResponse:
    """Give the SIREN that a structure has obtained."""
    shown = structure_or_404(request, key)
    if shown.siren:
        raise Http404("Cette structure a déjà un SIREN.")
    form = SirenForm(request.POST or None, initial=_kept(request))
    if request.method == "POST" and form.is_valid():
        try:
            shown = obtain_siren(structure=shown, siren=form.cleaned_data["siren"], by=signed_in(request))
        except (MergeRefused, InvalidIdentifier) as error:
            form.add_error("siren", str(error))
        except DirectoryBusy as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Le SIREN est gardé ; l’ancienne adresse redirige.")
            return redirect("officer:structure", key=shown.key)
    return render(request, "directory/officer/siren.html", {"form": form, "structure": shown})


@require_http_methods(READ)
@allowed(rules.may_edit_cards)
def card(request: HttpRequest, key: str) -> HttpResponse:
    """Write the card for the structure, and confirm it: the structure's own form, with where the team has it from."""
    shown = structure_or_404(request, key)
    today, kept = card_of(shown), kept_form(request)
    # What the form showed, not what the card says now: who wrote meanwhile is not covered by an older page.
    asked = (kept or request.POST).get("version", "")
    version = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 10 else today.version
    form = CardForm(
        request.POST or None,
        seen=values_at(shown, version),
        version=version,
        with_source=True,
        initial={"source": origin_of(today)} | (typed(kept) if kept else {}),
    )
    if request.POST.get("more") in (MORE_PLACES, MORE_LINKS):
        form = form.with_one_more(request.POST["more"])
    elif request.method == "POST" and form.is_valid():
        by = signed_in(request)
        try:
            write_team_card(
                structure=shown, by=by, values=form.values(), version=version, source=form.cleaned_data["source"]
            )
        except CardRefused as error:
            form.refuse(error)
        else:
            if "confirm" in request.POST:
                confirm_card(structure=shown, by=by)
            messages.success(request, "La fiche est enregistrée.")
            return redirect("officer:structure", key=shown.key)
    context = {"form": form, "structure": shown, "at": request.POST.get("more", ""), "is_kept": kept is not None}
    return render(request, "directory/officer/card.html", context)
