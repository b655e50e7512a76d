"""One module a layout of source file: recognise it, read it, refuse it with its line.

A layout is recognised by its content, never by its name. Large files are tried first, from their first bytes; only
what is small enough is then read whole, as sheets.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from django.conf import settings

from essaim.foundation.spreadsheets import UnreadableTable, read_sheets
from essaim.observatory import sirene
from essaim.observatory.invented import is_invented, keep_what_is_whole
from essaim.observatory.layouts import density, flores_ess, flores_open, urssaf
from essaim.observatory.layouts.archives import check_archive
from essaim.observatory.layouts.density import DensityGrid
from essaim.observatory.models import FIRST_YEAR, LAST_YEAR
from essaim.observatory.reading import Reading, WrongFile
from essaim.ui.typography import number

LARGEST = 30 * 1024 * 1024
"""Bytes of a file read whole: the largest official table of the ESS, by EPCI, is a tenth of it."""
KNOWN = (
    "les tableaux Flores × ESS du réseau des CRESS (formes de 2017, 2018 et 2019)",
    "Flores par commune de l’Insee (ZIP ou CSV)",
    "l’ESS par région de l’Urssaf (CSV)",
    "la grille communale de densité de l’Insee",
    "l’extrait Sirene en service (Parquet)",
)


class Streamed(Protocol):
    """A layout that reads its file as a stream, whatever its size."""

    def recognises(self, path: Path) -> bool:
        """Whether the first bytes are of this layout."""

    def read(self, path: Path, *, name: str, year: int | None = None) -> Reading:
        """Read the file. Raises WrongFile."""


STREAMED: Sequence[Streamed] = (urssaf, flores_open)


def read(
    path: Path, *, year: int | None = None, name: str | None = None, on_page: bool = False
) -> Reading | DensityGrid:
    """Recognise a source file and read it; `name` is how messages call it (an upload has another on the disk).

    `year`: for the layouts that say none. `on_page`: sent by a browser, so bounded (`archives`). What is invented says
    so, every year of it, and keeps what it holds whole.
    Raises WrongFile, YearNeeded among them, and OSError.
    """
    found = _read(path, year, name or path.name, on_page)
    if isinstance(found, Reading) and is_invented(path, found):
        for one in (found, *found.siblings):
            one.fictitious = True
            keep_what_is_whole(one)
    return found


def _read(path: Path, year: int | None, name: str, on_page: bool) -> Reading | DensityGrid:
    if year is not None and not FIRST_YEAR <= year <= LAST_YEAR:
        raise WrongFile(f"L’année {year} n’est pas vraisemblable : elle va de {FIRST_YEAR} à {LAST_YEAR}.")
    if not path.is_file():
        raise WrongFile(f"« {name} » {'n’est pas un fichier' if path.exists() else 'n’existe pas'}.")
    size = path.stat().st_size
    if not size:
        raise WrongFile(f"Le fichier « {name} » est vide.")
    check_archive(path, name, on_page=on_page)
    if sirene.recognises(path):
        return sirene.read_sirene(Path(settings.DATA_DIR), path, name=name)
    for layout in STREAMED:
        if layout.recognises(path):
            return layout.read(path, name=name, year=year)
    if size > LARGEST:
        raise WrongFile(
            f"« {name} » pèse {_megabytes(size)} : au-delà de {_megabytes(LARGEST)}, seuls Flores par commune et "
            f"l’Urssaf se lisent, et ce n’est ni l’un ni l’autre. {_known()}"
        )
    content = path.read_bytes()
    try:
        sheets = read_sheets(content, name)
    except UnreadableTable as error:
        raise WrongFile(str(error)) from error
    if flores_ess.recognises(sheets):
        return flores_ess.read(sheets, content, path, name=name, year=year)
    if density.recognises(sheets):
        return density.read(content, path, name=name)
    raise WrongFile(f"« {name} » n’est d’aucune forme connue. {_known()}")


def _known() -> str:
    return f"L’observatoire lit : {' ; '.join(KNOWN)}."


def _megabytes(size: int) -> str:
    return f"{number(size / 1024 / 1024, 0)} Mo"
