"""The room `opendata`."""

from django.apps import AppConfig


class OpendataConfig(AppConfig):
    """Registers the room: its link in the footer."""

    name = "essaim.opendata"
    label = "opendata"

    def ready(self) -> None:
        """Say in the footer that the data may be reused."""
        from essaim.foundation.registries import FooterLink, footer_links

        footer_links.register(FooterLink("reutiliser", "Réutiliser les données", "/api/", order=10))
