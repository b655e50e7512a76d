"""Many items of the inbox at once: what will be done is shown first, then done item by item, each told."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from essaim.desk import inbox as reads
from essaim.desk.actions import AssignmentRefused, assign_many
from essaim.desk.forms_inbox import AssignForm, ReasonForm
from essaim.foundation import journal
from essaim.foundation.registries import BulkAction, inbox_kinds
from essaim.people.access import officer_required, signed_in
from essaim.people.models import Person

MOST = 200
ASSIGN = "confier"


@dataclass(frozen=True)
class Told:
    """What became of one item."""

    line: reads.Line
    refusal: str = ""


@require_POST
@officer_required
def bulk(request: HttpRequest) -> HttpResponse:
    """First press: show the items and ask for the word. Second press (`confirmed`): do it."""
    person = signed_in(request)
    refs = request.POST.getlist("items")[: MOST + 1]
    lines = reads.read_refs(refs, person)
    back = f"{reverse('desk:inbox')}?{request.POST.get('query', '')[:500]}"
    if not lines:
        messages.info(request, "Cochez au moins un élément.")
        return redirect(back)
    if len(refs) > MOST:
        messages.error(request, f"{MOST} éléments au plus à la fois.")
        return redirect(back)
    if request.POST.get("do") == ASSIGN:
        return _assign(request, person, lines, back)
    kind_key, _, action_key = request.POST.get("do", "").partition(":")
    kind = inbox_kinds.get(kind_key)
    action = next((each for each in kind.bulk if each.key == action_key), None) if kind is not None else None
    if action is None:
        messages.info(request, "Choisissez ce que vous voulez faire.")
        return redirect(back)
    left_out = [line for line in lines if line.kind.key != kind_key or not line.is_pending]
    chosen = [line for line in lines if line not in left_out]
    form = ReasonForm(request.POST if "confirmed" in request.POST else None, needed=action.needs_reason)
    context = {
        "action": action,
        "lines": chosen,
        "left_out": left_out,
        "form": form,
        "back": back,
        "query": request.POST.get("query", "")[:500],
        "do": request.POST["do"],
    }
    if chosen and "confirmed" in request.POST and form.is_valid():
        context["told"] = _run(action, chosen, form.cleaned_data["reason"], person)
        return render(request, "desk/bulk_done.html", context)
    return render(request, "desk/bulk.html", context)


def _assign(request: HttpRequest, person: Person, lines: list[reads.Line], back: str) -> HttpResponse:
    form = AssignForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(map(str, form.errors["to"])))
        return redirect(back)
    owner = form.cleaned_data["to"]
    try:
        number = assign_many(items=[(line.kind.key, line.item) for line in lines], to=owner, by=person)
    except AssignmentRefused as error:
        messages.error(request, str(error))
    else:
        told = f"confié à {owner}" if owner else "remis à toute l’équipe"
        messages.success(request, f"{number} élément{'s' if number > 1 else ''} : {told}.")
    return redirect(back)


def _run(action: BulkAction, lines: list[reads.Line], reason: str, person: Person) -> list[Told]:
    """Each item in its own transaction, all in one group of the journal: a refusal stops none of the others."""
    told = []
    with journal.group():
        for line in lines:
            try:
                action.run(line.item, reason, person)
            except ValidationError as error:
                told.append(Told(line, " ".join(error.messages)))
            else:
                told.append(Told(line))
    return told
