"""The room in Django's list."""

from django.apps import AppConfig


class EditorialConfig(AppConfig):
    """Registers what the public face gives to the site's frame: menu, footer, search, demonstration."""

    name = "essaim.editorial"
    verbose_name = "pages"

    def ready(self) -> None:
        """Register."""
        from essaim.editorial import registration

        registration.register()
