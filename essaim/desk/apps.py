"""The room `desk`."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Registers the room."""

    name = "essaim.desk"
    label = "desk"
