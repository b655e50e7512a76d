"""Files that people send: what one claims to be is what it is. The generic part; each room says which kinds it takes.

A file of two kinds at once (a PDF that a browser would read as a page, or that opens as an archive) is refused.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from typing import IO

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile

from essaim.foundation.images import clean_image
from essaim.foundation.plaintext import clean_line

BOM = b"\xef\xbb\xbf"
START_ROOM = 1024
"""Bytes where a document's own sign stands; some programs write a few before it."""

PROOF_KINDS = ("jpeg", "jpg", "pdf", "png", "webp")
MAX_PROOF = 5 * 1024 * 1024
_LONGEST_SIDE = 2400
"""Pixels: a page of A4 read at 200 points an inch."""
_IMAGE_STARTS = {"jpg": b"\xff\xd8\xff", "jpeg": b"\xff\xd8\xff", "png": b"\x89PNG\r\n\x1a\n", "webp": b"RIFF"}
# What a browser takes for a page, wherever it stands in the first bytes.
_PAGE = re.compile(rb"<\s*(?:!doctype|html|head|body|script|svg|iframe|object|embed|\?php)", re.IGNORECASE)
# What a reader of PDF would run or open by itself: a receipt holds none of it.
_ACTIVE = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA)(?![A-Za-z0-9_.+-])")
# Pictures and texts of a PDF are packed: letters meet there by chance, and mean nothing.
_PACKED, _PACKED_END = re.compile(rb"(?<!end)stream\r?\n"), b"endstream"
# A name may write any of its letters as a number: « /J#61vaScript ».
_NUMBERED = re.compile(rb"#([0-9A-Fa-f]{2})")


def wrong(kind: str) -> ValidationError:
    """The refusal of a file whose inside is not what its name says."""
    return ValidationError(
        f"Ce fichier s’appelle « .{kind} », mais son contenu n’en est pas un. Enregistrez-le de nouveau."
    )


def kind_of(name: str) -> str:
    """The extension, in small letters; empty when there is none."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def check_start(upload: IO[bytes], kind: str, starts: Mapping[str, bytes]) -> None:
    """Raise ValidationError unless the file begins as its kind does (a mark of encoding before it is passed over)."""
    if not upload.read(START_ROOM).lstrip(BOM).startswith(starts[kind]):
        raise wrong(kind)


def clean_proof(upload: IO[bytes], name: str, size: int) -> tuple[ContentFile[bytes], str]:
    """Return a proof that one may keep (a PDF as it came, a picture drawn again without what it told) and its name.

    Raises ValidationError, in French, on anything else: another kind, another inside, too heavy, active, two kinds.
    """
    kind = kind_of(name)
    if kind not in PROOF_KINDS:
        raise ValidationError("Envoyez un PDF, ou une photo en JPEG, PNG ou WebP.")
    if size > MAX_PROOF:
        raise ValidationError(f"Ce document pèse plus de {MAX_PROOF // 1024 // 1024} Mo. Allégez-le, puis recommencez.")
    upload.seek(0)
    raw = upload.read(MAX_PROOF + 1)
    if not raw:
        raise ValidationError("Ce document est vide.")
    if len(raw) > MAX_PROOF:
        raise ValidationError(f"Ce document pèse plus de {MAX_PROOF // 1024 // 1024} Mo. Allégez-le, puis recommencez.")
    shown = _shown_name(name, kind)
    if kind == "pdf":
        _check_pdf(raw)
        return ContentFile(raw, name="preuve.pdf"), shown
    if not raw.startswith(_IMAGE_STARTS[kind]):
        raise wrong(kind)
    picture = clean_image(io.BytesIO(raw), max_width=_LONGEST_SIDE, max_height=_LONGEST_SIDE, name="preuve")
    return picture, f"{shown.rpartition('.')[0]}.webp"


def _check_pdf(raw: bytes) -> None:
    """A whole PDF from its first byte to its end, and nothing else: no page of a browser, no archive, no program."""
    if not raw.startswith(b"%PDF-") or b"%%EOF" not in raw[-2048:] or _PAGE.search(raw[: 4 * START_ROOM]):
        raise wrong("pdf")
    if zipfile.is_zipfile(io.BytesIO(raw)):
        raise wrong("pdf")
    if _is_active(raw):
        raise ValidationError(
            "Ce PDF contient un programme, un formulaire ou un fichier joint. Imprimez-le en PDF, puis recommencez."
        )


def _is_active(raw: bytes) -> bool:
    """Whether the PDF says openly that it runs something.

    What is packed is not read: better a miss than an honest scan refused, since a proof is only ever downloaded.
    """
    said, start = bytearray(), 0
    while (packed := _PACKED.search(raw, start)) and (end := raw.find(_PACKED_END, packed.end())) >= 0:
        said += raw[start : packed.start()] + b" "
        start = end + len(_PACKED_END)
    said += raw[start:]
    return _ACTIVE.search(_NUMBERED.sub(lambda code: bytes([int(code[1], 16)]), said)) is not None


def _shown_name(name: str, kind: str) -> str:
    """The name that its sender gave it, cut to what a screen and a header can show."""
    stem = clean_line(name.rpartition(".")[0]).replace("/", " ").replace("\\", " ").replace('"', " ").strip(" .")
    return f"{stem[:150] or 'document'}.{kind}"
