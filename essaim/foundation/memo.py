"""What is worked out once per request: a memory that dies with the request, never shared between two visitors."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar, cast

T = TypeVar("T")

_memory: ContextVar[dict[Hashable, object] | None] = ContextVar("essaim_request_memory", default=None)


@contextmanager
def request_memory() -> Iterator[None]:
    """Open the memory of one request; the page cache's middleware does it for every request that reaches a view."""
    token = _memory.set({})
    try:
        yield
    finally:
        _memory.reset(token)


def once(key: Hashable, make: Callable[[], T]) -> T:
    """Return `make()`, worked out once in this request; outside a request, worked out at each call."""
    memory = _memory.get()
    if memory is None:
        return make()
    if key not in memory:
        memory[key] = make()
    return cast("T", memory[key])


def forget() -> None:
    """Empty the memory of this request: the journal calls it, since something has just changed."""
    memory = _memory.get()
    if memory is not None:
        memory.clear()
