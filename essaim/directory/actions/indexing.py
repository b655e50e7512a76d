"""Tell the search that structures changed, once the transaction is committed: the worker alone writes the index."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from essaim.directory import tasks

WHOLE_FROM = 500
"""From so many structures, building the index anew is cheaper than updating it."""


def reindex(ids: Iterable[int]) -> None:
    """Refresh these structures in the search index, once committed. Rolled back, nothing is asked."""
    wanted = sorted(set(ids))
    if not wanted:
        return
    if len(wanted) >= WHOLE_FROM:
        reindex_all()
    else:
        transaction.on_commit(lambda: tasks.index_structures.enqueue(wanted))


def reindex_all() -> None:
    """Build the whole index anew, once committed."""
    transaction.on_commit(tasks.rebuild_index.enqueue)
