"""The door of the site, until the editorial room brings its own: search, the swarm, what the directory holds."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from essaim.directory.queries import last_sync
from essaim.directory.search.query import Results, SearchError, SearchParams, search
from essaim.directory.swarm import swarm_cells
from essaim.foundation.pagecache import cache_anonymous
from essaim.foundation.territories import current_scope

IDEAS = ("épicerie solidaire", "réparer un vélo", "garde d’enfants", "seconde main", "aide à domicile")


@require_safe
@cache_anonymous(seconds=60, params=())
def home(request: HttpRequest) -> HttpResponse:
    """What the ESS is in two lines, the search, and the territory's communes with their numbers."""
    scope = current_scope()
    try:
        results = search(SearchParams(), scope, page_size=1)
    except SearchError:
        # The page stays useful without the index: the search itself says what is wrong.
        results = None
    counts = _counts(results, "commune")
    employers = _counts(results, "employeur")
    context = {
        "total": results.total if results else 0,
        "employers": employers.get("oui", 0),
        "families": next((f.values for f in results.facets if f.name == "famille"), ()) if results else (),
        "cells": swarm_cells(scope, counts, (), lambda code: f"/annuaire/?commune={code}"),
        "ideas": IDEAS,
        "sync": last_sync(scope),
        "shows_structures": True,
        "hide_header_search": True,
    }
    return render(request, "directory/home.html", context)


def _counts(results: Results | None, name: str) -> dict[str, int]:
    facets = results.facets if results else ()
    return {value.value: value.count for facet in facets if facet.name == name for value in facet.values}
