"""`essaim editorial plant|index|links|pictures|purge|contributor`: content, search, library, messages, writers."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from essaim.editorial.actions import newsletter
from essaim.editorial.actions.contact import purge_messages
from essaim.editorial.actions.editors import add_contributor, withdraw_contributor
from essaim.editorial.actions.pictures import make_missing_sizes
from essaim.editorial.actions.planting import plant
from essaim.editorial.links import find_broken_links
from essaim.editorial.planting.reading import BadContent
from essaim.editorial.roles import contributors
from essaim.editorial.search import index
from essaim.foundation.territories import home
from essaim.people.links import password_link

PURGE = "commande editorial purge"
CONTRIBUTOR = "commande editorial contributor"


class Command(BaseCommand):
    """Commands of the public face."""

    help = "Pages du site : contenu de départ, recherche, liens cassés, tailles des images, rédaction."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the verbs."""
        verbs = parser.add_subparsers(
            dest="verb", required=True, metavar="plant|index|links|pictures|purge|contributor"
        )
        verbs.add_parser("plant", help="crée les pages de départ qui manquent, sans toucher aux autres")
        verbs.add_parser("index", help="refait l’index de recherche des pages")
        verbs.add_parser("links", help="dit quels liens des pages publiées ne mènent nulle part")
        verbs.add_parser("pictures", help="fait les tailles d’images qui manquent (après une mise à jour)")
        verbs.add_parser("purge", help="efface ce dont le délai est passé : messages, abonnements (une fois par jour)")
        contributor = verbs.add_parser("contributor", help="ouvre ou ferme la rédaction des pages à une adresse")
        contributor.add_argument("what", choices=["add", "remove", "list"])
        contributor.add_argument("email", nargs="?", default="")
        contributor.add_argument("--name", default="", help="nom affiché")
        contributor.add_argument("--reason", default="", help="pourquoi, pour le journal")
        for verb in verbs.choices.values():
            verb.add_argument("--json", action="store_true", help="répond en JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run the verb asked for."""
        answer = getattr(self, f"_{options['verb']}")(options)
        if options["json"]:
            self.stdout.write(json.dumps(answer, ensure_ascii=False))

    def _plant(self, options: dict[str, Any]) -> dict[str, Any]:
        territory = home()
        if territory.pk is None:
            raise CommandError(
                "Aucun territoire n’est servi : lancez d’abord « essaim directory sync --territory SIREN --apply »."
            )
        try:
            done = plant(
                by="commande editorial plant",
                territory=territory,
                report=None if options["json"] else self.stdout.write,
            )
        except BadContent as error:
            raise CommandError(str(error)) from error
        if not index.version():
            index.refresh()  # the pages were there, their index was not: another data folder
        return {"pages": list(done.pages), "kept": done.kept, "rows": done.rows}

    def _index(self, options: dict[str, Any]) -> dict[str, Any]:
        index.refresh()
        held = index.size()
        if not options["json"]:
            self.stdout.write(f"{held} pages à chercher")
        return {"indexed": held}

    def _links(self, options: dict[str, Any]) -> dict[str, Any]:
        found = find_broken_links()
        if not options["json"]:
            for link in found:
                words = f"« {link.words} » → " if link.words else ""
                self.stdout.write(f"{link.url} ({link.where}) : {words}{link.target}. {link.problem} {link.advice}")
            self.stdout.write(f"{len(found)} lien(s) à réparer")
        return {"broken": [asdict(link) | {"advice": link.advice} for link in found]}

    def _pictures(self, options: dict[str, Any]) -> dict[str, Any]:
        pictures, made = make_missing_sizes()
        if not options["json"]:
            self.stdout.write(f"{pictures} image(s), {made} taille(s) faite(s)")
        return {"pictures": pictures, "made": made}

    def _purge(self, options: dict[str, Any]) -> dict[str, Any]:
        erased = purge_messages(by=PURGE)
        letter = newsletter.purge(by=PURGE)
        if not options["json"]:
            self.stdout.write(f"{erased} message(s) de visiteurs effacé(s)")
            self.stdout.write(f"{letter.requests} abonnement(s) jamais confirmé(s) effacé(s)")
            self.stdout.write(f"{letter.deliveries} ligne(s) d’envoi de lettre effacée(s)")
        return {"messages": erased, "subscriptions": letter.requests, "deliveries": letter.deliveries}

    def _contributor(self, options: dict[str, Any]) -> dict[str, Any]:
        what, email = options["what"], options["email"]
        if (what == "list") == bool(email):
            raise CommandError("Donnez une adresse à « add » et à « remove », aucune à « list ».")
        try:
            answer = getattr(self, f"_contributor_{what}")(options)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        if not options["json"]:
            for line in answer["lines"]:
                self.stdout.write(line)
        found: dict[str, Any] = answer
        return found

    def _contributor_add(self, options: dict[str, Any]) -> dict[str, Any]:
        person, is_new = add_contributor(by=CONTRIBUTOR, email=options["email"], name=options["name"])
        lines = [f"{person.email} écrit maintenant des pages, que l’équipe publie : {settings.SITE_URL}/cms/"]
        link = None
        if not person.has_usable_password():
            link = password_link(person)
            lines += ["Pour choisir son mot de passe (une fois, pendant trois jours) :", link]
        return {"email": person.email, "new": is_new, "password_link": link, "lines": lines}

    def _contributor_remove(self, options: dict[str, Any]) -> dict[str, Any]:
        person = withdraw_contributor(by=CONTRIBUTOR, email=options["email"], reason=options["reason"])
        return {"email": person.email, "lines": [f"{person.email} n’écrit plus de pages."]}

    def _contributor_list(self, _options: dict[str, Any]) -> dict[str, Any]:
        persons = list(contributors())
        lines = [f"{person.email} {person.name}".strip() for person in persons]
        return {
            "contributors": [{"email": person.email, "name": person.name} for person in persons],
            "lines": lines or ["Personne n’est dans la rédaction : essaim editorial contributor add ADRESSE"],
        }
