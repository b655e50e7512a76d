"""The embedded search engine, on Tantivy, for any noun of the house. No web framework in here.

A room describes its noun (`IndexSpec`), gives `Document`s to an `IndexWriter` and asks a `Searcher`.
"""

from __future__ import annotations

from pathlib import Path

from essaim.foundation.geo import Box, Near
from essaim.foundation.search.errors import IndexBusy, IndexUnavailable, SearchError
from essaim.foundation.search.question import Hits, Request, Sort
from essaim.foundation.search.reader import Searcher
from essaim.foundation.search.schema import Document, Facet, FacetKind, IndexSpec
from essaim.foundation.search.store import home, pointer_stamp, read_pointer
from essaim.foundation.search.synonyms import Synonym, Synonyms
from essaim.foundation.search.writer import IndexWriter

__all__ = [
    "Box",
    "Document",
    "Facet",
    "FacetKind",
    "Hits",
    "IndexBusy",
    "IndexSpec",
    "IndexUnavailable",
    "IndexWriter",
    "Near",
    "Request",
    "SearchError",
    "Searcher",
    "Sort",
    "Synonym",
    "Synonyms",
    "generation",
]

_known: dict[tuple[str, str], tuple[tuple[int, int], str]] = {}


def generation(data_dir: Path, noun: str) -> str:
    """A text that changes with any change of the noun's index, in any process; empty when there is no index.

    Costs one `stat` while nothing changes: the page cache may ask at each request.
    """
    folder = home(data_dir, noun)
    stamp = pointer_stamp(folder)
    if stamp == (0, 0):
        return ""
    key = (str(data_dir), noun)
    known = _known.get(key)
    if known and known[0] == stamp:
        return known[1]
    try:
        version = read_pointer(folder).version
    except IndexUnavailable:
        return ""
    _known[key] = (stamp, version)
    return version
