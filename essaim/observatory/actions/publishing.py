"""What the public sees: a vintage is published, or withdrawn with a reason; neither erases a figure.

The page cache follows the journal: pages fall back as soon as the transaction is committed.
"""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from essaim.foundation import journal
from essaim.foundation.journal import Author
from essaim.observatory.models import Vintage

PUBLISHED, WITHDRAWN = "millésime publié", "millésime retiré"
LONGEST_REASON = 2000


class PublishingRefused(ValueError):
    """The vintage stays as it is; the message says why, in French."""


def publish_vintage(*, vintage: Vintage, by: Author) -> bool:
    """Show a vintage to the public; returns whether something changed (already published: nothing, False)."""
    with transaction.atomic():
        row = _locked(vintage)
        if row.published_at is not None:
            return False
        if not row.files.exists():
            raise PublishingRefused("Ce millésime n’a aucun fichier : il n’y a rien à publier.")
        row.published_at = timezone.now()
        row.save(update_fields=["published_at"])
        after = {"published_at": row.published_at}
        journal.record(by=by, verb=PUBLISHED, obj=row, before={"published_at": None}, after=after)
    return True


def withdraw_vintage(*, vintage: Vintage, reason: str, by: Author) -> bool:
    """Hide a vintage from the public, its cells kept; returns whether something changed. Undone by publishing again.

    Raises PublishingRefused without a reason, or when the vintage no longer exists.
    """
    reason = reason.strip()
    if not reason:
        raise PublishingRefused("Dites la raison, en une phrase.")
    if len(reason) > LONGEST_REASON:
        raise PublishingRefused(f"La raison dépasse {LONGEST_REASON} caractères : raccourcissez-la.")
    with transaction.atomic():
        row = _locked(vintage)
        if row.published_at is None:
            return False
        before = {"published_at": row.published_at}
        row.published_at = None
        row.save(update_fields=["published_at"])
        journal.record(by=by, verb=WITHDRAWN, obj=row, reason=reason, before=before, after={"published_at": None})
    return True


def _locked(vintage: Vintage) -> Vintage:
    row = Vintage.objects.select_for_update().filter(pk=vintage.pk).first()
    if row is None:
        # Only `demonstration.remove_invented` deletes a vintage.
        raise PublishingRefused("Ce millésime n’existe plus : inventé pour la démonstration, il est parti avec elle.")
    return row
