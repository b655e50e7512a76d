"""The room `directory`."""

from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    """Registers the room."""

    name = "essaim.directory"
    label = "directory"
