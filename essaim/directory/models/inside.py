"""What the team keeps to itself: notes about a structure, and how the directory is run. INTERNAL data."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from essaim.directory.enums import Moderation
from essaim.directory.models.structure import Structure


class StructureNote(models.Model):
    """A note of the team about a structure. Never on a public page, never in the structure's own space."""

    structure = models.ForeignKey(Structure, on_delete=models.CASCADE, related_name="notes")
    text = models.TextField("note", max_length=4000)
    is_pinned = models.BooleanField("gardée en tête", default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    by_label = models.CharField("par", max_length=200)
    at = models.DateTimeField("le", auto_now_add=True)
    edited_at = models.DateTimeField("modifiée le", null=True, blank=True)

    class Meta:
        verbose_name = "note interne"
        verbose_name_plural = "notes internes"
        ordering = ["-is_pinned", "-id"]

    def __str__(self) -> str:
        return self.text[:60]


class DirectorySettings(models.Model):
    """How the team runs the directory: one row."""

    moderation = models.CharField(
        "ce qu’écrit une structure est publié", max_length=10, choices=Moderation.choices, default=Moderation.AT_ONCE
    )
    answer_days = models.PositiveSmallIntegerField(
        "délai de réponse promis, en jours ouvrés",
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
    )
    offers_post = models.BooleanField("proposer un code par la poste", default=True)

    class Meta:
        verbose_name = "réglages de l’annuaire"
        verbose_name_plural = "réglages de l’annuaire"

    def __str__(self) -> str:
        return "Réglages de l’annuaire"
