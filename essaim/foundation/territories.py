"""The territories that this installation serves. Every query of every room takes `current_scope()`."""

from __future__ import annotations

from essaim.foundation.kept import Kept
from essaim.foundation.models import Territory

_served: Kept[None, list[Territory]] = Kept(lambda _: list(Territory.objects.all()))


def served_territories() -> list[Territory]:
    """Return the EPCI served, the site's identity first (lowest rank). At most one query per request."""
    return _served.of(None)


def current_scope() -> frozenset[str]:
    """Return the SIREN of every EPCI served: the scope of every public query."""
    return frozenset(territory.siren for territory in served_territories())


def home() -> Territory:
    """Return the territory whose identity the site wears; a nameless one (unsaved, SIREN « ») before any is set."""
    territories = served_territories()
    if territories:
        return territories[0]
    return Territory(siren="", name="Votre territoire", short_name="Votre territoire")
