"""What a layout hands over once a file is read: cells, and an honest report of what was kept, mended, refused."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from dataclasses import field as made
from pathlib import Path
from typing import Any

from essaim.observatory.book import CellRow
from essaim.observatory.enums import Field, Source

MOST_REMARKS = 20
"""Remarks of one kind that a report quotes; the rest is counted."""


MOST_SIGNS = 60
"""Signs of a cell that a message or a report quotes."""


def cut(cell: object) -> str:
    """A cell of a file on one line, cut when it is long: whoever sends a file chooses its cells."""
    text = " ".join(str("" if cell is None else cell)[: 4 * MOST_SIGNS].split())
    return text if len(text) <= MOST_SIGNS else f"{text[: MOST_SIGNS - 1]}…"


def quoted(cell: object) -> str:
    """« 12,x » : a cell of a file between its signs, cut when it is long."""
    return f"« {cut(cell)} »"


class WrongFile(ValueError):
    """The file cannot be loaded. The message, in French, names file, sheet and line, and says what to do."""


class TooHeavy(WrongFile):
    """The file asks for more than its reading may take."""


class YearNeeded(WrongFile):
    """The file says no year that can be believed: the same file is read once somebody gives it."""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something odd in a file: its line (None for the whole table), and what was made of it."""

    line: int | None
    text: str


@dataclass(frozen=True, slots=True)
class FileSeen:
    """A file as it was read: its name, its checksum, its bytes."""

    name: str
    sha256: str
    size: int


@dataclass(slots=True)
class TableReading:
    """One table read. Cells have `vintage` 0 and `file` 0: the loading action numbers them.

    `counts`: rows_read, rows_kept, cells, secret, missing (cells that the table leaves empty), ignored (rows that are
    not for us, on purpose), refused (rows that are wrong). `totals`: a few figures by which one recognises the file.
    `file`: the table's own, when it is not the one of the reading.
    """

    table: str
    layout: str
    layout_label: str
    sheet: str = ""
    cells: list[CellRow] = made(default_factory=list)
    counts: Counter[str] = made(default_factory=Counter)
    remarks: list[Remark] = made(default_factory=list)
    totals: dict[str, str] = made(default_factory=dict)
    file: FileSeen | None = None

    def remark(self, line: int | None, text: str, *, kind: str) -> None:
        """Count one oddity of this kind, and quote the first ones."""
        self.counts[kind] += 1
        if self.counts[kind] <= MOST_REMARKS:
            self.remarks.append(Remark(line, text))

    def report(self) -> dict[str, Any]:
        """The report as JSON can hold it."""
        return {
            "table": self.table,
            "layout": self.layout,
            "layout_label": self.layout_label,
            "sheet": self.sheet,
            "counts": dict(self.counts),
            "totals": self.totals,
            "remarks": [asdict(remark) for remark in self.remarks],
        }


@dataclass(slots=True)
class Reading:
    """One source file read: which vintage it is of, and its tables. `siblings`: the other years of the same file."""

    path: Path
    name: str
    sha256: str
    size: int
    source: Source
    field: Field
    period: str
    perimeter_version: str
    tables: list[TableReading]
    fictitious: bool = False
    siblings: list[Reading] = made(default_factory=list)

    def file_of(self, table: TableReading) -> FileSeen:
        """The file that a table of this reading comes from."""
        return table.file or FileSeen(self.name, self.sha256, self.size)

    @property
    def year(self) -> int:
        """The year of the period."""
        return int(self.period[:4])
