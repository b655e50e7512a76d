"""The room `geography`."""

from django.apps import AppConfig


class GeographyConfig(AppConfig):
    """Registers the room."""

    name = "essaim.geography"
    label = "geography"

    def ready(self) -> None:
        """Say that the room keeps nobody."""
        from essaim.geography import privacy

        privacy.register()
