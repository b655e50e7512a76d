"""The room `foundation`."""

from django.apps import AppConfig


class FoundationConfig(AppConfig):
    """Registers the room."""

    name = "essaim.foundation"
    label = "foundation"

    def ready(self) -> None:
        """Register the check of the database, and what the room keeps about people."""
        from essaim.foundation import declarations, health

        health.register()
        declarations.register()
