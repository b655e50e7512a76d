"""`essaim officer add|admin|factors|remove|list`: who carries the ESS policy on this installation."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from essaim.people.actions import make_administrator, make_officer, reset_factors, withdraw_officer
from essaim.people.links import door_link, password_link
from essaim.people.models import Person
from essaim.people.queries import with_access

AUTHOR = "commande officer"
KEPT_HERE = "django.core.mail.backends.filebased.EmailBackend"
"""Without a mail server, messages stay on this machine: nobody receives a code."""


class Command(BaseCommand):
    """Manage the officers."""

    help = "Ajoute, retire ou liste les chargé·es de mission ESS."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the verbs."""
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="add|admin|factors|remove|list")
        add = verbs.add_parser("add", help="ouvre l’espace de l’équipe à une adresse")
        add.add_argument("email")
        add.add_argument("--name", default="", help="nom affiché")
        admin = verbs.add_parser("admin", help="donne l’administration du site : nommer l’équipe")
        admin.add_argument("email")
        admin.add_argument("--name", default="", help="nom affiché")
        factors = verbs.add_parser("factors", help="remet à zéro la double vérification d’un compte")
        factors.add_argument("email")
        factors.add_argument("--reason", default="", help="pourquoi, et comment l’identité a été vérifiée")
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
        door = door_link()
        lines = [
            f"{person.email} a maintenant accès à l’espace de l’équipe.",
            "Pour entrer : y écrire cette adresse, un message apporte un code. Aucun mot de passe n’est nécessaire.",
            "À la première entrée, le site fait mettre en place une double vérification.",
            door,
        ]
        link = None
        if settings.EMAIL_BACKEND == KEPT_HERE and not person.has_usable_password():
            link = password_link(person)
            lines += [
                "Ce site n’a pas encore de serveur d’envoi : les messages restent dans sa boîte d’envoi.",
                "Sans eux, un mot de passe se choisit ici (une fois, pendant trois jours) :",
                link,
            ]
        return {"email": person.email, "new": is_new, "door": door, "password_link": link, "lines": lines}

    def _admin(self, options: dict[str, Any]) -> dict[str, Any]:
        person = make_administrator(by=AUTHOR, email=options["email"], name=options["name"])
        lines = [f"{person.email} administre le site, et peut nommer l’équipe. Un message lui dit comment entrer."]
        return {"email": person.email, "lines": lines}

    def _factors(self, options: dict[str, Any]) -> dict[str, Any]:
        person = Person.objects.filter(email=options["email"].strip().lower()).first()
        if person is None:
            raise CommandError(f"« {options['email']} » n’a pas de compte ici.")
        reset_factors(by=AUTHOR, person=person, reason=options["reason"])
        return {"email": person.email, "lines": [f"{person.email} remettra une double vérification en entrant."]}

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
