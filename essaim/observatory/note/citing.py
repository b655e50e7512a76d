"""Which notes cite a vintage: what was sent stays what it was, so whoever withdraws a vintage is told of them."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from django.urls import reverse

from essaim.observatory.enums import Source
from essaim.observatory.models import Note, Vintage
from essaim.observatory.note.content import UnreadableNote, from_json
from essaim.observatory.note.links import page_url
from essaim.ui import typography


@dataclass(frozen=True, slots=True)
class Citing:
    """A note that cites a vintage: its year, its territory, its page, and where to issue it again."""

    year: int
    territory: str
    page_url: str
    issue_url: str


def cited(source: Source, period: str) -> str:
    """How a note names a vintage among its sources, its files after: « Insee, Flores × ESS, 2018 »."""
    return f"{source.label}, {typography.vintage(period)}"


def notes_citing(vintage: Vintage) -> list[Citing]:
    """The notes kept whose frozen sources name this vintage, the newest first."""
    name = cited(Source(vintage.source), vintage.period)
    issue = reverse("observatory_officer:note")
    found = []
    for note in Note.objects.order_by("-year", "code"):
        with suppress(UnreadableNote):  # kept as a PDF alone: nobody knows what it cites
            content = from_json(note.content)
            if any(one == name or one.startswith(f"{name} (") for one in content.sources):
                again = f"{issue}?territoire={note.level}-{note.code}&annee={note.year}"
                found.append(Citing(note.year, content.territory, page_url(note), again))
    return found
