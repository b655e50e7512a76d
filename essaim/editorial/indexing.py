"""Tell the search that pages changed, once the transaction is committed: one rebuild, however many changed."""

from __future__ import annotations

from django.db import transaction

from essaim.editorial import tasks


class _Waiting:
    """The rebuild that one open transaction asks for: done once when it commits, forgotten when it rolls back."""

    def __init__(self) -> None:
        self.done = False

    def __call__(self) -> None:
        self.done = True
        tasks.refresh_pages_index.enqueue()


def follow_pages(**_said: object) -> None:
    """A page was published, withdrawn, moved, renamed or deleted (receiver of Wagtail's signals)."""
    # Django keeps here what waits for the commit, and drops what a rollback undoes.
    waiting = (entry[1] for entry in transaction.get_connection().run_on_commit)
    if not any(isinstance(one, _Waiting) and not one.done for one in waiting):
        transaction.on_commit(_Waiting())
