"""`essaim observatory load | explain | note`."""

from __future__ import annotations

import json
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from essaim.foundation.errors import Busy
from essaim.observatory import cli

VERBS = {module.name: import_module(f"{cli.__name__}.{module.name}") for module in iter_modules(cli.__path__)}


class Command(BaseCommand):
    """Loads source files, explains figures, makes the yearly note."""

    help = "Observatoire : fichiers sources, explication d’un chiffre, note annuelle."

    def add_arguments(self, parser: CommandParser) -> None:
        """Each subcommand declares itself; all of them answer --json."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        for module in VERBS.values():
            module.declare(verbs).add_argument("--json", action="store_true", help="rend le rapport en un objet JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the subcommand and print its report."""

        def say(text: str) -> None:
            if not options["json"]:
                self.stdout.write(text)

        try:
            report: dict[str, Any] = VERBS[options["verb"]].run(options, say)
        except (ValueError, OSError, Busy) as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps(report, ensure_ascii=False))
