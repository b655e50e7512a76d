"""Pictures of the library: an alternative text is required, and what is stored is re-encoded pixels only."""

from __future__ import annotations

import hashlib
from typing import Any, ClassVar

from django.core.files.base import File
from django.core.validators import RegexValidator
from django.db import models
from wagtail.images.models import (
    AbstractImage,
    AbstractRendition,
    Filter,
    WagtailImageField,
    WagtailImageFieldFile,
    get_upload_to,
)

from essaim.editorial.pictures import CleanPicture, clean_picture


class PictureFile(WagtailImageFieldFile):
    """The file of a picture: whichever door it comes by (form, several at once, code), only our pixels are kept."""

    def save(self, name: str, content: File[Any], save: bool = True) -> None:
        """Re-encode what is not yet ours, and name it after its content."""
        clean = content if isinstance(content, CleanPicture) else clean_picture(content, name)
        super().save(str(clean.name), clean, save)


class PictureField(WagtailImageField):
    """A file of pixels."""

    attr_class = PictureFile


class Picture(AbstractImage):
    """A picture of the library, with what it shows and who made it.

    Its sizes are made by `actions.pictures`, never here: a size asked for that does not exist is the whole picture.
    """

    file = PictureField("fichier", upload_to=get_upload_to, width_field="width", height_field="height")
    description = models.CharField(
        "texte alternatif",
        max_length=255,
        validators=[RegexValidator(r"\w\w", "Décrivez ce que montre l’image, pour qui ne la voit pas.")],
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

    def get_upload_to(self, filename: str) -> str:
        """`pictures/<words>-<12 hex>.webp`, the only shape of names that `foundation.media` answers."""
        return f"pictures/{filename}"

    def clean_filter_for_svg(self, filter: Filter) -> Filter:
        """Every picture is WebP already: asking for it asks for nothing, and is the same size."""
        kept = [part for part in filter.spec.split("|") if part not in ("format-webp", "preserve-svg")]
        return Filter(spec="|".join(kept) or "original")

    def find_existing_renditions(self, *filters: Filter) -> dict[Filter, AbstractRendition]:
        """The sizes that exist; one query for all those that a page asks of this picture."""
        if self._get_prefetched_renditions() is None:
            self.prefetched_renditions = list(self.renditions.all())
        found: dict[Filter, AbstractRendition] = super().find_existing_renditions(*filters)
        return found

    def create_rendition(self, filter: Filter) -> AbstractRendition:
        """Nothing is made while a page is read: the whole picture stands for the size that is missing."""
        return Rendition(image=self, filter_spec=filter.spec, file=self.file.name, width=self.width, height=self.height)

    def create_renditions(self, *filters: Filter) -> dict[Filter, AbstractRendition]:
        """As `create_rendition`, for several."""
        return {one: self.create_rendition(one) for one in filters}


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
        """`pictures/taille-<12 hex>.webp`, the only shape of names that `foundation.media` answers."""
        kind = filename.rpartition(".")[2]
        shown = f"{self.image_id}·{self.image.file.name}·{self.filter_spec}·{self.focal_point_key}"
        return f"pictures/taille-{hashlib.sha256(shown.encode()).hexdigest()[:12]}.{kind.lower()}"
