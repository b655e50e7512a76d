"""The room `site`."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """Registers the room."""

    name = "essaim.site"
    label = "site"

    def ready(self) -> None:
        """The last to be ready: what other apps have connected may be replaced."""
        from essaim.editorial import editing

        editing.take_mails_over()
