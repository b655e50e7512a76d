"""The room `ui`: base templates, components, typography, theme and style guide. Knows no other room."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Registers the room under its label `ui`."""

    name = "essaim.ui"
    label = "ui"
    verbose_name = "Interface"
