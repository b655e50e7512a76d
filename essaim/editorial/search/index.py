"""The index of pages: its reader of this process, and how it follows what editors publish.

There are hundreds of pages, not millions: the whole index is built anew at each publication.
"""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from django.conf import settings
from wagtail.models import Page

from essaim.editorial.search.documents import SPEC, Listed, documents
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
            mark.touch()
            log.warning("Index des pages occupé : la reconstruction en cours recommencera.")
            return


def _mark() -> Path:
    return store.home(Path(settings.DATA_DIR), SPEC.noun).with_name("pages.asked")


def suggested(text: str, limit: int) -> list[SearchHit]:
    """Pages whose title the text being typed may begin, in one query; none without an index."""
    try:
        ids = _searcher().complete(engine.Request(text[:200]), limit=limit)
    except engine.SearchError:
        return []
    pages = Page.objects.live().in_bulk(ids) if ids else {}
    return [
        SearchHit(pages[pk].title, pages[pk].specific_class._meta.verbose_name.capitalize(), pages[pk].url)
        for pk in ids
        if pk in pages
    ]


def found(text: str, offset: int, limit: int) -> Found:
    """The pages that say these words, the best first. Raises SearchError without a sound index."""
    hits = _searcher().search(engine.Request(text), offset=offset, limit=limit, facets=False)
    return Found(hits.total, [_hit(raw) for raw in hits.shown])


def _hit(raw: bytes) -> SearchHit:
    page = Listed.load(raw)
    return SearchHit(page.title, page.place, page.url, page.excerpt)
