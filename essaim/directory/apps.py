"""The room `directory`: the structures of the ESS, from the official files to a page."""

from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    """Registers the room: its place in the menu, its search noun, what its rows come from."""

    name = "essaim.directory"
    label = "directory"

    def ready(self) -> None:
        """Fill the registries of the lower floors."""
        from essaim.directory import registration
        from essaim.directory.models import Structure
        from essaim.foundation import journal

        registration.register()
        journal.keeps_timeline(Structure)
