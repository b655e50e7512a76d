"""`essaim editorial plant|index`: the first content of a site, the search of its pages."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from essaim.editorial.actions.planting import plant
from essaim.editorial.planting.reading import BadContent
from essaim.editorial.search import index
from essaim.foundation.territories import home


class Command(BaseCommand):
    """Commands of the public face."""

    help = "Plante le contenu de départ du site, refait l’index de ses pages."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the verbs."""
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="plant|index")
        verbs.add_parser("plant", help="crée les pages de départ qui manquent, sans toucher aux autres")
        verbs.add_parser("index", help="refait l’index de recherche des pages")
        for verb in verbs.choices.values():
            verb.add_argument("--json", action="store_true", help="répond en JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run the verb asked for."""
        answer = getattr(self, f"_{options['verb']}")(options)
        if options["json"]:
            self.stdout.write(json.dumps(answer, ensure_ascii=False))

    def _plant(self, options: dict[str, Any]) -> dict[str, Any]:
        territory = home()
        if territory.pk is None:
            raise CommandError(
                "Aucun territoire n’est servi : lancez d’abord « essaim directory sync --territory SIREN --apply »."
            )
        try:
            done = plant(
                by="commande editorial plant",
                territory=territory,
                report=None if options["json"] else self.stdout.write,
            )
        except BadContent as error:
            raise CommandError(str(error)) from error
        if not index.version():
            index.refresh()  # the pages were there, their index was not: another data folder
        return {"pages": list(done.pages), "kept": done.kept, "rows": done.rows}

    def _index(self, options: dict[str, Any]) -> dict[str, Any]:
        index.refresh()
        held = index.size()
        if not options["json"]:
            self.stdout.write(f"{held} pages à chercher")
        return {"indexed": held}
