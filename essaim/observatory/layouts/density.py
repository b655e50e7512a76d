"""Insee's density grid: recognised here, loaded by the room of geography (it says what communes are, not a figure)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from essaim.foundation.spreadsheets import UnreadableTable
from essaim.foundation.workbooks import Sheet
from essaim.geography.actions import UnknownGrid
from essaim.geography.actions.density import ANY, CODE, HEADER_WITHIN, SEVEN, read_grid
from essaim.observatory.reading import WrongFile


@dataclass(frozen=True, slots=True)
class DensityGrid:
    """The grid of a file: commune code → level 1 to 7."""

    path: Path
    name: str
    sha256: str
    size: int
    levels: Mapping[str, int]


def recognises(sheets: Sequence[Sheet]) -> bool:
    """Whether a sheet has a column of commune codes and one of levels."""
    return any(CODE in row and (SEVEN in row or ANY in row) for sheet in sheets for row in sheet.rows[:HEADER_WITHIN])


def read(content: bytes, path: Path, *, name: str) -> DensityGrid:
    """Read the grid. Raises WrongFile when it has not its seven levels."""
    try:
        levels = read_grid(path)
    except (UnknownGrid, UnreadableTable) as error:
        raise WrongFile(str(error).replace(path.name, name)) from error
    if not levels:
        raise WrongFile(f"« {name} » a les colonnes de la grille de densité, mais aucune commune.")
    return DensityGrid(path, name, hashlib.sha256(content).hexdigest(), len(content), levels)
