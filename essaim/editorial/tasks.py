"""Work of the public face done outside of requests."""

from __future__ import annotations

from django_tasks import task

from essaim.editorial.search import index


@task()
def refresh_pages_index(pages: list[int] | None = None) -> None:
    """Bring these pages up to date in the index; without a list, build it anew."""
    if pages is None:
        index.refresh()
    else:
        index.update(pages)
