"""The room `foundation`."""

from django.apps import AppConfig


class FoundationConfig(AppConfig):
    """Registers the room."""

    name = "essaim.foundation"
    label = "foundation"
