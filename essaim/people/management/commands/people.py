"""`essaim people retention|register`: erase what its delay has passed, tell the register of processing."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from essaim.foundation.registries import retentions
from essaim.people.register import lines, markdown

AUTHOR = "commande people retention"


class Command(BaseCommand):
    """What the site keeps about people."""

    help = "Données personnelles : effacer ce dont le délai est passé, écrire le registre des traitements."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare both verbs."""
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="retention|register")
        verbs.add_parser("retention", help="efface ce dont le délai est passé, dans toutes les salles (chaque nuit)")
        register = verbs.add_parser("register", help="écrit le registre des traitements")
        register.add_argument("--markdown", action="store_true", help="tel que le garde la documentation")
        for verb in verbs.choices.values():
            verb.add_argument("--json", action="store_true", help="répond en JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run the verb asked for."""
        getattr(self, f"_{options['verb']}")(options)

    def _retention(self, options: dict[str, Any]) -> None:
        """Each delay on its own: one that fails keeps none of the others, and the command says which."""
        erased: dict[str, int] = {}
        failed: list[str] = []
        for retention in retentions:
            try:
                erased[retention.key] = retention.run(AUTHOR)
            except Exception as error:
                self.stderr.write(f"{retention.label} : {type(error).__name__}: {error}")
                failed.append(retention.key)
        if options["json"]:
            self.stdout.write(json.dumps({"command": "people retention", "erased": erased, "failed": failed}))
        else:
            for key, number in erased.items():
                found = retentions.get(key)
                assert found is not None
                self.stdout.write(f"{number:>6}  {found.label}")
        if failed:
            raise CommandError(f"Non fait : {', '.join(failed)}.")

    def _register(self, options: dict[str, Any]) -> None:
        if options["json"]:
            self.stdout.write(json.dumps(lines(), ensure_ascii=False))
        elif options["markdown"]:
            self.stdout.write(markdown(), ending="")
        else:
            for line in lines():
                self.stdout.write(f"{line['model']} : {line['purpose']}. Gardé {line['delay']}.")
