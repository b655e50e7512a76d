"""« Proposer une structure »: a form without account; what it may already be is shown while one types."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from essaim.directory.actions.proposals import VISITOR, ProposalRefused, propose_structure
from essaim.directory.forms.proposals import ProposeForm
from essaim.directory.likeness import LONGEST, Alike, Asked, alike
from essaim.directory.search.params import clean_text
from essaim.directory.settings import directory_settings
from essaim.foundation.identifiers import InvalidIdentifier
from essaim.foundation.origin import sent_from_here
from essaim.foundation.ratelimit import Limit, TooMany, hit
from essaim.foundation.territories import current_scope
from essaim.geography.queries import communes_of
from essaim.people.models import Person

PER_ADDRESS = Limit("proposer", count=10, seconds=600)
WHILE_TYPING = Limit("proposer-proches", count=240, seconds=600)
TRAP = "complement"
"""A field that no person sees, and robots fill."""
_COMPARED = ("name", "commune", "address", "siret", "rna", "phone", "website")


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest) -> HttpResponse:
    """Show the form; when what is proposed may be known already, show that first; keep it, then say thank you.

    No token against forgeries, so no cookie: where the form comes from is looked at (`sent_from_here`).
    """
    person = request.user if isinstance(request.user, Person) else None
    form = ProposeForm(
        request.POST if request.method == "POST" else None,
        communes=communes_of(current_scope()).order_by("name"),
        initial=_initial(request, person),
    )
    trap = request.POST.get(TRAP, "")
    twins: Sequence[Alike] = ()
    status = 200
    if request.method == "POST":
        twins = _twins(request)
    if request.method == "POST" and form.is_valid():
        shown = {one.structure.pk for one in twins}
        if not sent_from_here(request):
            form.add_error(None, "Cela a été préparé sur un autre site. Si c’est de vous, envoyez-le d’ici.")
            status = 403
        elif trap:
            form.add_error(None, "Le dernier champ doit rester vide : videz-le, puis envoyez de nouveau.")
        elif not shown <= _seen(request):
            form.add_error(None, "Regardez d’abord les fiches qui lui ressemblent : est-ce l’une d’elles ?")
        else:
            try:
                hit(request, PER_ADDRESS)
                propose_structure(by=person or VISITOR, looked_at=shown, **form.values())
                return HttpResponseRedirect(reverse("proposals:thanks"))
            except TooMany as refusal:
                form.add_error(None, str(refusal))
                status = 429
            except (ProposalRefused, InvalidIdentifier) as refusal:
                form.add_error(None, str(refusal))
    context = {
        "form": form,
        "trap": trap,
        "trap_name": TRAP,
        "twins": twins,
        "is_apart": "none" in request.POST,
        "answer_days": directory_settings().answer_days,
    }
    return render(request, "directory/propose.html", context, status=status)


@csrf_exempt
@never_cache
@require_POST
def similar(request: HttpRequest) -> HttpResponse:
    """The public sheets that may be the one being typed; writes nothing, and what is typed stays out of addresses."""
    try:
        hit(request, WHILE_TYPING)
    except TooMany as refusal:
        return HttpResponse(str(refusal), status=429, content_type="text/plain; charset=utf-8")
    twins = _twins(request) if sent_from_here(request) else []
    context = {"twins": twins, "is_apart": "none" in request.POST and {t.structure.pk for t in twins} <= _seen(request)}
    return render(request, "directory/parts/similar.html", context)


@never_cache
@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    """Say that it has arrived, when it will be answered, and what comes next."""
    return render(request, "directory/propose_thanks.html", {"answer_days": directory_settings().answer_days})


def _initial(request: HttpRequest, person: Person | None) -> dict[str, Any]:
    """What is known already: the words looked for in vain, who is signed in."""
    known = {"name": clean_text(request.GET.get("nom", ""), LONGEST), "commune": request.GET.get("commune", "")[:5]}
    if person is not None:
        known |= {"proposer_name": person.name, "proposer_email": person.email}
    return known


def _twins(request: HttpRequest) -> list[Alike]:
    typed = {name: clean_text(request.POST.get(name, ""), LONGEST) for name in _COMPARED}
    siret = typed.pop("siret")
    digits = "".join(letter for letter in siret if letter.isdecimal())
    if len(typed["name"]) < 3:
        typed["name"] = ""
    asked = Asked(
        name=typed["name"],
        commune=typed["commune"],
        address=typed["address"],
        siren=siret if len(digits) <= 9 else "",
        siret=siret if len(digits) > 9 else "",
        rna=typed["rna"],
        phone=typed["phone"],
        website=typed["website"],
    )
    return alike(asked, current_scope())


def _seen(request: HttpRequest) -> set[int]:
    """The sheets that were shown to the person, who says that none is the one."""
    if "none" not in request.POST:
        return set()
    return {int(pk) for pk in request.POST.getlist("seen")[:50] if pk.isascii() and pk.isdecimal() and len(pk) < 19}
