"""Plain words that the officer adds to the project's own list."""

from __future__ import annotations

from django.db import models


class Synonym(models.Model):
    """« fringues » → « vêtements, friperie ». Words and expansions are short texts separated by commas on screen."""

    words = models.JSONField("mots tapés", default=list)
    expands_to = models.JSONField("mots cherchés", default=list)
    naf = models.JSONField("activités (NAF)", default=list, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "synonyme"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{', '.join(self.words)} → {', '.join(self.expands_to)}"
