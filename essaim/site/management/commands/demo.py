"""`essaim demo`: the demonstration territory, from nothing, safe to run again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from essaim.site import demo


class Command(BaseCommand):
    """Generates the invented files, brings them through the pipeline, fills cards, makes one officer."""

    # The checks of the whole house cost more than a demonstration already in place.
    requires_system_checks = ()
    help = "Charge le territoire de démonstration (structures inventées)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--generate-only", type=Path, metavar="DOSSIER", help="écrit les fichiers inventés, et rien d’autre"
        )
        parser.add_argument("--json", action="store_true", help="rend le rapport en un objet JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run what is missing; do nothing when all is in place."""
        quiet: bool = options["json"]

        def say(text: str) -> None:
            if not quiet:
                self.stdout.write(text)
                self.stdout.flush()

        if options["generate_only"] is not None:
            from essaim.directory.demo.generate import generate  # noqa: PLC0415 -- not when there is nothing to do

            try:
                summary = generate(options["generate_only"], settings.DEMO_SEED, say)
            except OSError as error:
                raise CommandError(f"Impossible d’écrire dans {options['generate_only']} : {error}") from error
            if quiet:
                self.stdout.write(json.dumps(summary | {"command": "demo"}, ensure_ascii=False))
            return
        if demo.is_done():
            say("La démonstration est déjà en place : rien à faire.")
            done: list[demo.StepDone] = []
        else:
            done = self._run(say)
        if quiet:
            self.stdout.write(json.dumps(demo.as_json(done), ensure_ascii=False))

    @staticmethod
    def _run(say: demo.Say) -> list[demo.StepDone]:
        from essaim.site.demo_steps import REFUSALS  # noqa: PLC0415 -- not when there is nothing to do

        try:
            return demo.run(say)
        except REFUSALS as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(
                f"Impossible d’écrire dans le dossier de données ({settings.DATA_DIR}) : {error}"
            ) from error
