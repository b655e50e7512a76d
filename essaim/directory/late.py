"""What the search index does not hold yet: a mark on the disk per change, removed once the index has it.

The index has one writer at a time, and a whole rebuild may hold it for minutes. Whoever has a change to bring leaves
its mark first, then waits a while; when that is too long the mark stays, and the one who holds the writer brings it in
after its own work. A process that dies on the way leaves its mark to the next one.
"""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Callable, Iterable
from pathlib import Path

from django.conf import settings
from django_tasks import task_backends
from django_tasks.backends.immediate import ImmediateBackend

from essaim.directory.search import index
from essaim.foundation.files import write_whole
from essaim.foundation.search import IndexBusy, SearchError
from essaim.foundation.search.store import home, writer_lock

log = logging.getLogger(__name__)

PATIENCE_OF_A_WORKER = 60.0
"""Seconds: nobody waits for a worker."""
PATIENCE_OF_A_PAGE = 3.0
"""Seconds: when tasks run at once, somebody waits for the answer."""


def patience() -> float:
    """Seconds that this process may wait for the index's writer."""
    at_once = isinstance(task_backends["default"], ImmediateBackend)
    return PATIENCE_OF_A_PAGE if at_once else PATIENCE_OF_A_WORKER


def leave(ids: Iterable[int] | None) -> None:
    """Mark these structures (None: all of them) as changed since the index was written."""
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / f"{secrets.token_hex(8)}.json", json.dumps(None if ids is None else sorted(ids)))


def catch_up(wait: float | None = None) -> bool:
    """Bring everything marked into the index; False when another process holds its writer for over `wait` seconds.

    The marks then stay: that process comes here too when it has finished.
    """
    wait = patience() if wait is None else wait
    while marks := _marks():
        if not (_is_free(wait) and _bring(marks)):
            log.warning("Index de recherche occupé : %s changement(s) attendent la fin de son écriture.", len(marks))
            return False
    return True


def rebuild(progress: Callable[[int, int], None] | None = None) -> int:
    """Build the whole index anew, then bring in what came late; returns the number of structures. Raises IndexBusy."""
    marks = _marks()
    number = index.rebuild_index(progress)
    _forget(marks)
    catch_up()
    return number


def ensure(progress: Callable[[int, int], None] | None = None) -> int:
    """Rebuild the index unless it is whole, then bring in what came late. Raises IndexBusy."""
    number = index.ensure_index(progress)
    catch_up()
    return number


def _bring(marks: dict[Path, list[int] | None]) -> bool:
    ids: set[int] = set()
    for marked in marks.values():
        ids.update(marked or ())
    try:
        if None in marks.values():
            index.rebuild_index()
        else:
            index.update_index(ids)
    except IndexBusy:
        return False
    except (SearchError, OSError):
        # A full disk, an index out of reach: nothing is wrong with what changed, and it waits for better days.
        raise
    except Exception:
        # It would fail again and stop everything behind it: the failure is told, once, by who runs the task.
        _forget(marks)
        raise
    _forget(marks)
    return True


def _is_free(wait: float) -> bool:
    """Wait for the writer, without keeping it."""
    try:
        with writer_lock(home(Path(settings.DATA_DIR), index.NOUN), patience=wait):
            return True
    except IndexBusy:
        return False


def _folder() -> Path:
    return Path(settings.DATA_DIR) / "search" / f"{index.NOUN}.late"


def _marks() -> dict[Path, list[int] | None]:
    marks: dict[Path, list[int] | None] = {}
    for path in sorted(_folder().glob("*.json")):
        try:
            marks[path] = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            # Another process has just brought it in.
            continue
    return marks


def _forget(marks: Iterable[Path]) -> None:
    for path in marks:
        path.unlink(missing_ok=True)
