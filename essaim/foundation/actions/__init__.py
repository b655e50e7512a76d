"""Verbs of the foundation: the territory's identity, links between two nouns."""

from essaim.foundation.actions.links import link_objects, unlink_objects
from essaim.foundation.actions.territory import (
    TerritoryChanges,
    put_last,
    remove_territory,
    save_territory,
    set_territory,
)

__all__ = [
    "TerritoryChanges",
    "link_objects",
    "put_last",
    "remove_territory",
    "save_territory",
    "set_territory",
    "unlink_objects",
]
