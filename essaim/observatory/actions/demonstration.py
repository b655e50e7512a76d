"""The end of the demonstration: the figures that it invented leave when the first real extract arrives."""

from __future__ import annotations

from django.db import transaction

from essaim.foundation import journal
from essaim.foundation.journal import Author
from essaim.observatory.demo import COMMENT
from essaim.observatory.models import Cell, Comment, Note, Vintage

REMOVED = "chiffres inventés retirés"


def remove_invented(*, by: Author, reason: str) -> int:
    """Delete the invented vintages, the notes made of them and the example of a comment; returns how many vintages.

    Published facts stay: they are real, and cited.
    """
    with transaction.atomic():
        invented = Vintage.objects.select_for_update().filter(fictitious=True)
        told = [str(vintage) for vintage in invented]
        if not told:
            return 0
        # Cells first, in one statement: the cascade would bring each of them into memory.
        Cell.objects.filter(vintage__fictitious=True).delete()
        invented.delete()
        notes = list(Note.objects.filter(content__fictitious=True))
        for note in notes:
            transaction.on_commit(lambda pdf=note.pdf: pdf.storage.delete(pdf.name), robust=True)  # type: ignore[misc]
            note.delete()
        comments, _ = Comment.objects.filter(text=COMMENT).delete()
        before = {"vintages": told, "notes": [str(note) for note in notes], "comments": comments}
        journal.record(by=by, verb=REMOVED, reason=reason, before=before)
    return len(told)
