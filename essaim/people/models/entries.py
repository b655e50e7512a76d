"""What somebody asked at the door: a code and a link, good once, for a quarter of an hour."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone

LASTS = timedelta(minutes=15)
MOST_TRIES = 5


class EntryCode(models.Model):
    """One request to come in. Neither the code nor the link is kept: both are worked out from `seed` and the secret.

    A copy of the database opens no door, and no queue of messages holds anything to steal.
    """

    address = models.EmailField("adresse électronique")
    seed = models.CharField("graine", max_length=32)
    wanted = models.CharField("page voulue", max_length=500, blank=True)
    asked_at = models.DateTimeField("demandé le", auto_now_add=True)
    tries = models.PositiveSmallIntegerField("essais", default=0)
    used_at = models.DateTimeField("servi le", null=True, blank=True)
    sent = models.BooleanField("un message est parti", default=False)

    class Meta:
        verbose_name = "demande d’entrée"
        indexes = [models.Index(fields=["address", "asked_at"], name="entry_by_address")]

    def __str__(self) -> str:
        return f"demande n° {self.pk}"

    @property
    def expires_at(self) -> datetime:
        """When it stops being good."""
        return self.asked_at + LASTS

    @property
    def is_good(self) -> bool:
        """Whether it can still open the door."""
        return self.used_at is None and self.tries < MOST_TRIES and timezone.now() < self.expires_at
