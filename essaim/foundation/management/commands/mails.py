"""`essaim mails resend`: hand over again the messages that the mail server has not taken."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from essaim.foundation.mails import resend


class Command(BaseCommand):
    """Hand over what waits."""

    help = "Renvoie les messages que le serveur de courriel n’a pas pris."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the verb."""
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="resend")
        verb = verbs.add_parser("resend", help="remet au serveur de courriel ce qui attend")
        verb.add_argument("--json", action="store_true", help="répond en JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Do it, and count; what waits too long shows in `/sante/`."""
        done = resend()
        if done is None:
            raise CommandError("Un autre renvoi est en cours : rien à faire.")
        if options["json"]:
            self.stdout.write(json.dumps(asdict(done)))
        else:
            self.stdout.write(f"{done.sent} envoyé(s), {done.waiting} en attente, {done.given_up} abandonné(s).")
