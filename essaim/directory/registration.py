"""What the directory tells the rooms below (its search noun, its export), and what it hears from them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import QueryDict

from essaim.directory.actions.indexing import follow_places
from essaim.directory.rows import COLUMNS, structure_rows
from essaim.directory.search.query import SearchError, SearchParams, matching_ids, suggest
from essaim.foundation import registries
from essaim.foundation.territories import current_scope
from essaim.geography.signals import communes_changed

EXPORT = "structures"


def register() -> None:
    """Called once, when Django is ready."""
    registries.search_nouns.register(registries.SearchNoun("structure", "Structures", _suggest, "/annuaire/", order=10))
    registries.exports.register(
        registries.Export(EXPORT, "Structures de l’annuaire", "annuaire-ess", COLUMNS, _rows, order=10)
    )
    communes_changed.connect(follow_places)


def _suggest(text: str, limit: int) -> list[registries.SearchHit]:
    try:
        return suggest(text, current_scope(), limit)
    except SearchError:
        # The box stays an ordinary search form; the results' page says what is wrong.
        return []


def _rows(params: QueryDict, person: Any) -> Iterable[dict[str, Any]]:
    scope = current_scope()
    return structure_rows([int(pk) for pk in matching_ids(SearchParams.from_querydict(params), scope)], scope)
