"""The room `geography`."""

from django.apps import AppConfig


class GeographyConfig(AppConfig):
    """Registers the room."""

    name = "essaim.geography"
    label = "geography"
