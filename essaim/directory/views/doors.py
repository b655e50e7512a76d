"""The door of a screen of the directory's tools: signed in, and allowed this very verb."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest

from essaim.directory.models import Structure
from essaim.directory.queries import visible_by_key
from essaim.foundation.territories import current_scope
from essaim.people.access import P, View, only


def allowed(rule: Callable[[Any], bool]) -> Callable[[View[P]], View[P]]:
    """Ask one predicate of `rules`, and nothing else: nobody → sign-in, somebody else → 403."""
    return only(rule, "Vous n’avez pas ce droit sur l’annuaire.")


def structure_or_404(request: HttpRequest, key: str) -> Structure:
    """A structure of the territory that this person may see, by its key of today or a former one."""
    structure = visible_by_key(key, request.user, current_scope()).first()
    if structure is None:
        raise Http404("Cette structure n’est pas dans l’annuaire de ce territoire.")
    return structure
