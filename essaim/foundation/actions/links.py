"""Links between two nouns of rooms that may not know each other."""

from __future__ import annotations

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction

from essaim.foundation import journal
from essaim.foundation.journal import Author
from essaim.foundation.models import Link


def link_objects(*, by: Author, kind: str, source: models.Model, target: models.Model, reason: str = "") -> Link:
    """Link `source` to `target`; a link that exists is returned as it is. Raises ValueError on two same ends."""
    if source == target:
        raise ValueError("Un objet ne peut pas être lié à lui-même.")
    ends = {
        "kind": kind,
        "from_type": ContentType.objects.get_for_model(source),
        "from_id": source.pk,
        "to_type": ContentType.objects.get_for_model(target),
        "to_id": target.pk,
    }
    with transaction.atomic():
        link, is_new = Link.objects.get_or_create(**ends)
        if is_new:
            journal.record(
                by=by, verb="lien ajouté", obj=source, reason=reason, after={"lien": kind, "vers": str(target)}
            )
    return link


def unlink_objects(*, by: Author, kind: str, source: models.Model, target: models.Model, reason: str = "") -> bool:
    """Remove the link; return False when there was none."""
    with transaction.atomic():
        removed, _ = Link.objects.filter(
            kind=kind,
            from_type=ContentType.objects.get_for_model(source),
            from_id=source.pk,
            to_type=ContentType.objects.get_for_model(target),
            to_id=target.pk,
        ).delete()
        if removed:
            journal.record(
                by=by, verb="lien retiré", obj=source, reason=reason, before={"lien": kind, "vers": str(target)}
            )
    return bool(removed)
