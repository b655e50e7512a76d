"""What a picture of the library is made of: re-encoded pixels, at a few sizes that are made when it is added.

A public page never makes a size: it shows one that exists, else the whole picture (2 400 points wide at most).
"""

from __future__ import annotations

from pathlib import Path
from typing import IO

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.text import slugify

from essaim.foundation.images import clean_image

MAX_WIDTH, MAX_HEIGHT = 2400, 3600
"""Points. A poster is higher than wide."""
EXTENSIONS = ("gif", "jpeg", "jpg", "png", "webp")

WIDTHS = (480, 960, 1600)
"""Points: a phone, a column of text on a dense screen, the whole page."""
SPECS = (*(f"width-{width}" for width in WIDTHS), "fill-640x360", "max-165x165", "max-800x600")
"""Every size that is made, as Wagtail writes it: columns of text, cards, then those of the editors' pages."""


class CleanPicture(ContentFile[bytes]):
    """Pixels that we have encoded ourselves."""


def clean_picture(upload: IO[bytes], name: str) -> CleanPicture:
    """Return the upload as WebP, named after its content (`un-marche-0123456789ab.webp`): no position, no camera.

    Raises ValidationError, in French, when it is too heavy, too large, no picture, or of another kind (SVG).
    """
    path = Path(name)
    kind = path.suffix.lower().removeprefix(".")
    if kind == "svg":
        raise ValidationError("Un dessin SVG peut contenir un programme : envoyez-le en PNG.")
    if kind not in EXTENSIONS:
        raise ValidationError(f"Ce fichier n’est pas une image acceptée. Formats : {', '.join(EXTENSIONS)}.")
    upload.seek(0)
    stem = slugify(path.stem)[:60].strip("-") or "image"
    made = clean_image(upload, max_width=MAX_WIDTH, max_height=MAX_HEIGHT, name=stem)
    return CleanPicture(made.read(), name=made.name)
