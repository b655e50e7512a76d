"""The room `ui`."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Registers the room."""

    name = "essaim.ui"
    label = "ui"
