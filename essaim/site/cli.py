"""The ``essaim`` command. ``stock`` runs without Django; every other family is a management command.

``essaim FAMILY SUB …`` calls the management command FAMILY with SUB as its first argument (``essaim directory sync``,
``essaim geography load``, ``essaim demo``); Django's own commands pass through (``essaim migrate``). Refusals end with
code 2 and one plain sentence (with ``--json``, one object that holds it as well), Ctrl-C with 130.
"""

import json
import os
import signal
import sys
import threading
from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from essaim.foundation.installation import UnreadableSetting, close_to_others

if TYPE_CHECKING:
    from django.core.management.base import BaseCommand

HELP = """Usage : essaim FAMILLE COMMANDE [options]

  essaim real --territory SIREN    tout, d’un vrai territoire : fichiers officiels, annuaire, recherche
  essaim demo                      tout, du territoire de démonstration

  essaim geography load|…          communes, EPCI, densité, contours
  essaim stock import|labels|…     fichiers officiels → extraits (sans base de données)
  essaim directory sync|…          extraits → annuaire d’un territoire
  essaim observatory load|…        chiffres de l’observatoire : fichiers, explication, note
  essaim editorial plant|index     pages du site : contenu de départ, index de recherche
  essaim officer add|list|remove   qui entre dans l’espace de l’équipe
  essaim people retention|register effacer ce dont le délai est passé ; registre des traitements
  essaim mails resend              renvoyer les messages qui attendent
  essaim migrate, …                commandes de Django

Chaque commande répond à --help."""

REFUSED, INTERRUPTED = 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Dispatch to a family and return the exit code; the console entry point passes it to the shell."""
    close_to_others()
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not given or given[0] in ("-h", "--help", "help"):
        print(HELP)
        return 0
    try:
        if given[0] == "stock":
            with _plain_end():
                from essaim.stock.cli import main as stock  # noqa: PLC0415 -- each family imports only what it needs

            return stock(given[1:])
        return _django(given)
    except KeyboardInterrupt:
        print("Interrompu.", file=sys.stderr)
        return INTERRUPTED


@contextmanager
def _plain_end() -> Iterator[None]:
    """While modules load, Ctrl-C ends the process at once: an exception inside a C++ initialisation would abort it."""
    if threading.current_thread() is not threading.main_thread():  # Python allows handlers there alone
        yield
        return
    previous = signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)


def _django(arguments: Sequence[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "essaim.site.settings")
    import django  # noqa: PLC0415 -- never for `stock`
    from django.core.management import ManagementUtility, get_commands, load_command_class  # noqa: PLC0415

    try:
        with _plain_end():
            django.setup()
    except UnreadableSetting as error:
        print(error, file=sys.stderr)
        return REFUSED
    family = arguments[0]
    application = get_commands().get(family)
    if application is None:
        print(f"La commande « {family} » n’existe pas.\n\n{HELP}", file=sys.stderr)
        return REFUSED
    if not isinstance(application, str) or not application.startswith("essaim."):
        ManagementUtility(["essaim", *arguments]).execute()
        return 0
    return _ours(load_command_class(application, family), arguments)


def _ours(command: "BaseCommand", arguments: Sequence[str]) -> int:
    """Run one of our commands as Django does, but with its refusals said plainly and in French."""
    from django.core.management.base import CommandError, SystemCheckError, handle_default_options  # noqa: PLC0415
    from django.db import connections  # noqa: PLC0415

    from essaim.stock.cli import french  # noqa: PLC0415
    from essaim.stock.errors import StockError  # noqa: PLC0415

    try:
        # Not « called from the command line »: the parser then raises instead of printing in English.
        options = vars(command.create_parser("essaim", arguments[0]).parse_args(arguments[1:]))
        positional = options.pop("args", ())
        handle_default_options(Namespace(**options))
        command.execute(*positional, **options)
    except SystemCheckError as error:
        print(error, file=sys.stderr)
        return 1
    except (CommandError, StockError) as error:
        message = french(str(error).removeprefix("Error: "))
        if "--json" in arguments:
            asked = " ".join(word for word in arguments[:2] if not word.startswith("-"))
            print(json.dumps({"command": asked, "error": message}, ensure_ascii=False))
        print(message, file=sys.stderr)
        return REFUSED
    finally:
        connections.close_all()
    return 0


if __name__ == "__main__":
    sys.exit(main())
