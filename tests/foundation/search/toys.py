"""A small noun for the engine's tests, and its answers computed the slow, obvious way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from essaim.foundation.search import Document, Facet, FacetKind, IndexSpec, IndexWriter, Searcher

SPEC = IndexSpec(
    "toys",
    (
        Facet("family"),
        Facet("label"),
        Facet("commune", FacetKind.WIDE),
        Facet("naf", FacetKind.FILTER),
        Facet("epci", FacetKind.FILTER),
    ),
)
COUNTED = ("family", "label", "commune")


def built(folder: Path, documents: Sequence[Document]) -> Searcher:
    IndexWriter(folder, SPEC).rebuild(documents)
    return Searcher(folder, SPEC)


def named(*names: str) -> list[Document]:
    return [Document(number, [name]) for number, name in enumerate(names, 1)]


def keeps(document: Document, filters: Mapping[str, Sequence[str]], *, but: str = "") -> bool:
    return all(set(document.facets.get(facet, ())) & set(values) for facet, values in filters.items() if facet != but)


def brute_counts(documents: Sequence[Document], filters: Mapping[str, Sequence[str]]) -> dict[str, dict[str, int]]:
    counts: dict[str, dict[str, int]] = {}
    for facet in COUNTED:
        kept = [d for d in documents if keeps(d, filters, but=facet)]
        counts[facet] = dict(Counter(value for d in kept for value in set(d.facets.get(facet, ()))))
    return counts
