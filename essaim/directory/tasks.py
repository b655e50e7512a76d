"""Work of the directory done outside of requests. Tasks take ids; the worker is the only writer of the index."""

from __future__ import annotations

from django_tasks import task

from essaim.directory.search import index


@task()
def index_structures(ids: list[int]) -> None:
    """Bring these structures up to date in the search index. Enqueue it on commit."""
    index.update_index(ids)


@task()
def rebuild_index() -> int:
    """Build the whole search index anew from the database; returns the number of structures."""
    return index.rebuild_index()
