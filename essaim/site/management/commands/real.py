"""`essaim real --territory SIREN`: from the official files to a served territory, in one command."""

from __future__ import annotations

import json
import subprocess
import sys
from argparse import ArgumentParser
from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from essaim.directory import late
from essaim.foundation.identifiers import InvalidIdentifier, clean_siren
from essaim.people.queries import officers
from essaim.site.demo import OFFICER, OFFICER_FILE
from essaim.stock.read import Extract, current_extract

Report = dict[str, Any]


class Command(BaseCommand):
    """Download and import the official stock, then bring one territory into the database, its figures and the index."""

    help = "Charge les fichiers officiels (Sirene), puis le territoire demandé."
    quiet = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Options; without URL the official addresses of data.gouv.fr are read."""
        parser.add_argument("--territory", required=True, help="SIREN de l’EPCI")
        parser.add_argument("--establishments", help="fichier ou adresse de StockEtablissement")
        parser.add_argument("--legal-units", help="fichier ou adresse de StockUniteLegale")
        parser.add_argument("--geolocation", help="fichier ou adresse de la géolocalisation des établissements")
        parser.add_argument("--vintage", help="millésime AAAA-MM (par défaut : le mois de parution des fichiers)")
        parser.add_argument("--refresh", action="store_true", help="recommence l’import, même fait ce mois-ci")
        parser.add_argument("--json", action="store_true", help="rend le rapport en un objet JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run each step; an import of this month (or of the vintage asked for) is not done again."""
        self.quiet = options["json"]
        try:
            territory = clean_siren(options["territory"])
        except InvalidIdentifier as error:
            raise CommandError(str(error)) from error
        report: Report = {"command": "real", "territory": territory, "stock": self._import_stock(options)}
        if options["geolocation"]:
            report["geolocation"] = self._stock("labels", options["geolocation"], *_vintage(options))
        self._say("→ code officiel géographique")
        report["geography"] = self._command("geography", "load")
        self._say(f"→ territoire {territory}")
        report["directory"] = self._command("directory", "sync", "--territory", territory, "--apply")
        self._say("→ observatoire")
        report["observatory"] = self._command("observatory", "load", "--apply")
        self._say("→ index de recherche")
        report["indexed"] = late.ensure()
        self._say(f"  {report['indexed']} structures à chercher")
        self._say("→ pages")
        report["pages"] = self._command("editorial", "plant")
        report["officers"] = self._tell_who_may_enter()
        if self.quiet:
            self.stdout.write(json.dumps(report, ensure_ascii=False))

    def _say(self, text: str) -> None:
        if not self.quiet:
            self.stdout.write(text)

    def _tell_who_may_enter(self) -> list[str]:
        """The site is served, but nobody keeps it until the first officer has a key."""
        known = [person.email for person in officers()]
        if OFFICER not in known:
            # Her account closed with the demonstration: a password that opens nothing must not be shown any more.
            (Path(settings.DATA_DIR) / OFFICER_FILE).unlink(missing_ok=True)
        if known:
            self._say(f"→ espace de l’équipe : ouvert à {', '.join(known)}")
        else:
            self._say("→ espace de l’équipe : personne n’y a encore accès. Pour l’ouvrir à quelqu’un :")
            self._say("  .venv/bin/essaim officer add ADRESSE@EXEMPLE.FR")
            self._say("  (la commande répond le lien où cette personne choisit son mot de passe)")
        return known

    def _import_stock(self, options: dict[str, Any]) -> Report | None:
        current = current_extract(settings.DATA_DIR)
        if current and not options["refresh"] and _is_there(current, options["vintage"]):
            self._say(f"→ Sirene {current.vintage} : déjà importé (--refresh pour recommencer)")
            return None
        self._say("→ Sirene : téléchargement et import (toute la France, une fois)")
        given = (("--establishments", options["establishments"]), ("--legal-units", options["legal_units"]))
        chosen = [part for name, value in given if value for part in (name, value)]
        # The demonstration's extract is no measure of the real one: the load gate must not compare them.
        accept = ["--accept-shrink"] if current and current.fictitious else []
        return self._stock("import", *chosen, *accept, *_vintage(options))

    def _stock(self, *arguments: str) -> Report | None:
        """Run the pipeline in a process of its own: its memory goes back to the system before the sync begins."""
        command = [sys.executable, "-m", "essaim.site.cli", "stock", *arguments, "--data-dir", str(settings.DATA_DIR)]
        if not self.quiet:
            if subprocess.run(command, check=False).returncode:  # noqa: S603 - our own entry point, arguments as a list
                raise CommandError("L’import des fichiers officiels s’est arrêté : voir le message ci-dessus.")
            return None
        done = subprocess.run([*command, "--json"], check=False, stdout=subprocess.PIPE, text=True)  # noqa: S603
        report: Report = json.loads(done.stdout or "{}")
        if done.returncode:
            raise CommandError(report.get("error", "L’import des fichiers officiels s’est arrêté."))
        return report

    def _command(self, *arguments: str) -> Report | None:
        """Run one of our management commands: its words go on the terminal, its report into ours."""
        if not self.quiet:
            call_command(*arguments, stdout=self.stdout)
            return None
        out = StringIO()
        call_command(*arguments, "--json", stdout=out)
        report: Report = json.loads(out.getvalue())
        return report


def _vintage(options: dict[str, Any]) -> list[str]:
    return ["--vintage", options["vintage"]] if options["vintage"] else []


def _is_there(current: Extract, vintage: str | None) -> bool:
    """Whether a real extract serves the vintage asked for; without one, whether it was imported this month."""
    same = current.vintage == vintage if vintage else current.imported_at[:7] == f"{timezone.now():%Y-%m}"
    return same and not current.fictitious
