"""What a process works out once and keeps until something changes: the journal's version is the only clock.

Every committed action leaves a journal entry, so all workers drop their copies at the same moment, without a signal.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar
from weakref import WeakSet

from django.conf import settings
from django.db import connection

from essaim.foundation import journal, memo

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")

MOST_KEYS = 32
_all: WeakSet[Kept[Hashable, object]] = WeakSet()


def _no_other_clock() -> object:
    return None


class Kept(Generic[K, T]):
    """`make(key)`, worked out again only after a change. `clock`: what else makes it old (an index's generation).

    Inside an open transaction nothing is kept: what it shows may be rolled back. The value is shared by threads: treat
    it as read-only.
    """

    def __init__(self, make: Callable[[K], T], *, clock: Callable[[], object] = _no_other_clock) -> None:
        self._make = make
        self._clock = clock
        self._lock = threading.Lock()
        self._version: tuple[object, ...] = ()
        self._values: dict[K, T] = {}
        _all.add(self)  # type: ignore[arg-type]

    def of(self, key: K) -> T:
        """Return the value of a key; at most one light query a request when nothing has changed."""
        return memo.once((id(self), key), lambda: self._read(key))

    def _read(self, key: K) -> T:
        if journal.in_open_write():
            return self._make(key)
        version = (journal.version(), self._clock(), str(settings.DATA_DIR), connection.settings_dict["NAME"])
        with self._lock:
            if version != self._version:
                self._version, self._values = version, {}
            if key not in self._values:
                if len(self._values) >= MOST_KEYS:
                    self._values = {}
                self._values[key] = self._make(key)
            return self._values[key]

    def forget(self) -> None:
        """Drop this process's copies."""
        with self._lock:
            self._version, self._values = (), {}


def forget_all() -> None:
    """Drop every copy of this process: between two tests, or after a write that left no journal entry."""
    for kept in list(_all):
        kept.forget()
    memo.forget()
