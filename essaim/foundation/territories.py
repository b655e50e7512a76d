"""The territories that this installation serves. Every query of every room takes `current_scope()`."""

from __future__ import annotations

from essaim.foundation import journal, memo
from essaim.foundation.models import Territory

_kept: tuple[tuple[int, int], list[Territory]] | None = None


def _read() -> list[Territory]:
    """Read the territories, or the copy kept by this process while the journal has not moved."""
    global _kept  # noqa: PLW0603 -- one small list per process, replaced whole
    if journal.in_open_write():
        # What an open transaction shows may be rolled back: never kept.
        return list(Territory.objects.all())
    version = journal.version()
    kept = _kept
    if kept is None or kept[0] != version:
        kept = _kept = (version, list(Territory.objects.all()))
    return kept[1]


def forget() -> None:
    """Drop this process's copy."""
    global _kept  # noqa: PLW0603
    _kept = None


def served_territories() -> list[Territory]:
    """Return the EPCI served, the site's identity first (lowest rank). At most one query per request."""
    return memo.once("territories", _read)


def current_scope() -> frozenset[str]:
    """Return the SIREN of every EPCI served: the scope of every public query."""
    return frozenset(territory.siren for territory in served_territories())


def home() -> Territory:
    """Return the territory whose identity the site wears; a nameless one (unsaved, SIREN « ») before any is set."""
    territories = served_territories()
    if territories:
        return territories[0]
    return Territory(siren="", name="Votre territoire", short_name="Votre territoire")
