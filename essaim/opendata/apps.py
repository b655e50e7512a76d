"""The room `opendata`."""

from django.apps import AppConfig


class OpendataConfig(AppConfig):
    """Registers the room."""

    name = "essaim.opendata"
    label = "opendata"
