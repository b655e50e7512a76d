"""The sizes of pictures are made when a picture is added or changed, so that pages that show it write nothing."""

from __future__ import annotations

import re
from datetime import timedelta

from django.utils import timezone
from wagtail.images.models import AbstractImage, Filter
from wagtail.models import UploadedFile

from essaim.editorial.models import Picture, Rendition
from essaim.editorial.pictures import SPECS

_WIDTH = re.compile(r"width-(\d+)")
_PATIENCE = timedelta(days=1)


def _adds_something(picture: Picture, spec: str) -> bool:
    """A size wider than the picture is the picture itself."""
    asked = _WIDTH.fullmatch(spec)
    return asked is None or int(asked[1]) < picture.width


def make_sizes(picture: Picture) -> int:
    """Make the sizes that this picture lacks; return how many. A file that is gone makes none."""
    if not picture.file.storage.exists(picture.file.name):
        return 0
    there = set(Rendition.objects.filter(image=picture).values_list("filter_spec", "focal_point_key"))
    made = 0
    for spec in SPECS:
        size = Filter(spec=spec)
        if (spec, size.get_cache_key(picture)) not in there and _adds_something(picture, spec):
            AbstractImage.create_rendition(picture, size)
            made += 1
    if made:
        picture.prefetched_renditions = list(picture.renditions.all())
    return made


def make_missing_sizes() -> tuple[int, int]:
    """Make what every picture of the library lacks (after an upgrade): (pictures, sizes made)."""
    pictures = list(Picture.objects.all())
    return len(pictures), sum(make_sizes(picture) for picture in pictures)


def purge_waiting() -> int:
    """Remove the files sent to the CMS that nobody has described within a day, as they came; return how many."""
    removed = 0
    for upload in UploadedFile.objects.all():
        storage, name = upload.file.storage, upload.file.name
        if not storage.exists(name) or storage.get_modified_time(name) < timezone.now() - _PATIENCE:
            storage.delete(name)
            upload.delete()
            removed += 1
    return removed
