"""`essaim observatory note`: the yearly note, made and kept for the site, its PDF written where it is wanted."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from essaim.observatory.actions.notes import NoteRefused, issue_note
from essaim.observatory.note.links import page_url, pdf_url
from essaim.observatory.places import of_place
from essaim.observatory.queries import find_by_code, home_territory
from essaim.ui.printing import CannotPrint

BY = "commande observatory note"


def declare(verbs: Any) -> ArgumentParser:
    """Add the parser of this verb."""
    parser: ArgumentParser = verbs.add_parser("note", help="produit la note de l’année, en PDF et en page")
    parser.add_argument("--territory", metavar="CODE", help="SIREN d’une intercommunalité servie, sinon la première")
    parser.add_argument("--year", type=int, metavar="AAAA", help="année de la note ; sans elle, celle d’aujourd’hui")
    parser.add_argument("--output", type=Path, metavar="FICHIER", help="écrit aussi le PDF dans ce fichier")
    return parser


def run(options: dict[str, Any], say: Callable[[str], None]) -> dict[str, Any]:
    """Issue the note. Raises NoteRefused, NothingToSay, OSError."""
    code: str | None = options["territory"]
    territory = home_territory() if code is None else find_by_code(code)
    if territory is None:
        raise NoteRefused(f"Le territoire « {code} » n’existe pas dans le code géographique chargé.")
    output: Path | None = options["output"]
    if output is not None and not output.parent.is_dir():
        raise FileNotFoundError(f"Le dossier « {output.parent} » n’existe pas : le PDF ne peut pas y être écrit.")
    try:
        note = issue_note(territory=territory, year=options["year"], by=BY)
    except CannotPrint as error:
        raise NoteRefused(str(error)) from error
    say(f"Note {note.year} {of_place(territory)} : {note.content['finding']}")
    say(f"Page : {page_url(note)}\nPDF : {pdf_url(note)}")
    if output is not None:
        with note.pdf.open("rb") as pdf:
            output.write_bytes(pdf.read())
        say(f"PDF écrit dans {output}")
    return {
        "territory": {"level": note.level, "code": note.code, "name": territory.name},
        "year": note.year,
        "finding": note.content["finding"],
        "fictitious": note.content["fictitious"],
        "page": page_url(note),
        "pdf": pdf_url(note),
        "file": note.pdf.name,
        "output": None if output is None else str(output),
    }
