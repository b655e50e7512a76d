"""`essaim directory …`: synchronise with the official extract, bring in the officer's spreadsheet, decide, index."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from essaim.directory.actions.locks import DirectoryBusy
from essaim.directory.actions.sync import sync_territories
from essaim.directory.sync.reading import SyncRefused


class Command(BaseCommand):
    """One command with its verbs; every one that writes is a dry run unless `--apply`."""

    help = "L’annuaire : synchroniser, importer les contacts, décider, indexer."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the verbs."""
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="verbe")
        sync = verbs.add_parser("sync", help="comparer un territoire avec l’extrait en service, et l’appliquer")
        sync.add_argument(
            "--territory",
            action="append",
            default=[],
            metavar="SIREN",
            help="SIREN de l’EPCI ; à répéter ; par défaut, les territoires déjà servis",
        )
        mode = sync.add_mutually_exclusive_group()
        mode.add_argument("--dry-run", action="store_true", help="ne rien écrire (par défaut)")
        mode.add_argument("--apply", action="store_true", help="écrire les différences")
        sync.add_argument(
            "--demo-over-real",
            action="store_true",
            help="laisser entrer des données inventées dans un annuaire qui en a de vraies",
        )
        sync.add_argument(
            "--accept-loss", action="store_true", help="appliquer même si le fichier perd plus d’un dixième des lignes"
        )
        sync.set_defaults(run=self.sync)
        for verb in verbs.choices.values():
            verb.add_argument("--json", action="store_true", help="écrire le compte rendu en un seul objet JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the verb; refusals become one line and a non-zero exit."""
        run: Callable[..., None] = options["run"]
        try:
            run(**options)
        except (SyncRefused, DirectoryBusy) as error:
            raise CommandError(str(error)) from error

    def sync(self, **options: Any) -> None:
        """`directory sync`."""
        reports = sync_territories(
            by="commande directory sync",
            territories=options["territory"],
            apply=options["apply"],
            data_dir=Path(settings.DATA_DIR),
            demo_over_real=options["demo_over_real"],
            accept_loss=options["accept_loss"],
        )
        self._tell(
            options,
            {"command": "directory sync", "territories": [report.as_json() for report in reports]},
            [line for report in reports for line in report.lines()],
        )

    def _tell(self, options: dict[str, Any], report: dict[str, Any], lines: Iterable[str]) -> None:
        if options["json"]:
            self.stdout.write(json.dumps(report, ensure_ascii=False, indent=1))
        else:
            for line in lines:
                self.stdout.write(line)
