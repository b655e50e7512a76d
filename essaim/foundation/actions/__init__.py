"""Verbs of the foundation: the territory's identity and hours, links between two nouns."""

from essaim.foundation.actions.hours import (
    UsualHours,
    add_exception,
    complete_territory,
    remove_exception,
    save_hours,
    save_school_year,
)
from essaim.foundation.actions.keeping import purge_tasks
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
    "UsualHours",
    "add_exception",
    "complete_territory",
    "link_objects",
    "purge_tasks",
    "put_last",
    "remove_exception",
    "remove_territory",
    "save_hours",
    "save_school_year",
    "save_territory",
    "set_territory",
    "unlink_objects",
]
