"""`essaim editorial plant`: the first content of a site."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from essaim.editorial.actions.planting import plant
from essaim.editorial.planting.reading import BadContent
from essaim.foundation.territories import home


class Command(BaseCommand):
    """Commands of the public face."""

    help = "Plante le contenu de départ du site."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the verbs."""
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="plant")
        verbs.add_parser("plant", help="crée les pages de départ qui manquent, sans toucher aux autres")

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Plant what is missing."""
        territory = home()
        if territory.pk is None:
            raise CommandError(
                "Aucun territoire n’est servi : « essaim directory sync --territory SIREN --apply » d’abord."
            )
        try:
            plant(by="commande editorial plant", territory=territory, report=self.stdout.write)
        except BadContent as error:
            raise CommandError(str(error)) from error
