"""Pictures and documents as people send them: good, odd, hostile."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def picture_bytes(kind="PNG", size=(640, 480), colour=(20, 120, 60), **options):
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, kind, **options)
    return out.getvalue()


def photo_with_position(size=(640, 480)):
    """A JPEG that says where it was taken, by which camera."""
    exif = Image.Exif()
    exif[0x010F] = "CameraTrahison"
    exif.get_ifd(0x8825)[2] = (46.0, 34.0, 49.0)
    out = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(out, "JPEG", exif=exif)
    return out.getvalue()


def bomb(width=60_000, height=60_000):
    """A PNG of some kilobytes that would take gigabytes once opened."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


def polyglot():
    """A GIF that is a script as well."""
    gif = picture_bytes("GIF", (8, 8))
    return gif + b"/*<script>alert('ruche')</script>*/<?php system('id'); ?>"


def sent(name, content, kind="image/png"):
    return SimpleUploadedFile(name, content, content_type=kind)


def package(**parts):
    """A zip archive; names with « __ » for « / » and « _ » for « . » are given as they are in `parts`."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def make_picture(title="Le marché", description="Un étal de légumes", size=(1200, 800), **fields):
    """A picture of the library with its sizes, as when its transaction is over."""
    from wagtail.models import Collection

    from essaim.editorial.actions.pictures import make_sizes
    from essaim.editorial.models import Picture

    if Collection.get_first_root_node() is None:
        Collection.add_root(name="Racine")
    picture = Picture(title=title, description=description, **fields)
    picture.file.save("marche.png", io.BytesIO(picture_bytes(size=size)), save=False)
    picture.full_clean(exclude=["file"])
    picture.save()
    make_sizes(picture)
    return Picture.objects.get(pk=picture.pk)
