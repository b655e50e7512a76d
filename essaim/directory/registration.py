"""What the directory tells the rooms below: its search noun, its export."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import QueryDict

from essaim.directory.rows import COLUMNS, structure_rows
from essaim.directory.search.query import SearchParams, Suggestion, matching_ids, suggest
from essaim.foundation import registries
from essaim.foundation.territories import current_scope


def register() -> None:
    """Called once, when Django is ready."""
    registries.search_nouns.register(registries.SearchNoun("structure", "Structures", _suggest, "/annuaire/", order=10))
    registries.exports.register(
        registries.Export("structures", "Structures de l’annuaire", "annuaire-ess", COLUMNS, _rows, order=10)
    )


def _suggest(text: str, limit: int) -> list[Suggestion]:
    return suggest(text, current_scope(), limit)


def _rows(params: QueryDict, person: Any) -> Iterable[dict[str, Any]]:
    scope = current_scope()
    return structure_rows([int(pk) for pk in matching_ids(SearchParams.from_querydict(params), scope)], scope)
