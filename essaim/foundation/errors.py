"""Refusals that any room may meet: the place is taken for now."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.db import OperationalError

_POSTGRESQL = {"55P03", "40P01"}  # lock_not_available (our lock_timeout), deadlock_detected


class Busy(RuntimeError):
    """Somebody else holds what this write needs, for too long: nothing is written, the same may be asked again."""


def is_lock(error: OperationalError) -> bool:
    """Tell whether the database refused because somebody else is writing. By codes: the words follow its language."""
    cause = error.__cause__
    if isinstance(cause, sqlite3.Error):
        return (getattr(cause, "sqlite_errorcode", 0) & 0xFF) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
    return getattr(cause, "sqlstate", "") in _POSTGRESQL
