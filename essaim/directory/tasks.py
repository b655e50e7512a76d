"""Work of the directory done outside of requests. Tasks take ids; the worker is the only writer of the index."""

from __future__ import annotations

from django_tasks import task

from essaim.directory import late


@task()
def index_structures(ids: list[int]) -> None:
    """Bring these structures up to date in the search index. Enqueue it on commit.

    While another process writes the index, the change waits on the disk and that process brings it in.
    """
    late.leave(ids)
    late.catch_up()


@task()
def rebuild_index() -> None:
    """Build the whole search index anew from the database; see `index_structures` when it is being written."""
    late.leave(None)
    late.catch_up()
