"""The nouns of an explanation: rows, parts, bands, the figure worked out again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from essaim.observatory.biases import Bias
from essaim.observatory.book import FileNote, Found, VintageNote
from essaim.observatory.cell_words import PerimeterNote
from essaim.observatory.evaluation import Calibration, Figure
from essaim.observatory.explanation import telling
from essaim.observatory.indicators import Indicator
from essaim.observatory.territory import Territory
from essaim.ui.typography import number


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One cell used. `value` None: kept secret by the source. `line` None: the source gives a sum of rows."""

    file: str
    sheet: str
    line: int | None
    axes: tuple[tuple[str, str], ...]
    value: Decimal | None

    @property
    def words(self) -> str:
        """The axes in one line."""
        return ", ".join(words for _, words in self.axes)

    @property
    def place(self) -> str:
        """Where the cell is: file, sheet, line."""
        sheet = f", feuille {self.sheet}" if self.sheet else ""
        line = ", somme de lignes" if self.line is None else f", ligne {number(self.line)}"
        return f"{self.file}{sheet}{line}"


@dataclass(frozen=True, slots=True)
class Part:
    """Numerator or denominator: what is counted, in which vintage, from which cells."""

    name: str
    counted: str
    filters: tuple[str, ...]
    found: Found
    rows: tuple[SourceRow, ...]

    @property
    def vintage(self) -> VintageNote:
        """The vintage that it was read from."""
        return self.found.vintage

    @property
    def axes(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What all its rows say, in words, and the names of the axes along which they differ."""
        return split_axes(self.rows)

    @property
    def files(self) -> tuple[FileNote, ...]:
        """The files whose cells were used; all those of the vintage when no cell was."""
        used = {cell.file for cell in self.found.cells}
        return tuple(file for file in self.vintage.files if not used or file.pk in used)


def split_axes(rows: Sequence[SourceRow]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What every row says, in words, and the names of the axes along which they differ."""
    names = list(dict.fromkeys(name for row in rows for name, _ in row.axes))
    said = {name: {dict(row.axes).get(name, "") for row in rows} for name in names}
    same = tuple(next(iter(words)) for words in said.values() if len(words) == 1)
    return same, tuple(name for name in names if len(said[name]) > 1)


@dataclass(frozen=True, slots=True)
class Band:
    """One band of an estimate: how many establishments, times its bounds (`high` None: no upper bound)."""

    code: str
    label: str
    places: Decimal
    low: int
    high: int | None
    mean: Decimal

    @property
    def jobs_low(self) -> Decimal:
        """Fewest jobs."""
        return self.places * self.low

    @property
    def jobs_high(self) -> Decimal | None:
        """Most jobs."""
        return None if self.high is None else self.places * self.high

    @property
    def weighed(self) -> Decimal:
        """Jobs at the geometric mean of the bounds."""
        return self.places * self.mean


@dataclass(frozen=True, slots=True)
class Scaling:
    """The calibration with its two numbers: observed jobs over the sum of the bands' means, in the same territory."""

    calibration: Calibration
    observed_jobs: Decimal
    weighed: Decimal


@dataclass(frozen=True, slots=True)
class Again:
    """The figure worked out once more from the cells, and whether it is the one shown."""

    value: Decimal | None
    low: Decimal | None
    high: Decimal | None
    agrees: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything that one may ask about a figure. `again` None: nothing to work out (fact, secret, missing)."""

    figure: Figure
    parts: tuple[Part, ...]
    formula: tuple[str, ...]
    again: Again | None
    bands: tuple[Band, ...]
    scaling: Scaling | None
    perimeter: PerimeterNote | None
    biases: tuple[Bias, ...]
    years: tuple[int, ...]

    @property
    def indicator(self) -> Indicator:
        """What the figure measures."""
        return self.figure.indicator

    @property
    def territory(self) -> Territory:
        """Where."""
        return self.figure.territory

    @property
    def counted(self) -> str:
        """What is counted, in the words of its source."""
        return self.figure.counted_words[0]

    @property
    def over(self) -> str:
        """What it is divided by, in the words of its source; empty without a denominator."""
        return self.figure.counted_words[1]

    @property
    def is_fact(self) -> bool:
        """Whether somebody published it: it cannot be worked out again here."""
        return self.figure.fact is not None

    def as_dict(self) -> dict[str, Any]:
        """The explanation as JSON can hold it: numbers as exact text, every row."""
        return telling.as_dict(self)

    def lines(self, most_rows: int = 40) -> list[str]:
        """The explanation in French, a line a fact; past `most_rows` rows a part says how many are left out."""
        return telling.lines(self, most_rows)
