"""The engine, guarded: what it raises on a damaged index becomes one error of ours, and nothing else does."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import tantivy

from essaim.foundation.search.errors import REBUILD_HINT, IndexUnavailable

P = ParamSpec("P")
R = TypeVar("R")
log = logging.getLogger(__name__)


def guarded(folder: Path, call: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Call the engine, and it alone, on the index of a folder.

    It answers damage and a full disk by ValueError, OSError or a panic (which is no `Exception`): they are logged, and
    become `IndexUnavailable`.
    """
    try:
        return call(*args, **kwargs)
    except BaseException as error:
        if not isinstance(error, ValueError | OSError) and type(error).__name__ != "PanicException":
            raise
        log.exception("Moteur de recherche, %s", folder)
        raise IndexUnavailable(f"L’index de recherche est abîmé ou illisible ({folder}). {REBUILD_HINT}") from error


class Engine:
    """The engine's searcher on one state of an index: the calls that readers make, each of them guarded."""

    def __init__(self, index: tantivy.Index, folder: Path) -> None:
        self._folder = folder
        self._searcher = guarded(folder, index.searcher)

    @property
    def num_docs(self) -> int:
        """How many documents the index holds."""
        return int(self._searcher.num_docs)

    def search(self, query: tantivy.Query, **options: Any) -> tantivy.SearchResult:
        """Documents of a query, and their number."""
        return guarded(self._folder, self._searcher.search, query, **options)

    def aggregate(self, query: tantivy.Query, asked: dict[str, Any]) -> dict[str, Any]:
        """Counts by value."""
        answer: dict[str, Any] = guarded(self._folder, self._searcher.aggregate, query, asked)
        return answer

    def doc(self, address: tantivy.DocAddress) -> tantivy.Document:
        """What is stored of one document."""
        return guarded(self._folder, self._searcher.doc, address)

    def doc_freq(self, field_name: str, value: str) -> int:
        """How many documents hold a term."""
        return guarded(self._folder, self._searcher.doc_freq, field_name, value)

    def fast_field_values(self, field_name: str, addresses: list[tantivy.DocAddress]) -> list[Any]:
        """One column of these documents, None where it is empty."""
        return guarded(self._folder, self._searcher.fast_field_values, field_name, addresses)

    def terms_with_prefix(self, field_name: str, prefix: str) -> list[tuple[str, int]]:
        """Terms of a field that begin so, with the number of their documents."""
        return guarded(self._folder, self._searcher.terms_with_prefix, field_name, prefix)
