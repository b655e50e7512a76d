"""The room `people`."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Registers the room."""

    name = "essaim.people"
    label = "people"

    def ready(self) -> None:
        """Listen to sign-ins, and tell the rooms above and below what this one knows."""
        from essaim.people import receivers, registration

        assert receivers
        registration.register()
