"""Pictures of the library: an alternative text is required, and what is stored is re-encoded pixels only."""

from __future__ import annotations

import hashlib
from typing import ClassVar

from django.db import models
from wagtail.images.models import AbstractImage, AbstractRendition


class Picture(AbstractImage):
    """A picture of the library, with what it shows and who made it."""

    description = models.CharField(
        "texte alternatif",
        max_length=255,
        help_text="Ce que montre l’image, en une phrase, pour qui ne la voit pas.",
    )
    credit = models.CharField("crédit", max_length=150, blank=True, help_text="Qui a fait l’image, et sa licence.")

    admin_form_fields: ClassVar[tuple[str, ...]] = (
        "title",
        "file",
        "description",
        "credit",
        "collection",
        "tags",
        "focal_point_x",
        "focal_point_y",
        "focal_point_width",
        "focal_point_height",
    )

    class Meta(AbstractImage.Meta):
        verbose_name = "image"
        verbose_name_plural = "images"


class Rendition(AbstractRendition):
    """A picture at one size. Its name holds a fingerprint of what it shows, so that `/media/` may serve it for ever."""

    image = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["image", "filter_spec", "focal_point_key"],
                name="rendition_once",
                violation_error_message="Cette taille de l’image existe déjà.",
            )
        ]

    def get_upload_to(self, filename: str) -> str:
        """`pictures/<width>-<12 hex>.webp`, the only shape of names that `foundation.media` answers."""
        stem, _, kind = filename.rpartition(".")
        shown = f"{self.image_id}·{self.image.file_hash}·{self.filter_spec}·{self.focal_point_key}·{stem}"
        return f"pictures/taille-{hashlib.sha256(shown.encode()).hexdigest()[:12]}.{kind.lower()}"
