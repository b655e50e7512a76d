"""Laureates of the contest, as announced, until the contest has its own room."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from wagtail.admin.panels import FieldPanel, Panel


class Laureate(models.Model):
    """A laureate as it was announced; the structure's name, bearer and place may change afterwards."""

    year = models.PositiveSmallIntegerField("édition")
    name = models.CharField("nom annoncé", max_length=200)
    category = models.CharField("catégorie", max_length=80, blank=True)
    project = models.TextField("projet", max_length=400, blank=True)
    place = models.CharField("commune", max_length=80, blank=True)
    structure_key = models.CharField(
        "fiche dans l’annuaire", max_length=20, blank=True, help_text="SIREN, ou numéro RNA ; vide si elle n’y est pas."
    )
    follow_up = models.TextField("ce que le projet est devenu", max_length=600, blank=True)
    source = models.CharField("source", max_length=300, help_text="Qui l’a annoncé, et quand.")

    panels: ClassVar[list[Panel]] = [
        FieldPanel(name)
        for name in ("year", "name", "category", "project", "place", "structure_key", "follow_up", "source")
    ]

    class Meta:
        ordering = ["-year", "category", "name"]
        verbose_name = "lauréat du Coup de cœur"
        verbose_name_plural = "lauréats du Coup de cœur"
        constraints = [
            models.UniqueConstraint(
                fields=["year", "name"], name="laureate_once", violation_error_message="Ce lauréat est déjà inscrit."
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.year})"
