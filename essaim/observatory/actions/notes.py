"""The yearly note: made whole, then issued. Its content is frozen, so that what was sent stays what it was."""

from __future__ import annotations

import hashlib

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from essaim.foundation import journal
from essaim.foundation.journal import Author
from essaim.foundation.models import Territory as Identity
from essaim.foundation.territories import home, served_territories
from essaim.observatory.models import FIRST_YEAR, Note
from essaim.observatory.note.building import as_of, content_of
from essaim.observatory.note.content import NoteContent
from essaim.observatory.note.document import pdf_of
from essaim.observatory.portrait import portrait_of
from essaim.observatory.queries import comments_on
from essaim.observatory.serving import served_epci
from essaim.observatory.territory import Territory

ISSUED, ISSUED_AGAIN = "note produite", "note produite à nouveau"


class NoteRefused(ValueError):
    """There is no note to issue; the message says why, in French."""


def issue_note(*, territory: Territory, by: Author, year: int | None = None) -> Note:
    """Make and keep the note of a served EPCI for a year (this one when None), in place of the former one.

    Raises NoteRefused (year to come, territory not served), NothingToSay, CannotPrint (fonts missing).
    """
    this_year = timezone.localdate().year
    wanted = this_year if year is None else year
    if not FIRST_YEAR <= wanted <= this_year:
        raise NoteRefused(f"L’année de la note va de {FIRST_YEAR} à {this_year}.")
    served = next((one for one in served_epci() if one.key == territory.key), None)
    if served is None:
        raise NoteRefused(f"{territory.name} n’est pas suivi ici : la note se fait pour une intercommunalité servie.")
    territory = served  # by the name that the site gives it, whoever asks
    # All that is slow comes before the transaction; two who issue at once both make one, the last one stays.
    content = content_of(
        as_of(portrait_of(territory, every_year=True), wanted),
        identity=_identity(territory),
        year=wanted,
        issued_on=timezone.localdate(),
        comments=_comments(territory, wanted),
    )
    pdf = pdf_of(content)
    name = f"note-{territory.code}-{wanted}-{hashlib.sha256(pdf).hexdigest()[:12]}.pdf"
    storage = Note._meta.get_field("pdf").storage
    kept = storage.save(f"observatoire/notes/{name}", ContentFile(pdf))
    try:
        try:
            note, former = _write(territory, wanted, content, kept, by)
        except IntegrityError:  # somebody else has just issued the first one: this one replaces it
            note, former = _write(territory, wanted, content, kept, by)
    except BaseException:
        storage.delete(kept)
        raise
    # Out of the try: the row names the new file from here on. A former one that stays costs room and is logged.
    if former and former != kept:
        transaction.on_commit(lambda: storage.delete(former), robust=True)
    return note


def _write(territory: Territory, year: int, content: NoteContent, kept: str, by: Author) -> tuple[Note, str]:
    """Write the note whose PDF is `kept`; returns it with the name of the file that it no longer names."""
    with transaction.atomic():
        where = {"level": territory.level.value, "code": territory.code, "year": year}
        found = Note.objects.select_for_update().filter(**where).first()
        note = Note(**where) if found is None else found
        former = note.pdf.name or ""
        note.content, note.pdf.name = content.as_json(), kept
        note.issued_at, note.issued_by = timezone.now(), journal.label_of(by)[:200]
        note.save()
        journal.record(
            by=by,
            verb=ISSUED if found is None else ISSUED_AGAIN,
            obj=note,
            before={"pdf": former} if former else None,
            after={"pdf": kept, "finding": content.finding},
        )
    return note, former


def _comments(territory: Territory, year: int) -> dict[str, str]:
    """What the service had said of the figures by the end of that year."""
    return {
        key: row.text for key, row in comments_on(territory).items() if timezone.localdate(row.written_at).year <= year
    }


def _identity(territory: Territory) -> Identity:
    """The identity of the EPCI served, which the note wears."""
    return next((row for row in served_territories() if row.siren == territory.code), home())
