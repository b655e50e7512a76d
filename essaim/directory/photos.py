"""Reads of the photos of a card: those that a structure keeps, those that the public sees, those removed lately."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from essaim.directory.models import CardPhoto, Structure

MOST_PHOTOS = 12
KEPT_REMOVED = timedelta(days=30)
"""How long a photo that was removed can be taken back."""


def kept_photos(structure: Structure) -> QuerySet[CardPhoto]:
    """Every photo not removed, in order: shown, waiting, refused."""
    return CardPhoto.objects.filter(structure=structure, removed_at__isnull=True).order_by("rank", "pk")


def shown_photos(structure: Structure) -> QuerySet[CardPhoto]:
    """Those that the public sees."""
    return kept_photos(structure).filter(accepted_at__isnull=False)


def removed_photos(structure: Structure) -> QuerySet[CardPhoto]:
    """Those removed less than a month ago, the last one first."""
    since = timezone.now() - KEPT_REMOVED
    return CardPhoto.objects.filter(structure=structure, removed_at__gte=since).order_by("-removed_at", "-pk")


def waiting_photos() -> QuerySet[CardPhoto]:
    """Those that the team has not looked at yet."""
    return CardPhoto.objects.filter(accepted_at__isnull=True, refused_reason="", removed_at__isnull=True)
