"""Documents that visitors download: what they claim to be is what they are, and nothing in them runs by itself here.

The name tells the kind, the first bytes and the inside of the file must agree. Kinds that open a page of the browser
(HTML, SVG) or a program are not in the list.
"""

from __future__ import annotations

import zipfile
from typing import IO

from django.core.exceptions import ValidationError

MAX_BYTES = 5 * 1024 * 1024
"""Bytes. Half a minute on a slow line; heavier ones (a film, a report in high definition) live elsewhere."""
MAX_INSIDE = 200 * 1024 * 1024
MAX_PARTS = 5_000

KINDS = {
    "pdf": "application/pdf",
    "csv": "text/csv; charset=utf-8",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "vtt": "text/vtt; charset=utf-8",
    "mp4": "video/mp4",
    "webm": "video/webm",
}
"""Extension → type served. Films and their captions are played by the video block, from this site alone."""
_OFFICE = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}
_START = {"pdf": b"%PDF-", "vtt": b"WEBVTT", "webm": b"\x1a\x45\xdf\xa3"}
_MACRO_FOLDERS, _MACRO_FILE = ("basic/", "scripts/"), "vbaproject.bin"


def check_document(upload: IO[bytes], name: str, size: int) -> None:
    """Raise ValidationError, in French, unless the file is of an accepted kind and really is of it."""
    kind = name.rpartition(".")[2].lower() if "." in name else ""
    if kind not in KINDS:
        raise ValidationError(f"Ce type de fichier n’est pas accepté. Types acceptés : {', '.join(sorted(KINDS))}.")
    if size > MAX_BYTES:
        raise ValidationError(f"Le document pèse plus de {MAX_BYTES // 1024 // 1024} Mo. Allégez-le, puis recommencez.")
    if size == 0:
        raise ValidationError("Ce document est vide.")
    upload.seek(0)
    try:
        _check_content(upload, kind)
    finally:
        upload.seek(0)


def _wrong(kind: str) -> ValidationError:
    return ValidationError(
        f"Ce fichier s’appelle « .{kind} », mais son contenu n’en est pas un. Enregistrez-le de nouveau."
    )


def _check_content(upload: IO[bytes], kind: str) -> None:
    if kind == "csv":
        _check_text(upload.read(), kind)
    elif kind == "mp4":
        if upload.read(12)[4:8] != b"ftyp":
            raise _wrong(kind)
    elif kind in _START:
        if not upload.read(1024).lstrip(b"\xef\xbb\xbf").startswith(_START[kind]):
            raise _wrong(kind)
    else:
        _check_package(upload, kind)


def _check_text(raw: bytes, kind: str) -> None:
    """A table in text: readable, and no page of a browser under another name."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
    if "\x00" in text or text.lstrip()[:1] == "<":
        raise _wrong(kind)


def _check_package(upload: IO[bytes], kind: str) -> None:
    """An office document: a readable archive that says of itself that it is one, without macro."""
    try:
        with zipfile.ZipFile(upload) as package:
            parts = package.infolist()
            if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_INSIDE:
                raise ValidationError("Ce document est anormalement grand une fois ouvert : il n’est pas accepté.")
            names = {part.filename.lower() for part in parts}
            if any(name.startswith(_MACRO_FOLDERS) or name.endswith(_MACRO_FILE) for name in names):
                raise ValidationError(
                    "Ce document contient un programme (macro). Enregistrez-le sans, puis recommencez."
                )
            if kind in _OFFICE:
                if "[content_types].xml" not in names or _OFFICE[kind] not in names:
                    raise _wrong(kind)
            elif "mimetype" not in names or package.read("mimetype")[:200].decode("ascii", "replace") != KINDS[kind]:
                raise _wrong(kind)
    except (zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        raise _wrong(kind) from error
