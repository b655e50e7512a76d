"""Reads of the foundation's nouns: links between two objects, lines of the journal."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils.timezone import get_current_timezone

from essaim.foundation.models import JournalEntry, Link

if TYPE_CHECKING:
    from django.db.models import QuerySet


def links_from(obj: models.Model, kind: str | None = None) -> QuerySet[Link]:
    """The links that start from `obj`, of one kind or all."""
    found = Link.objects.filter(from_type=ContentType.objects.get_for_model(obj), from_id=obj.pk)
    return found if kind is None else found.filter(kind=kind)


def links_to(obj: models.Model, kind: str | None = None) -> QuerySet[Link]:
    """The links that lead to `obj`, of one kind or all."""
    found = Link.objects.filter(to_type=ContentType.objects.get_for_model(obj), to_id=obj.pk)
    return found if kind is None else found.filter(kind=kind)


def linked_objects(obj: models.Model, kind: str | None = None) -> list[models.Model]:
    """The objects at the other end, both directions; those erased since are left out. One query per type of object."""
    ends: list[models.Model | None] = []
    ends += [link.to_object for link in links_from(obj, kind).prefetch_related("to_object")]
    ends += [link.from_object for link in links_to(obj, kind).prefetch_related("from_object")]
    return [end for end in ends if end is not None]


# A date that nobody can convert would break the page: those beyond are as good as these.
_LONG_AGO, _FAR = date(1900, 1, 1), date(9000, 1, 1)


def _midnight(day: date) -> datetime:
    """The first moment of a day here. A bound in moments uses the index, which a day worked out per row cannot."""
    return datetime.combine(min(max(day, _LONG_AGO), _FAR), time.min, tzinfo=get_current_timezone())


def journal_entries(
    *, text: str = "", verb: str = "", author: str = "", since: date | None = None, until: date | None = None
) -> QuerySet[JournalEntry]:
    """The lines of the journal, newest first, cut by what the officer looks for."""
    found = JournalEntry.objects.select_related("by", "content_type").order_by("-id")
    if text:
        found = found.filter(
            Q(object_label__icontains=text) | Q(reason__icontains=text) | Q(object_id=text) | Q(group=text)
        )
    if verb:
        found = found.filter(verb=verb)
    if author:
        found = found.filter(by_label__icontains=author)
    if since:
        found = found.filter(at__gte=_midnight(since))
    if until:
        found = found.filter(at__lt=_midnight(until + timedelta(days=1) if until < _FAR else _FAR))
    return found


def journal_verbs() -> list[str]:
    """The verbs that the journal knows, in alphabetical order."""
    return list(JournalEntry.objects.order_by("verb").values_list("verb", flat=True).distinct())
