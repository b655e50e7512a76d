"""`/media/…`: the images that people have uploaded, and nothing else that the folder might hold.

Only names that `foundation.images.clean_image` makes are answered: the content is in the name, so a browser may keep
the image for ever. An image opened alone can run nothing (no sniffing, sandboxed policy).
"""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

CONTENT_TYPES = {"webp": "image/webp", "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg"}
# « territory/logo-0123456789ab.webp »; the storage adds « _AbC1234 » when the name is taken.
_NAME = re.compile(
    r"(?:[a-z0-9_-]{1,40}/){1,3}[a-z0-9_-]{1,80}-[0-9a-f]{12}(?:_[A-Za-z0-9]{7})?\.(?P<kind>webp|png|jpe?g)"
)


@require_safe
def media(_request: HttpRequest, name: str) -> FileResponse:
    """Answer one uploaded image, or 404 (odd name, nothing there, a link that leaves the folder)."""
    found = _NAME.fullmatch(name)
    if found is None:
        raise Http404("Cette image n’existe pas.")
    root = Path(settings.MEDIA_ROOT).resolve()
    path = (root / name).resolve()
    if not path.is_relative_to(root) or not path.is_file():
        raise Http404("Cette image n’existe pas.")
    response = FileResponse(path.open("rb"), content_type=CONTENT_TYPES[found["kind"]])
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
