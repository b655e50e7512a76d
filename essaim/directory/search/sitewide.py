"""The directory's part of the site's own search: suggestions while one types, and the best structures for a text."""

from __future__ import annotations

from django.utils import timezone

from essaim.directory.cards import CardView
from essaim.directory.search.params import SearchParams
from essaim.directory.search.query import SearchError, search, suggest
from essaim.foundation.registries import Found, SearchHit
from essaim.foundation.territories import current_scope
from essaim.nomenclature.perimeter import Family


def suggested(text: str, limit: int) -> list[SearchHit]:
    """Structures that the text being typed may name; none without an index: the results' page says what is wrong."""
    try:
        return suggest(text, current_scope(), limit)
    except SearchError:
        return []


def found(text: str, offset: int, limit: int) -> Found:
    """The structures of `/annuaire/?q=text`, in the same order; `offset` is a multiple of `limit`.

    Raises SearchError without a sound index.
    """
    scope = current_scope()
    params = SearchParams.from_querydict({"q": text, "page": str(offset // limit + 1)})
    results = search(params, scope, page_size=limit)
    now = timezone.now()
    cards = [CardView(facts, now=now, scope=scope) for facts in results.listed]
    hits = [SearchHit(card.facts.name, Family(card.facts.family).label, card.facts.url, card.summary) for card in cards]
    return Found(results.total, hits, results.notes)
