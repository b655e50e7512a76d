"""Files that the demonstration invented: how they are known whatever their name, and what of them is whole."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from essaim.foundation.identifiers import FICTITIOUS_PREFIX
from essaim.foundation.spreadsheets import guess_delimiter
from essaim.geography.models import Commune, Epci
from essaim.observatory.enums import Level, Source
from essaim.observatory.queries import of_epci
from essaim.observatory.reading import Reading
from essaim.observatory.territory import Territory
from essaim.stock.sources import SIDE_NOTE

COLUMN = "fictif"
"""The column by which a generated file says so of itself: renamed, unpacked or sent on screen, it keeps it."""
_SNIFFED = 65_536
_HEADER_WITHIN = 30
_MOST_MEMBERS = 20
_PARTIAL = (Source.SIRENE, Source.FLORES_OPEN)
"""What the demonstration makes of a few EPCI only, in the form of files of the whole country."""


def is_invented(path: Path, reading: Reading) -> bool:
    """Whether what was read of this file is invented: one answer for every layout.

    By what its layout knows of it, the note beside it, its own column, or its EPCI: SIREN that are all nobody's.
    """
    return (
        reading.fictitious
        or path.with_name(path.name + SIDE_NOTE).exists()
        or any(_has_column(head) for head in _heads(path))
        or _is_of_nobody(reading)
    )


def _heads(path: Path) -> Iterator[bytes]:
    """The first bytes of the text, or of each text of the archive."""
    with path.open("rb") as handle:
        head = handle.read(_SNIFFED)
    if not head.startswith(b"PK\x03\x04"):
        yield head
        return
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.lower().endswith((".csv", ".txt"))]
        for name in names[:_MOST_MEMBERS]:
            with archive.open(name) as member:
                yield member.read(_SNIFFED)


def _has_column(head: bytes) -> bool:
    text = head.decode("utf-8-sig", errors="replace")
    delimiter = guess_delimiter(text)
    return any(
        cell.strip().strip('"').casefold() == COLUMN
        for line in text.splitlines()[:_HEADER_WITHIN]
        for cell in line.split(delimiter)
    )


def _is_of_nobody(reading: Reading) -> bool:
    codes = {cell.code for table in reading.tables for cell in table.cells if cell.level == Level.EPCI}
    return bool(codes) and all(code.startswith(FICTITIOUS_PREFIX) for code in codes)


def invented_epci() -> tuple[Territory, ...]:
    """The EPCI that the demonstration invented. One query."""
    return tuple(of_epci(epci) for epci in Epci.objects.filter(fictitious=True).order_by("name"))


def keep_what_is_whole(reading: Reading) -> None:
    """Of an invented file, keep the territories that it holds whole: those of the demonstration, and their communes.

    Of a département, of France or of another EPCI it would say next to nothing, which is false. Told in the report.
    """
    if not reading.fictitious or reading.source not in _PARTIAL:
        return
    epci = {*Epci.objects.filter(fictitious=True).values_list("siren", flat=True), settings.DEMO_TERRITORY}
    communes = set(Commune.objects.filter(epci__in=epci).values_list("code", flat=True))
    whole = {Level.EPCI.value: epci, Level.COMMUNE.value: communes}
    for table in reading.tables:
        before = {(cell.level, cell.code) for cell in table.cells}
        table.cells = [cell for cell in table.cells if cell.code in whole.get(Level(cell.level).value, ())]
        left = len(before) - len({(cell.level, cell.code) for cell in table.cells})
        table.counts["cells"] = len(table.cells)
        table.counts["secret"] = sum(cell.value is None for cell in table.cells)
        if left:
            text = (
                "Fichier inventé pour la démonstration : seuls son territoire, les intercommunalités inventées et "
                f"leurs communes y sont entiers. De {left} autres territoires, rien n’est gardé."
            )
            table.remark(None, text, kind="remarks")
