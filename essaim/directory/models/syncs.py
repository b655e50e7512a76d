"""One applied synchronisation of a territory with the extract: freshness that pages show."""

from __future__ import annotations

from django.db import models


class SyncRun(models.Model):
    """What the last sync of a territory read and changed."""

    territory = models.CharField("SIREN de l’EPCI", max_length=9, db_index=True)
    vintage = models.CharField("millésime", max_length=7)
    perimeter_version = models.CharField("version du périmètre", max_length=60)
    fictitious = models.BooleanField("données inventées", default=False)
    summary = models.JSONField("résumé", default=dict)
    at = models.DateTimeField("le", auto_now_add=True)

    class Meta:
        verbose_name = "synchronisation"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.territory} · {self.vintage}"
