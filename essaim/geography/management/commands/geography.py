"""`essaim geography load | density FILE | contours FILE_OR_URL`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from essaim.foundation.spreadsheets import UnreadableTable
from essaim.geography import actions

BY = "commande geography"
REFUSALS = (actions.CogUnavailable, actions.UnknownContours, actions.UnknownGrid, UnreadableTable, OSError)


class Command(BaseCommand):
    """Brings official geography into the database."""

    help = "Communes et EPCI, grille de densité, contours."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the subcommands."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        load = verbs.add_parser("load", help="charge le code officiel géographique")
        load.add_argument("--file", type=Path, help="autre fichier que celui de l’installation")
        density = verbs.add_parser("density", help="charge la grille de densité de l’Insee (XLSX ou CSV)")
        density.add_argument("path", type=Path, metavar="FICHIER")
        contours = verbs.add_parser("contours", help="charge les contours réels des communes (GeoJSON)")
        contours.add_argument("source", metavar="FICHIER_OU_URL")
        for verb in (load, density, contours):
            verb.add_argument("--json", action="store_true", help="rend le rapport en un objet JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the subcommand and print its report."""
        quiet = options["json"]
        try:
            report: dict[str, Any] = getattr(self, f"_{options['verb']}")(quiet, options)
        except REFUSALS as error:
            raise CommandError(str(error)) from error
        if quiet:
            self.stdout.write(json.dumps(report, ensure_ascii=False))

    def _load(self, quiet: bool, options: dict[str, Any]) -> dict[str, Any]:
        def progress(message: str) -> None:
            if not quiet:
                self.stdout.write(f"  {message}…")

        report = actions.load_cog(by=BY, path=options["file"], progress=progress)
        if not quiet:
            if report.changed:
                self.stdout.write(
                    f"Code géographique {report.year} : {report.epci} EPCI, {report.communes} communes, "
                    f"{report.former} anciennes ; {report.created} créées, {report.updated} mises à jour."
                )
            else:
                self.stdout.write(f"Code géographique {report.year} : déjà chargé, rien à changer.")
            for former, code in report.moved.items():
                self.stdout.write(f"  commune fusionnée : {former} → {code}")
            for code in report.kept_without_successor:
                self.stdout.write(f"  commune inconnue de ce code géographique, gardée : {code}")
        return report.as_dict()

    def _density(self, quiet: bool, options: dict[str, Any]) -> dict[str, Any]:
        report = actions.load_density(path=options["path"], by=BY)
        if not quiet:
            self.stdout.write(
                f"Grille de densité : {report.rows} lignes lues, {report.updated} communes mises à jour, "
                f"{report.unchanged} inchangées, {report.ignored} codes inconnus."
            )
        return report.as_dict()

    def _contours(self, quiet: bool, options: dict[str, Any]) -> dict[str, Any]:
        report = actions.load_contours(source=options["source"], by=BY)
        if not quiet:
            self.stdout.write(
                f"Contours : {report.read} lus, {report.updated} communes mises à jour, {report.unchanged} inchangées, "
                f"{report.ignored} hors des territoires servis ; {report.corners} sommets gardés."
            )
            if report.missing:
                self.stdout.write(
                    f"  {len(report.missing)} communes sans contour ({', '.join(report.missing)}) : "
                    "la carte garde ses contours simplifiés."
                )
        return report.as_dict()
