"""The room `site`."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """Registers the room."""

    name = "essaim.site"
    label = "site"
