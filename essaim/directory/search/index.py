"""The index of structures: its shape, its reader of this process, how it is rebuilt and kept up to date."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from pathlib import Path

from django.conf import settings

from essaim.directory.search import documents
from essaim.foundation import search as engine

NOUN = documents.SPEC.noun
_readers: dict[Path, engine.Searcher] = {}
_lock = threading.Lock()


def searcher() -> engine.Searcher:
    """The reader of this process; opening it is the only slow part, so it is kept."""
    folder = Path(settings.DATA_DIR)
    with _lock:
        if folder not in _readers:
            _readers[folder] = engine.Searcher(folder, documents.SPEC)
        return _readers[folder]


def version() -> str:
    """A text that changes with any change of the index, for the page cache; empty without one. Costs one `stat`."""
    return engine.generation(Path(settings.DATA_DIR), NOUN)


def rebuild_index(progress: Callable[[int, int], None] | None = None) -> int:
    """Build the whole index anew from the database and put it in service; returns the number of structures.

    `progress(done, total)` is called as it goes. Searches are answered by the former index until the end; a damaged or
    missing one does not matter. Raises `engine.IndexBusy` when another process keeps writing.
    """
    found = documents.indexable()
    total = found.count() if progress else 0
    writer = engine.IndexWriter(Path(settings.DATA_DIR), documents.SPEC)
    return writer.rebuild(documents.documents_of(found), (lambda done: progress(done, total)) if progress else None)


def ensure_index(progress: Callable[[int, int], None] | None = None) -> int:
    """Rebuild the index unless it holds every public structure already; returns their number.

    After a sync whose tasks run at once there is nothing left to do; with a worker that is late or absent there is.
    """
    try:
        held = searcher().size
    except engine.SearchError:
        held = -1
    wanted = documents.indexable().count()
    return wanted if held == wanted else rebuild_index(progress)


def update_index(ids: Collection[int]) -> None:
    """Bring these structures up to date: what is no longer public (merged, set aside, gone) leaves the index.

    Without a sound index to update, the whole index is rebuilt: it is a disposable copy.
    """
    wanted = sorted(set(ids))
    if not wanted:
        return
    # Read under the writer's lock (it is lazy): the last one to write has read last.
    fresh = documents.documents_of(documents.indexable().filter(pk__in=wanted))
    try:
        engine.IndexWriter(Path(settings.DATA_DIR), documents.SPEC).update(fresh, delete=wanted)
    except engine.IndexUnavailable:
        rebuild_index()
