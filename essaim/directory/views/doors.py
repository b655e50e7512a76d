"""The door of an officer's screen: signed in, officer, and allowed this very verb."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from essaim.directory.models import Structure
from essaim.directory.queries import by_key, structures_visible_to
from essaim.foundation.territories import current_scope
from essaim.people.access import officer_required

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def allowed(rule: Callable[[Any], bool]) -> Callable[[View[P]], View[P]]:
    """Ask one predicate of `rules` besides the desk's own door: nobody → sign-in, somebody else → 403."""

    def door(view: View[P]) -> View[P]:
        @functools.wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not rule(request.user):
                raise PermissionDenied("Vous n’avez pas ce droit sur l’annuaire.")
            return view(request, *args, **kwargs)

        return officer_required(guarded)

    return door


def structure_or_404(request: HttpRequest, key: str) -> Structure:
    """A structure of the territory, set aside or not, by its key of today or a former one."""
    found = by_key(key)
    structure = (
        structures_visible_to(request.user, current_scope()).filter(pk=found.structure.pk).first() if found else None
    )
    if structure is None:
        raise Http404("Aucune structure du territoire ne porte cette clé.")
    return structure
