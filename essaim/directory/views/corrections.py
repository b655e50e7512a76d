"""« Proposer une correction », without an account; and where who represents the structure answers."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from essaim.directory import rules
from essaim.directory.actions.card_space import MandateOver
from essaim.directory.actions.cards import CardRefused, ChangeRefused, EditConflict
from essaim.directory.actions.corrections import CorrectionRefused, answer_correction, propose_correction
from essaim.directory.cardfields import LABELS
from essaim.directory.cardwords import words_of
from essaim.directory.corrections import all_corrections, compare, waiting
from essaim.directory.forms.corrections import AnswerForm, CorrectionForm
from essaim.directory.models import Structure
from essaim.directory.naming import shown_name
from essaim.directory.queries import card_of
from essaim.directory.views.doors import structure_or_404
from essaim.directory.views.space_door import mandate_over, own_space
from essaim.foundation.origin import sent_from_here
from essaim.foundation.pagination import numbered
from essaim.foundation.ratelimit import Limit, TooMany, hit
from essaim.people.access import kept_form, signed_in

PER_ADDRESS = Limit("correction", count=10, seconds=600)
READ = ["GET", "HEAD", "POST"]
FOREIGN = "Cette correction a été préparée sur un autre site. Si elle est de vous, envoyez-la d’ici."
WAITING, DECIDED = "attente", "traitees"


@csrf_exempt
@never_cache
@require_http_methods(READ)
def correct(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Show each field with what it says today, keep what is proposed, then say thank you on a page of its own.

    No token against forgeries, so no cookie: who sends is not read, and where it comes from is looked at.
    """
    structure = structure_or_404(request, key)
    if structure.key != key:
        # Merged, or known by another number: what was read is not this card.
        return HttpResponseRedirect(f"{structure.get_absolute_url()}corriger/")
    card = card_of(structure)
    form = CorrectionForm(request.POST if request.method == "POST" else None, card=card)
    trap = request.POST.get("site", "")
    status = 200
    conflict: list[tuple[str, list[str]]] = []
    if request.method == "POST" and form.is_valid():
        if not sent_from_here(request):
            form.add_error(None, FOREIGN)
            status = 403
        elif trap:
            form.add_error(None, "Le dernier champ doit rester vide : videz-le, puis envoyez de nouveau.")
        else:
            try:
                hit(request, PER_ADDRESS)
                data = form.cleaned_data
                propose_correction(
                    structure=structure,
                    values=form.values(),
                    version=data["version"],
                    note=data["note"],
                    email=data["reply_to"],
                )
                return HttpResponseRedirect(f"{structure.get_absolute_url()}corriger/merci/")
            except TooMany as refusal:
                form.add_error(None, str(refusal))
                status = 429
            except EditConflict as error:
                conflict = [(LABELS[name], words_of(name, value)) for name, value in error.theirs.items()]
                form.renew()
            except CardRefused as error:
                form.tell(error.errors)
            except CorrectionRefused as refusal:
                form.add_error(None, str(refusal))
    context = _told(structure) | {"form": form, "trap": trap, "conflict": conflict}
    return render(request, "directory/corrections/correct.html", context, status=status)


@never_cache
@require_safe
def correct_thanks(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Say that the correction has arrived, and what happens next."""
    return render(request, "directory/corrections/thanks.html", _told(structure_or_404(request, key)))


def _told(structure: Structure) -> dict[str, Any]:
    return {"structure": structure, "name": shown_name(structure), "shows_structures": structure.fictitious}


# --- in the structure's own space -----------------------------------------------------------------------------------


@require_safe
@own_space(rules.may_answer_corrections)
def space_corrections(request: HttpRequest, structure: Structure) -> HttpResponse:
    """What others propose for this card: what waits, then what was answered."""
    state = DECIDED if request.GET.get("etat") == DECIDED else WAITING
    mine = all_corrections().filter(structure=structure)
    rows = mine.filter(decided_at__isnull=False).order_by("-decided_at", "-pk")
    if state == WAITING:
        rows = waiting().filter(structure=structure).order_by("at", "pk")
    page = numbered(rows, request.GET)
    context = _told(structure) | {
        "page": page,
        "rows": [(change, compare(change)) for change in page.object_list],
        "state": state,
        "states": {WAITING: "À regarder", DECIDED: "Déjà répondu"},
    }
    return render(request, "directory/corrections/space_list.html", context)


@require_http_methods(READ)
@own_space(rules.may_answer_corrections)
def space_correction(request: HttpRequest, structure: Structure, pk: int) -> HttpResponse:
    """One correction, side by side with the card of today; accept or refuse field by field."""
    change = all_corrections().filter(structure=structure, pk=pk).first()
    if change is None:
        raise Http404("Cette correction n’existe plus.")
    compared = compare(change)
    form = None
    if change.decided_at is None:
        kept = kept_form(request)
        form = AnswerForm(
            request.POST if request.method == "POST" else None,
            compared=compared,
            has_address=bool(change.email),
            initial=kept_answer(kept) if kept else None,
        )
    if request.method == "POST":
        if form is None:
            messages.info(request, "Quelqu’un a répondu avant vous à cette correction : rien n’a été changé.")
            return redirect("space:correction", key=structure.key, pk=pk)
        if form.is_valid():
            data = form.cleaned_data
            try:
                answer_correction(change=change, kept=data["fields_kept"], answer=data["answer"], by=signed_in(request))
            except (ChangeRefused, CorrectionRefused, CardRefused) as refusal:
                form.add_error(None, str(refusal))
            except MandateOver:
                return mandate_over(request, structure)
            else:
                messages.success(request, "Votre réponse est gardée.")
                return redirect("space:corrections", key=structure.key)
    context = _told(structure) | {"change": change, "compared": compared, "form": form}
    return render(request, "directory/corrections/space_item.html", context)


def kept_answer(kept: Any) -> dict[str, Any]:
    """What was typed before the session ended, every field ticked."""
    return {"fields_kept": kept.getlist("fields_kept"), "answer": kept.get("answer", "")}
