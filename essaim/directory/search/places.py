"""Where « près de… » is, and the names of the communes in the filters."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache

from essaim.foundation.search.text import sort_key
from essaim.geography.queries import communes_by_text, served_communes


@dataclass(frozen=True, slots=True)
class Centre:
    """The centre of a commune, in degrees."""

    name: str
    latitude: float
    longitude: float


def centre_of(text: str, scope: Collection[str]) -> Centre | None:
    """The commune that a name, a former name or a postcode means in these EPCI; None when none has a known centre."""
    for commune in communes_by_text(text, sirens=scope)[:5]:
        if commune.latitude is not None and commune.longitude is not None:
            return Centre(commune.name, commune.latitude, commune.longitude)
    return None


def commune_names(scope: Collection[str]) -> Mapping[str, str]:
    """Name of each commune of these EPCI by its code, in alphabetical order."""
    # Sorted here: a database puts « Béruges » after « Buxerolles », or not, according to its engine.
    communes = sorted(served_communes(frozenset(scope)), key=lambda commune: (_filed(commune.name), commune.code))
    return {commune.code: commune.name for commune in communes}


@lru_cache(maxsize=50_000)
def _filed(name: str) -> str:
    return sort_key(name)
