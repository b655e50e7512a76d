"""The suggestions under a search box: of every noun that rooms have registered, or of one of them."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from essaim.foundation.pagecache import cache_anonymous
from essaim.foundation.registries import search_nouns

MOST = 8
"""Suggestions in all, shared between the nouns."""
SHORTEST, LONGEST = 2, 200
"""Letters of a text that is worth looking up, and that is looked at."""


@require_safe
@cache_anonymous(seconds=60, params=("q",))
def suggestions(request: HttpRequest, noun: str = "") -> HttpResponse:
    """What the text being typed may name, as options of the search box; empty when there is nothing."""
    nouns = [item for item in search_nouns if noun in ("", item.key)]
    if noun and not nouns:
        raise Http404
    text = request.GET.get("q", "")[:LONGEST].strip()
    found = [item.search(text, MOST) for item in nouns] if len(text) >= SHORTEST else []
    hits = [hit for one, count in zip(found, shares([len(one) for one in found]), strict=True) for hit in one[:count]]
    options = [{"label": hit.name, "detail": hit.context, "href": hit.url} for hit in hits]
    return render(request, "ui/components/suggestions.html", {"options": options})


def shares(found: Sequence[int]) -> list[int]:
    """How many hits each noun shows: an equal part of MOST each, and what some leave goes to the first ones."""
    kept = [min(count, MOST // len(found)) for count in found]
    for rank, count in enumerate(found):
        kept[rank] += min(count - kept[rank], MOST - sum(kept))
    return kept
