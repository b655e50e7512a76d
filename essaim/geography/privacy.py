"""The room keeps nothing about people: it says so."""

from __future__ import annotations

from essaim.foundation.registries import NobodyInside, nobody_inside

NOBODY = {
    "geography.Epci": "Une intercommunalité, telle que l’Insee la publie.",
    "geography.Commune": "Une commune, telle que l’Insee la publie.",
    "geography.FormerCommune": "Une ancienne commune, telle que l’Insee la publie.",
}


def register() -> None:
    """Called once, when Django is ready."""
    for key, why in NOBODY.items():
        nobody_inside.register(NobodyInside(key, why))
