"""Read a small table that someone sends (CSV, XLSX, ODS, XLS) as text cells. Pure Python, no Django.

Meant for files that fit in memory: contact lists, approvals. The official stock is read by the room `stock`.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from essaim.foundation.workbooks import MAX_CELLS, Outcome, Sheet, read_workbook

MAX_UNZIPPED = 100 * 1024 * 1024
"""Bytes: MAX_CELLS cells of XML at some fifty bytes each."""
MAX_CELL = 1_000_000
_DELIMITERS = (";", ",", "\t", "|")
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_NOT_TABLES = (
    (b"%PDF", "un document PDF"),
    (b"\x89PNG", "une image"),
    (b"\xff\xd8\xff", "une image"),
    (b"GIF8", "une image"),
    (b"\x1f\x8b", "une archive compressée"),
    (b"PAR1", "un fichier Parquet"),
)


class UnreadableTable(ValueError):
    """The file is not a table that we can read; the message, in French, names the file and says why."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table as text. ``columns`` is the first non-empty row; every row has as many cells as ``columns``.

    ``encoding`` is that of a CSV file (empty for a workbook), ``sheet`` the sheet read (empty for a CSV file).
    """

    columns: list[str]
    rows: list[list[str]]
    encoding: str
    sheet: str


def read_table(source: Path | str | bytes, filename: str = "", *, having: Sequence[str] = ()) -> Table:
    """Read a table from a path or from bytes (an upload); ``filename`` serves the messages.

    The kind is read in the content, never in the extension. CSV: UTF-8 with or without BOM, UTF-16 with BOM,
    Windows-1252 or Latin-1; separated by semicolons, commas, tabs or bars. Workbook: the first sheet with a cell, or
    with a row that has all the cells of `having`.
    Cells come as text: whole floats lose their « .0 », dates are ISO. Raises UnreadableTable, among others when height
    × width passes MAX_CELLS.
    """
    name = _name_of(source, filename)
    encoding, sheets = _sheets(_content_of(source, name), name, having, every=False)
    return _table(sheets[0], name, encoding)


def read_sheets(source: Path | str | bytes, filename: str = "") -> list[Sheet]:
    """Read every sheet that has a cell, each row with its line in the file; a CSV file is one sheet without a name.

    Same kinds, same text, same bounds (for all sheets together) and same errors as `read_table`. Rows are as long as
    the file makes them.
    """
    name = _name_of(source, filename)
    return _sheets(_content_of(source, name), name, (), every=True)[1]


def _name_of(source: Path | str | bytes, filename: str) -> str:
    return filename or ("fichier" if isinstance(source, bytes) else Path(source).name)


def _content_of(source: Path | str | bytes, name: str) -> bytes:
    if isinstance(source, bytes):
        return source
    try:
        return Path(source).read_bytes()
    except OSError as error:
        raise UnreadableTable(f"Impossible de lire « {name} » : {error.strerror or error}.") from error


def _sheets(content: bytes, name: str, having: Sequence[str], *, every: bool) -> tuple[str, list[Sheet]]:
    """The encoding of a CSV file (empty for a workbook), and at least one sheet."""
    if not content.strip():
        raise UnreadableTable(f"Le fichier « {name} » est vide.")
    for magic, what in _NOT_TABLES:
        if content.startswith(magic):
            raise UnreadableTable(f"« {name} » est {what}, pas un tableau : envoyez un fichier CSV, XLSX ou ODS.")
    if content.startswith((_ZIP, _OLE)):
        return "", _read_workbook(content, name, having, every=every)
    if content[:512].lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith((b"<!doctype", b"<html", b"<?xml")):
        raise UnreadableTable(f"« {name} » est une page web, pas un tableau : envoyez un fichier CSV, XLSX ou ODS.")
    encoding, text = _decode(content, name)
    return encoding, [_read_csv(text, name)]


def _table(sheet: Sheet, name: str, encoding: str) -> Table:
    width = max(map(len, sheet.rows))
    padded = [row + [""] * (width - len(row)) for row in sheet.rows]
    return Table(padded[0], padded[1:], encoding, sheet.name)


def _decode(content: bytes, name: str) -> tuple[str, str]:
    encoding, text = _text(content, name)
    # Looked for once decoded: UTF-16 is full of zeros, and no database takes this one in a text.
    if "\0" in text:
        raise UnreadableTable(f"« {name} » n’est pas un texte : envoyez un fichier CSV, XLSX ou ODS.")
    return encoding, text


def _text(content: bytes, name: str) -> tuple[str, str]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return "utf-16", content.decode("utf-16")
        except UnicodeDecodeError as error:
            raise UnreadableTable(f"« {name} » s’annonce en UTF-16 mais ne se lit pas.") from error
    for encoding in ("utf-8", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if text.startswith("\ufeff"):
            return "utf-8-sig", text[1:]
        return encoding, text
    return "latin-1", content.decode("latin-1")


def guess_delimiter(text: str) -> str:
    """Return the separator that cuts the first lines of a CSV text most evenly (« , » when nothing tells)."""
    lines = [line for line in text[:65536].splitlines()[:20] if line.strip()]
    best, best_score = ",", (0, 0)
    for delimiter in _DELIMITERS:
        widths = [len(row) for row in _parse(lines, delimiter)]
        common = max(set(widths), key=widths.count, default=1)
        # Rows that agree come first; among separators as steady, the one that cuts more cells.
        score = (widths.count(common) if common > 1 else 0, common)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _parse(lines: Iterable[str], delimiter: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(lines, delimiter=delimiter)
    except csv.Error:
        return


def _read_csv(text: str, name: str) -> Sheet:
    csv.field_size_limit(MAX_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=guess_delimiter(text))
    lines: list[int] = []
    rows: list[list[str]] = []
    width, line = 0, 1
    try:
        for cells in reader:
            row = [cell.strip() for cell in cells]
            if any(row):
                lines.append(line)
                rows.append(row)
                width = max(width, len(row))
                # One long line makes every other as long once squared: judged before, as it is read.
                if width * len(rows) > MAX_CELLS:
                    raise _too_large(name)
            # A row begins where the former one ended: a cell may hold line breaks.
            line = reader.line_num + 1
    except csv.Error as error:
        raise UnreadableTable(f"« {name} », ligne {reader.line_num} : le texte n’est pas un CSV lisible.") from error
    if not rows:
        raise UnreadableTable(f"Le fichier « {name} » ne contient aucune ligne.")
    return Sheet("", lines, rows)


def _read_workbook(content: bytes, name: str, having: Sequence[str], *, every: bool) -> list[Sheet]:
    if content.startswith(_ZIP):
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                size = sum(item.file_size for item in archive.infolist())
        except zipfile.BadZipFile as error:
            raise UnreadableTable(f"Le classeur « {name} » est abîmé ou incomplet.") from error
        if size > MAX_UNZIPPED:
            raise UnreadableTable(f"Le classeur « {name} » est trop gros une fois décompressé.")
    outcome, sheets = read_workbook(content, having, every=every)
    match outcome:
        case Outcome.READ:
            return sheets
        case Outcome.EMPTY if having:
            raise UnreadableTable(f"Le classeur « {name} » n’a aucune ligne avec les cellules {', '.join(having)}.")
        case Outcome.EMPTY:
            raise UnreadableTable(f"Le classeur « {name} » ne contient aucune cellule.")
        case Outcome.TOO_LARGE:
            raise _too_large(name)
        case Outcome.UNREADABLE:
            raise UnreadableTable(f"« {name} » n’est pas un classeur lisible : envoyez un fichier CSV, XLSX ou ODS.")


def _too_large(name: str) -> UnreadableTable:
    return UnreadableTable(
        f"Le tableau « {name} » est trop grand : il compte trop de lignes et de colonnes, parfois à cause d’une "
        "cellule perdue très loin du tableau. Copiez le tableau seul dans un nouveau classeur, puis envoyez celui-ci."
    )
