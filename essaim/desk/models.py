"""What the desk itself keeps: who takes care of an item of the inbox, and the views that officers come back to."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Assignment(models.Model):
    """An item of the inbox is somebody's. `kind` is the key of its registry, `object_id` its number there."""

    kind = models.CharField("nature", max_length=40)
    object_id = models.PositiveBigIntegerField("élément")
    to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assignments")
    by_label = models.CharField("confié par", max_length=200)
    at = models.DateTimeField("confié le", auto_now=True)

    class Meta:
        verbose_name = "élément confié"
        verbose_name_plural = "éléments confiés"
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "object_id"],
                name="assignment_once",
                violation_error_message="Cet élément est déjà confié à quelqu’un.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id} → {self.to}"


class SavedView(models.Model):
    """Filters of the inbox that an officer named; shared ones are seen by the whole team."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="saved_views")
    name = models.CharField("nom", max_length=80)
    query = models.CharField("filtres", max_length=500)
    is_shared = models.BooleanField("partagée avec l’équipe", default=False)
    at = models.DateTimeField("le", auto_now_add=True)

    class Meta:
        verbose_name = "vue enregistrée"
        verbose_name_plural = "vues enregistrées"
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "name"],
                name="saved_view_name_once",
                violation_error_message="Vous avez déjà une vue de ce nom.",
            )
        ]

    def __str__(self) -> str:
        return self.name
