"""Tell the search that structures changed, once the transaction is committed."""

from __future__ import annotations

from collections.abc import Iterable


def reindex(ids: Iterable[int]) -> None:
    """Refresh these structures in the search index, once committed."""


def synonyms_changed() -> None:
    """Make the search read its synonyms again, once committed."""
