"""What the room tells the others: its places in the officer's space, its lines of the register."""

from __future__ import annotations

from essaim.foundation import registries
from essaim.people import privacy


def register() -> None:
    """Called once, when Django is ready."""
    privacy.register()
    registries.desk_links.register(registries.DeskLink("compte", "Mon compte", "account_home", order=900))
