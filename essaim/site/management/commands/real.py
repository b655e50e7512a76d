"""`essaim real --territory SIREN`: from the official files to a served territory, in one command."""

from __future__ import annotations

import subprocess
import sys
from argparse import ArgumentParser
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
from essaim.stock.read import current_extract


def load_places() -> None:
    """The official geographic code, as it was built with the application."""
    call_command("geography", "load")


class Command(BaseCommand):
    """Download and import the official stock, then bring one territory into the database and the search index."""

    help = "Charge les fichiers officiels (Sirene), puis le territoire demandé."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Options; without URL the official addresses of data.gouv.fr are read."""
        parser.add_argument("--territory", required=True, help="SIREN de l’EPCI")
        parser.add_argument("--establishments", help="fichier ou adresse de StockEtablissement")
        parser.add_argument("--legal-units", help="fichier ou adresse de StockUniteLegale")
        parser.add_argument("--geolocation", help="fichier ou adresse de la géolocalisation des établissements")
        parser.add_argument("--vintage", help="millésime AAAA-MM (par défaut : le mois en cours)")
        parser.add_argument("--refresh", action="store_true", help="recommence l’import même si ce millésime est là")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run each step; what is already done for this vintage is not done again."""
        try:
            territory = clean_siren(options["territory"])
        except InvalidIdentifier as error:
            raise CommandError(str(error)) from error
        vintage = options["vintage"] or f"{timezone.localdate():%Y-%m}"
        self._import_stock(vintage, options)
        if options["geolocation"]:
            self._stock("labels", options["geolocation"], "--vintage", vintage)
        self.stdout.write("→ code officiel géographique")
        load_places()
        self.stdout.write(f"→ territoire {territory}")
        call_command("directory", "sync", "--territory", territory, "--apply")
        self.stdout.write("→ index de recherche")
        self.stdout.write(f"  {late.ensure()} structures à chercher")
        self._tell_who_may_enter()

    def _tell_who_may_enter(self) -> None:
        """The site is served, but nobody keeps it until the first officer has a key."""
        known = [person.email for person in officers()]
        if OFFICER not in known:
            # Her account closed with the demonstration: a password that opens nothing must not be shown any more.
            (Path(settings.DATA_DIR) / OFFICER_FILE).unlink(missing_ok=True)
        if known:
            self.stdout.write(f"→ espace de l’équipe : ouvert à {', '.join(known)}")
        else:
            self.stdout.write("→ espace de l’équipe : personne n’y a encore accès. Pour l’ouvrir à quelqu’un :")
            self.stdout.write("  .venv/bin/essaim officer add ADRESSE@EXEMPLE.FR")
            self.stdout.write("  (la commande répond le lien où cette personne choisit son mot de passe)")

    def _import_stock(self, vintage: str, options: dict[str, Any]) -> None:
        current = current_extract(settings.DATA_DIR)
        if current and current.vintage == vintage and not current.fictitious and not options["refresh"]:
            self.stdout.write(f"→ Sirene {vintage} : déjà importé")
            return
        self.stdout.write(f"→ Sirene {vintage} : téléchargement et import (toute la France, une fois)")
        given = (("--establishments", options["establishments"]), ("--legal-units", options["legal_units"]))
        chosen = [part for name, value in given if value for part in (name, value)]
        # The demonstration's extract is no measure of the real one: the load gate must not compare them.
        accept = ["--accept-shrink"] if current and current.fictitious else []
        self._stock("import", *chosen, *accept, "--vintage", vintage)

    def _stock(self, *arguments: str) -> None:
        """Run the pipeline in a process of its own: its memory goes back to the system before the sync begins."""
        command = [sys.executable, "-m", "essaim.site.cli", "stock", *arguments, "--data-dir", str(settings.DATA_DIR)]
        done = subprocess.run(command, check=False)  # noqa: S603 - our own entry point, arguments as a list
        if done.returncode:
            raise CommandError("L’import des fichiers officiels s’est arrêté : voir le message ci-dessus.")
