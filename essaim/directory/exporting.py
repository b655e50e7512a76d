"""How often one address may download the directory: a whole export in a spreadsheet takes seconds of a processor."""

from __future__ import annotations

from django.http import HttpRequest

from essaim.foundation.exports import Format
from essaim.foundation.ratelimit import Limit

WINDOW = 600
"""Seconds."""
SPREADSHEETS = Limit("export-tableur", count=20, seconds=WINDOW)
TEXTS = Limit("export-texte", count=60, seconds=WINDOW)


def export_limit(_request: HttpRequest, extension: str) -> Limit | None:
    """The limit of an export: spreadsheets, which are built cell by cell, count together; texts apart."""
    if extension in (Format.XLSX, Format.ODS):
        return SPREADSHEETS
    return TEXTS if extension in (Format.CSV, Format.GEOJSON) else None
