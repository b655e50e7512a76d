"""A small geographic code, made here: two EPCI, an island without one, a new commune, a city of districts."""

from __future__ import annotations

import copy
from typing import Any

from essaim.geography.actions import load_cog

HOME = "200069854"
OTHER = "200069763"
CITY = "200046977"

_COG: dict[str, Any] = {
    "year": 2026,
    "source": "code géographique d’essai",
    "epci": [
        {
            "siren": HOME,
            "name": "CU du Grand Poitiers",
            "type": "CU",
            "population": 103000,
            "members": ["86019", "86194", "86226"],
        },
        {"siren": OTHER, "name": "CC du Haut-Poitou", "type": "CC", "population": 9000, "members": ["86281"]},
        {"siren": CITY, "name": "Métropole de Lyon", "type": "MET69", "population": 500000, "members": ["69123"]},
    ],
    "communes": [
        {
            "code": "86019",
            "name": "Beaumont Saint-Cyr",
            "siren": "200064533",
            "population": 2947,
            "postcodes": ["86130", "86490"],
        },
        {"code": "86194", "name": "Poitiers", "siren": "218601946", "population": 90240, "postcodes": ["86000"]},
        {
            "code": "86226",
            "name": "Saint-Julien-l'Ars",
            "siren": "218602266",
            "population": 2863,
            "postcodes": ["86800"],
        },
        {
            "code": "86281",
            "name": "Saint-Martin-la-Pallu",
            "siren": "200082667",
            "population": 5600,
            "postcodes": ["86170"],
        },
        {"code": "69123", "name": "Lyon", "siren": "216901231", "population": 519127, "postcodes": ["69001", "69003"]},
        {"code": "22016", "name": "Île-de-Bréhat", "siren": "212200166", "population": 429, "postcodes": ["22870"]},
    ],
    "former": [
        {"code": "86019", "name": "Beaumont", "kind": "delegated", "commune": "86019"},
        {"code": "86219", "name": "Saint-Cyr", "kind": "delegated", "commune": "86019"},
        {"code": "86038", "name": "", "kind": "merged", "commune": "86194"},
        {"code": "69383", "name": "Lyon 3e Arrondissement", "kind": "district", "commune": "69123"},
    ],
}


def small_cog() -> dict[str, Any]:
    """A copy that a test may change."""
    return copy.deepcopy(_COG)


def load_small_cog() -> None:
    """Bring it into the database."""
    load_cog(by="test", cog=small_cog())


NIORTAIS = "200041317"
_NIORTAIS = {
    "79003": ("Aiffres", 5400, "79230"),
    "79034": ("Bessines", 1700, "79000"),
    "79081": ("Chauray", 7200, "79180"),
    "79100": ("Coulon", 2200, "79510"),
    "79191": ("Niort", 59000, "79000"),
}


def cog_of_the_west() -> dict[str, Any]:
    """The small code with one more EPCI, whose communes no file of ours places: that of Niort."""
    cog = small_cog()
    cog["epci"].append(
        {"siren": NIORTAIS, "name": "CA du Niortais", "type": "CA", "population": 75500, "members": [*_NIORTAIS]}
    )
    cog["communes"] += [
        {"code": code, "name": name, "siren": f"21{code}01", "population": population, "postcodes": [postcode]}
        for code, (name, population, postcode) in _NIORTAIS.items()
    ]
    return cog
