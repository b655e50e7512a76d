"""Work of the public face done outside of requests."""

from __future__ import annotations

from django_tasks import task

from essaim.editorial.search import index


@task()
def refresh_pages_index() -> None:
    """Build the index of published pages anew."""
    index.refresh()
