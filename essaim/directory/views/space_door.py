"""The door of a structure's own space: who acts for it comes in; nobody else, by whatever address."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any, Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.defaults import permission_denied

from essaim.directory import rules
from essaim.directory.cardfields import LABELS
from essaim.directory.models import Mandate, Structure
from essaim.directory.queries import by_key, structures_visible_to
from essaim.foundation.territories import current_scope
from essaim.people.access import only, signed_in
from essaim.people.models import Person
from essaim.people.rules import is_signed_in

P = ParamSpec("P")
SpaceView = Callable[Concatenate[HttpRequest, Structure, P], HttpResponseBase]
REFUSAL = "Cet espace est celui d’une autre structure : vous ne la représentez pas."


def own_space(rule: Callable[[Any, Structure], bool] = rules.may_see_space) -> Callable[[SpaceView[P]], Any]:
    """Let in whom a rule allows for the structure of the address, which the view receives in place of its key.

    Nobody signed in → the sign-in page, what was typed is kept; somebody else → 403; a former key → that of today.
    """

    def door(view: SpaceView[P]) -> Any:
        @functools.wraps(view)
        def inside(request: HttpRequest, /, key: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            structure = by_key(key)
            person = signed_in(request)
            if structure is None:
                raise Http404("Cette structure n’est pas dans l’annuaire.")
            if not rule(person, structure):
                return _turned_away(request, structure, person)
            match = request.resolver_match
            if structure.key != key and request.method in {"GET", "HEAD"} and match is not None:
                moved: HttpResponseBase = redirect(match.view_name, **{**match.kwargs, "key": structure.key})
                return moved
            return view(request, structure, *args, **kwargs)

        return only(is_signed_in, "Connectez-vous d’abord.")(inside)

    return door


def _turned_away(request: HttpRequest, structure: Structure, person: Person) -> HttpResponseBase:
    """A plain refusal. Whoever acted for it yesterday finds what they were writing, to copy it."""
    former = Mandate.objects.filter(structure=structure, person=person).order_by("-pk").first()
    if former is not None:
        return mandate_over(request, structure, former.get_end_reason_display() if former.end_reason else "")
    if not structures_visible_to(person, current_scope()).filter(pk=structure.pk).exists():
        raise Http404("Cette structure n’est pas dans l’annuaire.")
    return permission_denied(request, PermissionDenied(REFUSAL))


def mandate_over(request: HttpRequest, structure: Structure, reason: str = "") -> HttpResponse:
    """The page of whom no longer acts for a structure, with the words that were being sent."""
    context = {"structure": structure, "reason": reason, "typed": _words(request)}
    return render(request, "directory/space/over.html", context, status=403)


def _words(request: HttpRequest) -> Sequence[tuple[str, str]]:
    """The texts of a form, those alone that somebody wrote."""
    hidden = ("csrfmiddlewaretoken", "version", "waiting", "resolved", "resolved_waiting")
    return [
        (LABELS.get(name, name.replace("_", " ").capitalize()), value)
        for name, values in request.POST.lists()
        for value in values
        if value.strip() and name not in hidden and not name.endswith("_rows")
    ][:200]
