"""Documents that visitors download: what they claim to be is what they are, and nothing in them runs by itself here.

The name tells the kind, the first bytes and the inside of the file must agree. Kinds that open a page of the browser
(HTML, SVG) or a program are not in the list.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from typing import IO
from xml.parsers import expat

from django.core.exceptions import ValidationError

from essaim.foundation.documents import check_start, kind_of
from essaim.foundation.documents import wrong as _wrong

MAX_BYTES = 5 * 1024 * 1024
"""Bytes. Half a minute on a slow line; heavier ones (a report in high definition) live elsewhere.

A film too: the site refuses any body above 8 MB before reading it, and a film of two minutes for a phone fits.
"""
FILM_ADVICE = (
    "Une vidéo de deux minutes y tient en 640 × 360, à 300 kbit/s (son compris) : un logiciel libre comme HandBrake la "
    "réduit, case « optimisé pour le web » cochée."
)
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
_MACRO_TYPES, _OBJECT_TYPES = ("vbaproject", "macroenabled"), ("oleobject", "activex")
_OBJECT_PART = re.compile(r"(?:^|/)(?:oleobject[^/]*|activex[^/]*\.bin)$|/activex/")
_FORMULA = re.compile(r"[=@]|[+-]+[^\W\d_]|[+-]+[(=@]|[+-].*\|.*!", re.DOTALL)
"""How a cell begins that a spreadsheet computes instead of showing: it may then start a program of the reader's."""
_SEPARATORS = ";,\t"
_UNREADABLE = (zipfile.BadZipFile, expat.ExpatError, KeyError, NotImplementedError)
MACRO = "Ce document contient un programme (macro). Enregistrez-le sans, puis recommencez."
OBJECT = (
    "Ce document contient un objet d’un autre logiciel, qui pourrait lancer un programme. Remplacez-le par une image, "
    "puis recommencez."
)
ELSEWHERE = (
    "Ce document va chercher ailleurs un modèle, une image ou un objet quand on l’ouvre. Mettez-les dans le document, "
    "ou enregistrez-le en PDF, puis recommencez."
)


def check_document(upload: IO[bytes], name: str, size: int) -> None:
    """Raise ValidationError, in French, unless the file is of an accepted kind and really is of it."""
    kind = kind_of(name)
    if kind not in KINDS:
        raise ValidationError(f"Ce type de fichier n’est pas accepté. Types acceptés : {', '.join(sorted(KINDS))}.")
    if size > MAX_BYTES:
        advice = FILM_ADVICE if kind in ("mp4", "webm") else "Allégez-le, puis recommencez."
        raise ValidationError(f"Le document pèse plus de {MAX_BYTES // 1024 // 1024} Mo. {advice}")
    if size == 0:
        raise ValidationError("Ce document est vide.")
    upload.seek(0)
    try:
        _check_content(upload, kind)
    finally:
        upload.seek(0)


def _check_content(upload: IO[bytes], kind: str) -> None:
    if kind == "csv":
        _check_text(upload.read(), kind)
    elif kind == "mp4":
        if upload.read(12)[4:8] != b"ftyp":
            raise _wrong(kind)
    elif kind in _START:
        check_start(upload, kind, _START)
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
    if kind == "csv":
        _check_cells(text)


def _check_cells(text: str) -> None:
    """No cell that a spreadsheet would compute, whichever sign its own country puts between the cells."""
    first = text.partition("\n")[0]
    for separator in sorted(_SEPARATORS, key=first.count, reverse=True):
        try:
            for row, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator), 1):
                for column, cell in enumerate(cells, 1):
                    said = cell.lstrip(' \t\r\n"')
                    if _FORMULA.match(said):
                        raise ValidationError(
                            f"Ligne {row}, colonne {column} : « {said[:40]} » serait lu comme une formule par un "
                            "tableur, et pourrait y lancer un programme. Écrivez cette cellule autrement (une "
                            "apostrophe devant suffit), puis recommencez."
                        )
        except csv.Error as error:
            raise _wrong("csv") from error


def _elements(raw: bytes) -> list[dict[str, str]]:
    """The attributes of every element of a small XML file. Raises ExpatError; a DTD, which none has here, too."""
    found: list[dict[str, str]] = []

    def refuse(*_: object) -> None:
        raise expat.ExpatError("DTD")

    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda _name, attributes: found.append(attributes)
    parser.StartDoctypeDeclHandler = refuse
    parser.Parse(raw, True)
    return found


def _check_relations(package: zipfile.ZipFile, kind: str) -> None:
    """What the parts say of themselves and of one another, whatever they are called."""
    for part in package.infolist():
        name = part.filename.lower()
        if _OBJECT_PART.search(name):
            raise ValidationError(OBJECT)
        if name != "[content_types].xml" and not name.endswith(".rels"):
            continue
        if part.file_size > MAX_BYTES:
            raise _wrong(kind)
        for said in _elements(package.read(part)):
            type_of = (said.get("ContentType") or said.get("Type") or "").lower()
            if any(word in type_of for word in _MACRO_TYPES):
                raise ValidationError(MACRO)
            if any(word in type_of for word in _OBJECT_TYPES):
                raise ValidationError(OBJECT)
            # A link that a reader follows by a click is no more than a link of a page.
            if said.get("TargetMode", "").lower() == "external" and not type_of.endswith("/hyperlink"):
                raise ValidationError(ELSEWHERE)


def _check_package(upload: IO[bytes], kind: str) -> None:
    """An office document: a readable archive that says of itself that it is one, without macro."""
    try:
        with zipfile.ZipFile(upload) as package:
            parts = package.infolist()
            if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_INSIDE:
                raise ValidationError("Ce document est anormalement grand une fois ouvert : il n’est pas accepté.")
            names = {part.filename.lower() for part in parts}
            if any(name.startswith(_MACRO_FOLDERS) or name.endswith(_MACRO_FILE) for name in names):
                raise ValidationError(MACRO)
            if kind in _OFFICE:
                if "[content_types].xml" not in names or _OFFICE[kind] not in names:
                    raise _wrong(kind)
                _check_relations(package, kind)
            elif "mimetype" not in names or package.read("mimetype")[:200].decode("ascii", "replace") != KINDS[kind]:
                raise _wrong(kind)
    except (*_UNREADABLE, RuntimeError, OSError, EOFError) as error:
        raise _wrong(kind) from error
