"""Which served EPCI a page is about: the one that the address names, else the one whose identity the site wears."""

from __future__ import annotations

from dataclasses import replace

from essaim.foundation.territories import served_territories
from essaim.geography.models import Commune
from essaim.geography.queries import served_communes
from essaim.observatory.enums import Level
from essaim.observatory.queries import home_territory
from essaim.observatory.territory import Territory


def served_epci() -> list[Territory]:
    """The EPCI that this installation serves, home first. At most one query a request."""
    return [Territory(Level.EPCI, row.siren, row.name or row.short_name) for row in served_territories()]


def asked_epci(key: str) -> Territory | None:
    """The served EPCI of a key (« epci-200069854 »); home when nothing is asked; None for one that is not served."""
    if not key:
        return home_territory()
    return next((territory for territory in served_epci() if territory.key == key), None)


def in_short(territory: Territory) -> Territory:
    """The same served EPCI under the name that people use (« Grand Poitiers »), for sentences and titles."""
    short = next((row.short_name for row in served_territories() if row.siren == territory.code), "")
    return replace(territory, name=short or territory.name)


def communes_of_epci(territory: Territory) -> tuple[Commune, ...]:
    """The communes of a served EPCI, by name. At most one query a request."""
    return served_communes(frozenset({territory.code}))
