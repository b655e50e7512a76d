"""Images that people upload: re-encoded, so that nothing but pixels is kept (no script, no position, no camera)."""

from __future__ import annotations

import hashlib
import io
import warnings
from typing import IO

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from PIL import Image, ImageOps, UnidentifiedImageError

MAX_BYTES = 4 * 1024 * 1024
MAX_PIXELS = 40_000_000
READ_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")


def clean_image(upload: IO[bytes], *, max_width: int, max_height: int, name: str = "image") -> ContentFile[bytes]:
    """Return the upload re-encoded in WebP, fitted in the box (pixels), under a name made of its content.

    Raises ValidationError when it weighs over 4 MB, is no PNG, JPEG, WebP or GIF, is damaged, or counts more than 40
    million pixels (a small file may hide a huge picture).
    """
    raw = upload.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise ValidationError("L’image pèse plus de 4 Mo. Réduisez-la, puis recommencez.")
    try:
        with warnings.catch_warnings():
            # Pillow warns before it refuses; our own limit is told to the person instead.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            opened = Image.open(io.BytesIO(raw), formats=READ_FORMATS)
        if opened.width * opened.height > MAX_PIXELS:
            raise ValidationError("L’image compte trop de points. Réduisez-la, puis recommencez.")
        picture: Image.Image = ImageOps.exif_transpose(opened)
        picture = picture.convert("RGBA" if "A" in picture.getbands() or "transparency" in picture.info else "RGB")
        picture.thumbnail((max_width, max_height))
    except ValidationError:
        raise
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError) as error:
        raise ValidationError("Ce fichier n’est pas une image lisible. Envoyez un PNG, un JPEG ou un WebP.") from error
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=88, method=6)
    body = out.getvalue()
    return ContentFile(body, name=f"{name}-{hashlib.sha256(body).hexdigest()[:12]}.webp")
