"""Tell the search that pages changed, once the transaction is committed: one task, however many changed."""

from __future__ import annotations

from django.db import transaction
from wagtail.models import Page

from essaim.editorial import tasks

MOST = 20
"""Past so many pages in one transaction (a planting, a branch deleted), the whole index is built anew."""


class _Waiting:
    """What one open transaction asks of the index: done once when it commits, forgotten when it rolls back."""

    def __init__(self) -> None:
        self.done = False
        self.whole = False
        self.pages: set[int] = set()

    def __call__(self) -> None:
        self.done = True
        tasks.refresh_pages_index.enqueue(None if self.whole or len(self.pages) > MOST else sorted(self.pages))


def follow_page(instance: Page, **_said: object) -> None:
    """A page was published, withdrawn or deleted (receiver of Wagtail's signals)."""
    _ask({instance.pk}, whole=False)


def follow_branch(**_said: object) -> None:
    """A page was moved with all that it holds, or a restriction was put on it or taken away (receiver)."""
    _ask(set(), whole=True)


def _ask(pages: set[int], *, whole: bool) -> None:
    """Join what the open transaction has asked already.

    That is looked for where Django keeps what waits for the commit, as the directory does: a copy of ours beside the
    connection would outlive a savepoint that is rolled back, and the next change would be taken for told.
    """
    waiting = (entry[1] for entry in transaction.get_connection().run_on_commit)
    found = next((one for one in waiting if isinstance(one, _Waiting) and not one.done), None)
    asked = found or _Waiting()
    asked.pages |= pages
    asked.whole = asked.whole or whole
    if found is None:  # outside of a transaction it is done at once
        transaction.on_commit(asked)
