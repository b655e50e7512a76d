"""A film is asked for in pieces: some browsers (Safari) play none that cannot be, and none lets one jump ahead in it.

RFC 9110, section 14: one range of bytes a request. Several ranges at once are answered by the whole, as it allows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO, cast

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase, StreamingHttpResponse

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)
_CHUNK = 64 * 1024


def in_pieces(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """The piece that the request asks of this whole film (206), a refusal (416), or the whole when it asks for none.

    Anything but the whole of a film comes back untouched. A `Range` that is not one is not there (RFC 9110, 14.2).
    """
    if not (isinstance(response, FileResponse) and response.status_code == 200):
        return response
    if not response.get("Content-Type", "").startswith("video/"):
        return response
    response["Accept-Ranges"] = "bytes"
    found = _RANGE.fullmatch(request.headers.get("Range", "").strip())
    if request.method != "GET" or found is None or not any(found.groups()) or not _same(request, response):
        return response
    size = int(response["Content-Length"])
    first, last = _bounds(found[1], found[2], size)
    if first > last:
        response.close()
        refusal = HttpResponse(status=416)
        refusal["Content-Range"] = f"bytes */{size}"
        return refusal
    return _piece(response, first, last, size)


def _same(request: HttpRequest, response: HttpResponseBase) -> bool:
    """The film is still the one whose beginning the browser holds: its strong tag or its date, to the letter."""
    held = request.headers.get("If-Range", "").strip()
    return not held or held in {response.get("ETag", ""), response.get("Last-Modified", "")} - {""}


def _bounds(start: str, end: str, size: int) -> tuple[int, int]:
    """The first and last bytes asked; the first is after the last when there is nothing to give."""
    if not start:  # the last bytes
        wanted = int(end)
        return (max(0, size - wanted), size - 1) if wanted else (size, size - 1)
    if end and int(end) < int(start):
        return size, size - 1
    return int(start), min(int(end), size - 1) if end else size - 1


def _piece(whole: FileResponse, first: int, last: int, size: int) -> StreamingHttpResponse:
    film = cast("IO[bytes]", whole.file_to_stream)
    piece = StreamingHttpResponse(_read(film, first, last), status=206)
    for name, value in whole.items():
        piece[name] = value
    piece["Content-Range"] = f"bytes {first}-{last}/{size}"
    piece["Content-Length"] = str(last - first + 1)
    piece._resource_closers.append(whole.close)  # type: ignore[attr-defined]
    return piece


def _read(film: IO[bytes], first: int, last: int) -> Iterator[bytes]:
    film.seek(first)
    left = last - first + 1
    while left > 0 and (chunk := film.read(min(_CHUNK, left))):
        left -= len(chunk)
        yield chunk
