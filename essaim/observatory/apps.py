"""The room `observatory`: figures with their source, from official tables and extracts to a page."""

from django.apps import AppConfig


class ObservatoryConfig(AppConfig):
    """Registers the room."""

    name = "essaim.observatory"
    label = "observatory"
    verbose_name = "Observatoire"

    def ready(self) -> None:
        """Fill the registries of the lower floors."""
        from essaim.observatory import registration

        registration.register()
