"""`essaim observatory load [FICHIER]`: recognise a source file, say what it holds, and with --apply write it."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings

from essaim.observatory import sirene
from essaim.observatory.actions.loading import load, preview
from essaim.observatory.layouts import read

BY = "commande observatory load"


def declare(verbs: Any) -> ArgumentParser:
    """Add the parser of this verb."""
    parser: ArgumentParser = verbs.add_parser(
        "load", help="lit un fichier source et dit ce qu’il contient ; avec --apply, le charge et le publie"
    )
    parser.add_argument("file", type=Path, nargs="?", metavar="FICHIER", help="sans lui : l’extrait Sirene en service")
    parser.add_argument("--apply", action="store_true", help="écrit ; sans elle, rien n’est écrit")
    parser.add_argument("--draft", action="store_true", help="ne publie pas : le chargé de mission ESS publiera")
    parser.add_argument("--year", type=int, metavar="AAAA", help="année des chiffres, si le fichier ne la dit pas")
    return parser


def run(options: dict[str, Any], say: Callable[[str], None]) -> dict[str, Any]:
    """Read, report, and write with --apply. Raises WrongFile, OSError, Busy."""
    path: Path | None = options["file"]
    say("Lecture de l’extrait Sirene en service…" if path is None else f"Lecture de « {path.name} »…")
    reading = sirene.read_sirene(Path(settings.DATA_DIR)) if path is None else read(path, year=options["year"])
    if options["apply"]:
        report = load(
            reading=reading, by=BY, publish=not options["draft"], progress=lambda text: say(f"Chargement : {text}…")
        )
    else:
        report = preview(reading)
    for line in report.lines():
        say(line)
    if not options["apply"]:
        say("Rien n’a été écrit. Pour charger : la même commande avec --apply.")
    return report.as_dict()
