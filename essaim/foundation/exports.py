"""Tables that leave the site: CSV, XLSX, ODS, GeoJSON. Rows come one by one from any iterable of dicts.

A cell whose text begins like a formula is neutralised: a spreadsheet must never run what somebody typed in a form.
"""

from __future__ import annotations

import csv
import io
import json
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import IO, Any
from xml.sax.saxutils import escape

import xlsxwriter
from django.http import FileResponse, Http404, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from essaim.foundation import registries

Row = Mapping[str, Any]
CHUNK = 64 * 1024
MAX_CELL = 32_000  # XLSX refuses a cell of more than 32 767 characters.
FIRST_YEAR = 1900  # XLSX counts days from there: it shows an earlier date as a negative number.


class Kind(StrEnum):
    """What a column holds: decides how a spreadsheet types its cells. Identifiers are TEXT, never numbers."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    DATE = "date"
    MOMENT = "moment"
    BOOLEAN = "boolean"


@dataclass(frozen=True)
class Column:
    """One column: `key` in the rows, `label` as the reader sees it."""

    key: str
    label: str
    kind: Kind = Kind.TEXT


def text_of(value: object) -> str:
    """Return a value as text: ISO dates, oui/non, lists joined by « | », nothing for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, datetime):
        return (
            timezone.localtime(value).isoformat(timespec="seconds") if timezone.is_aware(value) else value.isoformat()
        )
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple | set | frozenset):
        return " | ".join(text_of(item) for item in (sorted(value) if isinstance(value, set | frozenset) else value))
    return str(value)


def neutral(text: str) -> str:
    """Return `text` so that no spreadsheet takes it for a formula: an apostrophe goes first when it looks like one.

    Numbers with a sign and telephone numbers (« +33 5 49… ») stay as they are: they hold digits and spaces only.
    Source of the list of signs: OWASP, « CSV Injection ».
    """
    if not text:
        return text
    head = text.lstrip()[:1] or text[:1]
    if head in "=@＝＠" or text[0] in "\t\r\n":
        return "'" + text
    if head in "+-＋－" and not set(text.strip()[1:]) <= set("0123456789.,  \u202f()"):
        return "'" + text
    return text


_CONTROL = {code: None for code in range(32) if code not in (9, 10, 13)} | {0xFFFE: None, 0xFFFF: None}


def _printable(text: str) -> str:
    """Return `text` without the control characters that XML refuses, cut to what a cell may hold."""
    return text.translate(_CONTROL)[:MAX_CELL]


def csv_lines(columns: Sequence[Column], rows: Iterable[Row]) -> Iterator[bytes]:
    """Yield a CSV file: UTF-8 with its mark (Excel reads the accents), « ; », CRLF, header line first."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    buffer.write("\ufeff")
    writer.writerow([column.label for column in columns])
    keys = [column.key for column in columns]
    for row in rows:
        writer.writerow([neutral(text_of(row.get(key))) for key in keys])
        if buffer.tell() > CHUNK:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def write_xlsx(out: IO[bytes], columns: Sequence[Column], rows: Iterable[Row], sheet: str = "Données") -> None:
    """Write an XLSX workbook row by row in constant memory; texts never become formulas nor links."""
    book = xlsxwriter.Workbook(
        out,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "remove_timezone": True,
        },
    )
    page = book.add_worksheet(sheet[:31])
    bold = book.add_format({"bold": True})
    days = book.add_format({"num_format": "dd/mm/yyyy"})
    moments = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
    for index, column in enumerate(columns):
        page.set_column(index, index, 14 if column.kind is not Kind.TEXT else 24)
        page.write_string(0, index, column.label, bold)
    page.freeze_panes(1, 0)
    for number, row in enumerate(rows, start=1):
        for index, column in enumerate(columns):
            value = row.get(column.key)
            if value is None or value == "":
                continue
            if column.kind in (Kind.INTEGER, Kind.NUMBER) and _is_number(value):
                page.write_number(number, index, value)
            elif isinstance(value, date) and value.year < FIRST_YEAR:
                page.write_string(number, index, text_of(value))
            elif column.kind is Kind.DATE and isinstance(value, date):
                page.write_datetime(number, index, _day(value), days)
            elif column.kind is Kind.MOMENT and isinstance(value, datetime):
                page.write_datetime(number, index, _local(value), moments)
            else:
                page.write_string(number, index, _printable(text_of(value)))
    book.close()


def _day(value: date) -> date:
    return _local(value).date() if isinstance(value, datetime) else value


def _local(moment: datetime) -> datetime:
    return timezone.localtime(moment).replace(tzinfo=None) if timezone.is_aware(moment) else moment


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


_ODS_MIME = "application/vnd.oasis.opendocument.spreadsheet"
_ODS_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="{_ODS_MIME}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)
_ODS_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<office:document-content office:version="1.3" xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
    "<office:body><office:spreadsheet>"
)
_ODS_TAIL = "</table:table></office:spreadsheet></office:body></office:document-content>"


def write_ods(out: IO[bytes], columns: Sequence[Column], rows: Iterable[Row], sheet: str = "Données") -> None:
    """Write an ODS workbook row by row (the format is a zip of XML: streaming it costs no memory, a library does)."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        # The type comes first and uncompressed, so that any program recognises the file (ODF 1.3, part 2, 3.3).
        archive.writestr("mimetype", _ODS_MIME, zipfile.ZIP_STORED)
        archive.writestr("META-INF/manifest.xml", _ODS_MANIFEST)
        with archive.open("content.xml", "w") as raw, io.TextIOWrapper(raw, "utf-8", newline="") as page:
            page.write(_ODS_HEAD)
            page.write(f'<table:table table:name="{escape(sheet, {chr(34): "&quot;"})}">')
            page.write(f'<table:table-column table:number-columns-repeated="{max(len(columns), 1)}"/>')
            page.write("<table:table-header-rows><table:table-row>")
            page.write("".join(_ods_text(column.label) for column in columns))
            page.write("</table:table-row></table:table-header-rows>")
            for row in rows:
                page.write("<table:table-row>")
                page.write("".join(_ods_cell(column.kind, row.get(column.key)) for column in columns))
                page.write("</table:table-row>")
            page.write(_ODS_TAIL)


