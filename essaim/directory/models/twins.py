"""Two sheets that look alike and are two: somebody has looked, and said so."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from essaim.directory.models.structure import Structure


class NotTwins(models.Model):
    """« Ce sont deux structures »: the pair is not proposed again. `one` is the sheet with the lower number."""

    one = models.ForeignKey(Structure, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Structure, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField("le", auto_now_add=True)
    by_label = models.CharField("par", max_length=200)

    class Meta:
        verbose_name = "fiches reconnues distinctes"
        verbose_name_plural = "fiches reconnues distinctes"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["one", "other"],
                name="not_twins_once",
                violation_error_message="Ces deux fiches sont déjà reconnues distinctes.",
            ),
            models.CheckConstraint(
                condition=Q(one__lt=F("other")),
                name="not_twins_ordered",
                violation_error_message="Une fiche n’est pas distincte d’elle-même.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.one} ≠ {self.other}"
