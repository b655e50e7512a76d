"""Where a note is, and the message that sends it: the officer copies it, this site writes to nobody."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from django.urls import reverse
from django.utils.text import slugify

from essaim.observatory.models import Note
from essaim.observatory.note.content import NoteContent
from essaim.observatory.queries import home_territory


@dataclass(frozen=True, slots=True)
class Message:
    """A message ready to be sent: plain text, and the `mailto:` address that opens it in one's own mail program."""

    subject: str
    body: str

    @property
    def href(self) -> str:
        """`mailto:` without a recipient: the officer chooses."""
        return f"mailto:?subject={quote(self.subject)}&body={quote(self.body.replace(chr(10), chr(13) + chr(10)))}"


def page_url(note: Note) -> str:
    """The page of the note."""
    return reverse("observatory:note", args=[note.year]) + _asked(note)


def pdf_url(note: Note) -> str:
    """Its PDF."""
    return reverse("observatory:note_pdf", args=[note.year]) + _asked(note)


def file_name(note: Note, content: NoteContent | None) -> str:
    """The name under which a browser keeps the PDF: « note-ess-grand-poitiers-2026.pdf »; the code for want of it."""
    name = "" if content is None else slugify(content.short_name)[:60].strip("-")
    return f"note-ess-{name or note.code}-{note.year}.pdf"


def message(note: Note, content: NoteContent, origin: str) -> Message:
    """The message to elected people. `origin`: « https://ess.exemple.fr », before the addresses."""
    lines = [
        "Bonjour,",
        "",
        f"Voici la note {content.year} de l’observatoire de l’économie sociale et solidaire, {content.territory}.",
        "",
        content.finding,
        f"Source : {content.finding_source}",
        "",
        f"À lire en ligne : {origin}{page_url(note)}",
        f"À imprimer (PDF, deux pages) : {origin}{pdf_url(note)}",
        "",
        "Chaque chiffre y porte son année et sa source.",
    ]
    if content.fictitious:
        lines[2:2] = ["Attention : données inventées, pour une démonstration.", ""]
    lines += ["", "Bien à vous,", *content.contact[:1], *(part for part in content.contact[1:] if "@" in part)]
    return Message(f"ESS en chiffres : la note {content.year}, {content.short_name}", "\n".join(lines))


def _asked(note: Note) -> str:
    """What an address says of a territory that is not the site's own."""
    return "" if note.code == home_territory().code else f"?territoire={note.level}-{note.code}"
