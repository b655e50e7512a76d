"""What the ESS service says of a figure, in its own words: plain text, one a figure."""

from __future__ import annotations

import re

from django.db import IntegrityError, transaction
from django.utils import timezone

from essaim.foundation import journal
from essaim.foundation.journal import Author
from essaim.observatory.indicators import UnknownIndicator, indicator
from essaim.observatory.models import Comment
from essaim.observatory.territory import Territory
from essaim.people.models import Person

LONGEST = 1500
WRITTEN = "commentaire écrit"
"""What the journal says of a new comment."""
_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


class CommentRefused(ValueError):
    """The comment cannot be kept; the message says why, in French."""


def clean_text(text: str) -> str:
    """Plain text in paragraphs parted by one empty line. Raises CommentRefused."""
    plain = _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    plain = _BLANK_LINES.sub("\n\n", plain).strip()
    if not plain:
        raise CommentRefused("Écrivez votre commentaire.")
    if len(plain) > LONGEST:
        raise CommentRefused(f"Le commentaire compte {len(plain)} caractères : {LONGEST} au plus.")
    return plain


def save_comment(*, key: str, territory: Territory, text: str, by: Author, comment: Comment | None = None) -> Comment:
    """Say something of the figure `key` of a territory, or change what is said. Raises CommentRefused."""
    try:
        indicator(key)
    except UnknownIndicator as error:
        raise CommentRefused("Choisissez le chiffre dont vous parlez.") from error
    plain = clean_text(text)
    where = {"indicator": key, "level": territory.level.value, "code": territory.code}
    try:
        with transaction.atomic():
            others = Comment.objects.select_for_update().filter(**where)
            row = Comment()
            if comment is not None:
                found = Comment.objects.select_for_update().filter(pk=comment.pk).first()
                if found is None:
                    raise CommentRefused("Ce commentaire vient d’être supprimé.")
                row = found
                others = others.exclude(pk=row.pk)
            if others.exists():
                raise CommentRefused("Un commentaire existe déjà pour ce chiffre : modifiez-le.")
            before = None if comment is None else _told(row)
            row.indicator, row.level, row.code, row.text = key, territory.level, territory.code, plain
            if before == _told(row):
                return row
            row.written_by = by if isinstance(by, Person) else None
            row.written_at = timezone.now()
            row.save()
            verb = WRITTEN if before is None else "commentaire modifié"
            journal.record(by=by, verb=verb, obj=row, before=before, after=_told(row))
    except IntegrityError as error:
        raise CommentRefused("Un commentaire vient d’être écrit pour ce chiffre : modifiez-le.") from error
    return row


def delete_comment(*, comment: Comment, by: Author) -> None:
    """Take a comment away; the journal keeps its words. Already gone: nothing happens."""
    with transaction.atomic():
        row = Comment.objects.select_for_update().filter(pk=comment.pk).first()
        if row is None:
            return
        journal.record(by=by, verb="commentaire supprimé", obj=row, before=_told(row))
        row.delete()


def _told(row: Comment) -> dict[str, object]:
    return {"indicator": row.indicator, "level": str(row.level), "code": row.code, "text": row.text}
