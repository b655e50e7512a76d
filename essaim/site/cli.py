"""The ``essaim`` command. ``stock`` runs without Django; every other family is a management command.

``essaim FAMILY SUB …`` calls the management command FAMILY with SUB as its first argument (``essaim directory sync``,
``essaim geography load``, ``essaim demo``); Django's own commands pass through (``essaim migrate``).
"""

import os
import sys
from collections.abc import Sequence

HELP = """Usage : essaim FAMILLE COMMANDE [options]

  essaim stock import|labels|list|rollback   fichiers officiels → extraits (sans base de données)
  essaim directory sync|…                    extraits → annuaire d’un territoire
  essaim geography load|…                    communes, EPCI, contours
  essaim demo                                territoire de démonstration
  essaim migrate, essaim runserver, …        commandes de Django

Chaque commande répond à --help."""

INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Dispatch to a family and return the exit code; the console entry point passes it to the shell."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not given or given[0] in ("-h", "--help", "help"):
        print(HELP)
        return 0
    try:
        if given[0] == "stock":
            from essaim.stock.cli import main as stock  # noqa: PLC0415 -- each family imports only what it needs

            return stock(given[1:])
        return _django(given)
    except KeyboardInterrupt:
        print("Interrompu.", file=sys.stderr)
        return INTERRUPTED


def _django(arguments: Sequence[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "essaim.site.settings")
    from django.core.management import ManagementUtility, get_commands  # noqa: PLC0415 -- see above

    family = arguments[0]
    utility = ManagementUtility(["essaim", *arguments])
    import django  # noqa: PLC0415

    django.setup()
    if family not in get_commands() and family != "version":
        print(f"La commande « {family} » n’existe pas.\n\n{HELP}", file=sys.stderr)
        return 2
    utility.execute()
    return 0


if __name__ == "__main__":
    sys.exit(main())
