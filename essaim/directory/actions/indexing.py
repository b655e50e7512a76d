"""Tell the search that structures changed, once the transaction is committed: the worker alone writes the index."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from essaim.directory import tasks
from essaim.directory.models import Structure

WHOLE_FROM = 500
"""From so many structures, building the index anew is cheaper than updating it."""


class _Waiting:
    """The structures that one open transaction changed: told at once when it commits, forgotten when it rolls back."""

    def __init__(self) -> None:
        self.ids: set[int] = set()

    def __call__(self) -> None:
        if len(self.ids) >= WHOLE_FROM:
            tasks.rebuild_index.enqueue()
        else:
            tasks.index_structures.enqueue(sorted(self.ids))


def reindex(ids: Iterable[int]) -> None:
    """Refresh these structures in the search index, once committed. Rolled back, nothing is asked.

    An update costs the same for one structure as for fifty: the calls of one transaction become one update. A part of
    it that is rolled back may leave its ids in the lot, which only reads those structures once more.
    """
    wanted = set(ids)
    if not wanted:
        return
    # Django keeps here what waits for the commit, and drops what a rollback undoes: no other memory can go stale.
    waiting = next((entry[1] for entry in transaction.get_connection().run_on_commit if _is_waiting(entry)), None)
    if waiting is None:
        waiting = _Waiting()
        waiting.ids |= wanted
        transaction.on_commit(waiting)
    else:
        waiting.ids |= wanted


def _is_waiting(entry: tuple[object, ...]) -> bool:
    return isinstance(entry[1], _Waiting)


def reindex_all() -> None:
    """Build the whole index anew, once committed."""
    transaction.on_commit(tasks.rebuild_index.enqueue)


def follow_places(**_said: object) -> None:
    """Communes changed (`geography.signals`): the index keeps their names, their EPCI, town or country."""
    if Structure.objects.exists():
        reindex_all()
