"""Images that people upload: re-encoded, so that nothing but pixels is kept (no script, no position, no camera)."""

from __future__ import annotations

import hashlib
import io
import struct
import warnings
import zlib
from typing import IO

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from PIL import ExifTags, Image

MAX_BYTES = 4 * 1024 * 1024
MAX_PIXELS = 20_000_000
READ_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What sets a picture upright, by the orientation that its notes tell."""
_ACROSS = {
    Image.Transpose.TRANSPOSE,
    Image.Transpose.ROTATE_270,
    Image.Transpose.TRANSVERSE,
    Image.Transpose.ROTATE_90,
}
_SHRINKABLE = ("L", "LA", "RGB", "RGBA", "CMYK")
_UNREADABLE = (
    Image.DecompressionBombError,
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    NotImplementedError,
    OSError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)
"""What Pillow raises on a damaged file: each of its readers lets out what its own parsing met."""


def clean_image(upload: IO[bytes], *, max_width: int, max_height: int, name: str = "image") -> ContentFile[bytes]:
    """Return the upload re-encoded in WebP, fitted in the box (pixels), under a name made of its content.

    Raises ValidationError when it weighs over 4 MB, is no PNG, JPEG, WebP or GIF, is damaged, or counts more than 20
    million pixels (a small file may hide a huge picture).
    """
    raw = upload.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise ValidationError("L’image pèse plus de 4 Mo. Réduisez-la, puis recommencez.")
    try:
        picture = _decoded(raw, max_width, max_height)
    except _UNREADABLE as error:
        raise ValidationError("Ce fichier n’est pas une image lisible. Envoyez un PNG, un JPEG ou un WebP.") from error
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=88, method=6)
    body = out.getvalue()
    return ContentFile(body, name=f"{name}-{hashlib.sha256(body).hexdigest()[:12]}.webp")


def _decoded(raw: bytes, max_width: int, max_height: int) -> Image.Image:
    """The pixels, upright and fitted in the box: made small before anything that costs by the pixel."""
    with warnings.catch_warnings():
        # Pillow warns before it refuses; our own limit is told to the person instead.
        warnings.simplefilter("ignore")
        picture: Image.Image = Image.open(io.BytesIO(raw), formats=READ_FORMATS)
        if picture.width * picture.height > MAX_PIXELS:
            raise ValidationError("L’image compte trop de points. Réduisez-la, puis recommencez.")
        turn = _turn(picture)
        is_across = turn in _ACROSS
        box = (max_height, max_width) if is_across else (max_width, max_height)
        # A JPEG is decoded at a half, a quarter or an eighth when that is enough; others do not know how.
        # Twice the box: what is left to shrink is averaged.
        picture.draft("RGB", (box[0] * 2, box[1] * 2))
        picture.load()
    if picture.mode not in _SHRINKABLE:
        # A palette cannot be averaged: it is drawn in full first, and weighs one byte a pixel until then.
        has_alpha = "A" in picture.getbands() or "transparency" in picture.info
        picture = picture.convert("RGBA" if has_alpha else "RGB")
    if "transparency" in picture.info and picture.mode in ("L", "RGB"):
        picture = picture.convert("RGBA")
    picture.thumbnail(box)
    if turn is not None:
        picture = picture.transpose(turn)
    picture = picture.convert("RGBA" if "A" in picture.getbands() else "RGB")
    picture.info = {}
    return picture


def _turn(picture: Image.Image) -> Image.Transpose | None:
    """How the camera was held, the one thing read in its notes. Damaged notes say nothing: the picture is as it is."""
    try:
        return _TURNS.get(picture.getexif().get(ExifTags.Base.Orientation, 0))
    except _UNREADABLE:
        return None
