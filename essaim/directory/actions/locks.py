"""One lock for whoever changes which structures exist: two synchronisations, a merge, an import."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.contenttypes.models import ContentType
from django.db import OperationalError, transaction

from essaim.foundation.errors import Busy, is_lock


class DirectoryBusy(Busy):
    """Another synchronisation or import holds the directory for too long; the message can be shown."""


@contextmanager
def directory_locked() -> Iterator[None]:
    """A transaction that nobody else enters at the same time; the second waits 20 seconds, then is refused in words.

    SQLite: the transaction begins IMMEDIATE (see settings), so it alone may write. PostgreSQL: a row that always exists
    is locked, without keeping anybody from referring to it. Open it before any other row is locked.
    """
    try:
        with transaction.atomic():
            rows = ContentType.objects.select_for_update(no_key=True).filter(app_label="directory", model="syncrun")
            if not rows:
                ContentType.objects.get_or_create(app_label="directory", model="syncrun")
            yield
    except OperationalError as error:
        if is_lock(error):
            raise DirectoryBusy(
                "Une autre mise à jour de l’annuaire est en cours. Attendez qu’elle finisse, puis recommencez."
            ) from error
        raise
