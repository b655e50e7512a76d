"""The index of pages: its reader of this process, and how it follows what editors publish.

A publication rewrites its own page; what concerns a branch (a move, a restriction) builds the whole index anew. What
is shown of a page, and whether it is shown, is asked of the tree: the index may be late, it never tells what is hidden.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Collection
from pathlib import Path

from django.conf import settings

from essaim.editorial.search.documents import SPEC, documents, excerpt_of
from essaim.editorial.tree import Leaf, tree
from essaim.foundation import search as engine
from essaim.foundation.registries import Found, SearchHit
from essaim.foundation.search import store

log = logging.getLogger(__name__)

PATIENCE = 3.0
"""Seconds: with tasks done at once, an editor waits for the answer."""
_readers: dict[Path, engine.Searcher] = {}
_lock = threading.Lock()


def _searcher() -> engine.Searcher:
    folder = Path(settings.DATA_DIR)
    with _lock:
        if folder not in _readers:
            _readers[folder] = engine.Searcher(folder, SPEC)
        return _readers[folder]


def version() -> str:
    """A text that changes with any change of the index, for the page cache; empty without one."""
    return engine.generation(Path(settings.DATA_DIR), SPEC.noun)


def size() -> int:
    """How many pages the index holds. Raises SearchError without a sound index."""
    return _searcher().size


def update(pages: Collection[int]) -> None:
    """Write again the documents of these pages, or take them away. Without a sound index, build it."""
    writer = engine.IndexWriter(Path(settings.DATA_DIR), SPEC, patience=PATIENCE)
    try:
        # The pages are read once the lock is taken: nothing published in the meantime is lost.
        writer.update(documents(pages), delete=pages)
    except engine.IndexUnavailable:
        refresh()
    except engine.IndexBusy:
        _ask()
    else:
        if _mark().exists():  # somebody came while this one was writing
            refresh()


def _ask() -> None:
    """Whoever is writing will begin again: it looks for the mark after its own work."""
    _mark().parent.mkdir(parents=True, exist_ok=True)
    _mark().touch()
    log.warning("Index des pages occupé : la reconstruction en cours recommencera.")


def refresh() -> None:
    """Build the index anew. While another process builds it, a mark asks that process to begin again.

    The mark is left before the writer is asked for: whoever holds it looks for the mark after its own work.
    """
    mark = _mark()
    mark.parent.mkdir(parents=True, exist_ok=True)
    mark.touch()
    while mark.exists():
        mark.unlink(missing_ok=True)
        try:
            engine.IndexWriter(Path(settings.DATA_DIR), SPEC, patience=PATIENCE).rebuild(documents())
        except engine.IndexBusy:
            _ask()
            return


def _mark() -> Path:
    return store.home(Path(settings.DATA_DIR), SPEC.noun).with_name("pages.asked")


def suggested(text: str, limit: int) -> list[SearchHit]:
    """Pages whose title the text being typed may begin, without a query; none without an index."""
    try:
        ids = _searcher().complete(engine.Request(text[:200]), limit=limit)
    except engine.SearchError:
        return []
    leaves = (tree().of(pk) for pk in ids)
    return [SearchHit(leaf.title, leaf.kind, leaf.url) for leaf in leaves if leaf is not None]


def found(text: str, offset: int, limit: int) -> Found:
    """The pages that say these words, the best first. Raises SearchError without a sound index.

    A page that is no longer for everybody is not in the list, even before the index knows it.
    """
    hits = _searcher().search(engine.Request(text), offset=offset, limit=limit, facets=False)
    leaves = ((tree().of(pk), raw) for pk, raw in zip(hits.ids, hits.shown, strict=True))
    shown = [_hit(leaf, excerpt_of(raw)) for leaf, raw in leaves if leaf is not None]
    return Found(hits.total - (len(hits.ids) - len(shown)), shown)


def _hit(leaf: Leaf, excerpt: str) -> SearchHit:
    """`place`: the page above it, or what kind of page it is."""
    above = tree().above(leaf.path)[1:]
    return SearchHit(leaf.title, above[-1].title if above else leaf.kind, leaf.url, excerpt)