def _ods_text(text: str) -> str:
    lines = escape(_printable(text)).split("\n")
    return (
        '<table:table-cell office:value-type="string">'
        + "".join(f"<text:p>{line}</text:p>" for line in lines)
        + "</table:table-cell>"
    )


def _ods_cell(kind: Kind, value: object) -> str:
    if value is None or value == "":
        return "<table:table-cell/>"
    if kind in (Kind.INTEGER, Kind.NUMBER) and _is_number(value):
        return (
            f'<table:table-cell office:value-type="float" office:value="{value}"><text:p>{value}</text:p>'
            "</table:table-cell>"
        )
    if kind is Kind.DATE and isinstance(value, date):
        day = _day(value)
        return (
            f'<table:table-cell office:value-type="date" office:date-value="{day.isoformat()}">'
            f"<text:p>{day:%d/%m/%Y}</text:p></table:table-cell>"
        )
    if kind is Kind.MOMENT and isinstance(value, datetime):
        moment = _local(value)
        return (
            f'<table:table-cell office:value-type="date" office:date-value="{moment.isoformat(timespec="seconds")}">'
            f"<text:p>{moment:%d/%m/%Y %H:%M}</text:p></table:table-cell>"
        )
    return _ods_text(text_of(value))


def geojson_lines(
    columns: Sequence[Column], rows: Iterable[Row], *, longitude: str = "longitude", latitude: str = "latitude"
) -> Iterator[bytes]:
    """Yield a GeoJSON FeatureCollection (RFC 7946). A row without position keeps its place, with a null geometry."""
    shown = [column for column in columns if column.key not in (longitude, latitude)]
    parts: list[str] = ['{"type":"FeatureCollection","features":[']
    size = 0
    for index, row in enumerate(rows):
        lon, lat = row.get(longitude), row.get(latitude)
        feature = {
            "type": "Feature",
            "geometry": None
            if lon is None or lat is None
            else {"type": "Point", "coordinates": [round(float(lon), 6), round(float(lat), 6)]},
            "properties": {column.key: _json_value(row.get(column.key)) for column in shown},
        }
        text = ("," if index else "") + json.dumps(feature, ensure_ascii=False, allow_nan=False)
        parts.append(text)
        size += len(text)
        if size > CHUNK:
            yield "".join(parts).encode()
            parts, size = [], 0
    parts.append("]}")
    yield "".join(parts).encode()


def _json_value(value: object) -> object:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list | tuple):
        return [_json_value(item) for item in value]
    if isinstance(value, Decimal):
        return float(value)
    return text_of(value)


class Format(StrEnum):
    """The formats of every export; the value is the file's extension."""

    CSV = "csv"
    XLSX = "xlsx"
    ODS = "ods"
    GEOJSON = "geojson"

    @property
    def content_type(self) -> str:
        """The media type sent with the file."""
        return {
            Format.CSV: "text/csv; charset=utf-8",
            Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Format.ODS: _ODS_MIME,
            Format.GEOJSON: "application/geo+json",
        }[self]


_STREAMS: dict[Format, Callable[[Sequence[Column], Iterable[Row]], Iterator[bytes]]] = {
    Format.CSV: csv_lines,
    Format.GEOJSON: geojson_lines,
}
_BOOKS: dict[Format, Callable[[IO[bytes], Sequence[Column], Iterable[Row]], None]] = {
    Format.XLSX: write_xlsx,
    Format.ODS: write_ods,
}


def answer(request: HttpRequest, key: str, extension: str) -> HttpResponseBase:
    """Return a registered table as a file: the rows that the address asks for, those that this person may see.

    Raises Http404 for a table or a format that does not exist, and whatever the table's own `rows` raises.
    """
    table = registries.exports.get(key)
    wanted = next((known for known in Format if known.value == extension), None)
    if table is None or wanted is None:
        raise Http404("Ce fichier n’existe pas.")
    rows = table.rows(request.GET, request.user)
    return respond(wanted, table.columns, rows, f"{table.filename}-{timezone.localdate().isoformat()}")


def respond(wanted: Format, columns: Sequence[Column], rows: Iterable[Row], filename: str) -> HttpResponseBase:
    """Return the download of a table as `<filename>.<format>`; nothing is held whole in memory."""
    name = f"{filename}.{wanted.value}"
    disposition = f'attachment; filename="{name}"'
    if wanted in _STREAMS:
        return StreamingHttpResponse(
            _STREAMS[wanted](columns, rows),
            content_type=wanted.content_type,
            headers={"Content-Disposition": disposition},
        )
    # Past 2 MB the workbook goes to a temporary file, erased when the answer is closed.
    book = tempfile.SpooledTemporaryFile(max_size=2_000_000)  # noqa: SIM115 -- FileResponse closes it
    _BOOKS[wanted](book, columns, rows)
    book.seek(0)
    return FileResponse(book, as_attachment=True, filename=name, content_type=wanted.content_type)
