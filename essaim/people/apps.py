"""The room `people`."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Registers the room."""

    name = "essaim.people"
    label = "people"
