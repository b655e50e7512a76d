"""`essaim officer add|remove|list`: who carries the ESS policy on this installation."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from essaim.people.actions import make_officer, withdraw_officer
from essaim.people.links import password_link
from essaim.people.queries import with_access

AUTHOR = "commande officer"


class Command(BaseCommand):
    """Manage the officers."""

    help = "Ajoute, retire ou liste les chargé·es de mission ESS."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the three verbs."""
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="add|remove|list")
        add = verbs.add_parser("add", help="ouvre l’espace de l’équipe à une adresse")
        add.add_argument("email")
        add.add_argument("--name", default="", help="nom affiché")
        remove = verbs.add_parser("remove", help="retire l’accès ; le compte reste")
        remove.add_argument("email")
        remove.add_argument("--reason", default="", help="pourquoi, pour le journal")
        verbs.add_parser("list", help="dit qui a accès")
        for verb in verbs.choices.values():
            verb.add_argument("--json", action="store_true", help="répond en JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run the verb asked for."""
        try:
            answer = getattr(self, f"_{options['verb']}")(options)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        if options["json"]:
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
        else:
            for line in answer["lines"]:
                self.stdout.write(line)

    def _add(self, options: dict[str, Any]) -> dict[str, Any]:
        person, is_new = make_officer(by=AUTHOR, email=options["email"], name=options["name"])
        lines = [f"{person.email} a maintenant accès à l’espace de l’équipe."]
        link = None
        if not person.has_usable_password():
            link = password_link(person)
            lines += ["Pour choisir son mot de passe (une fois, pendant trois jours) :", link]
        return {"email": person.email, "new": is_new, "password_link": link, "lines": lines}

    def _remove(self, options: dict[str, Any]) -> dict[str, Any]:
        person = withdraw_officer(by=AUTHOR, email=options["email"], reason=options["reason"])
        return {"email": person.email, "lines": [f"{person.email} n’a plus accès à l’espace de l’équipe."]}

    def _list(self, _options: dict[str, Any]) -> dict[str, Any]:
        persons = list(with_access())
        lines = [
            f"{person.email} {person.name} {'(administre l’installation)' if person.is_superuser else ''}".strip()
            for person in persons
        ]
        found = [
            {"email": person.email, "name": person.name, "administrator": person.is_superuser} for person in persons
        ]
        return {"officers": found, "lines": lines or ["Personne n’a encore accès : essaim officer add ADRESSE"]}
