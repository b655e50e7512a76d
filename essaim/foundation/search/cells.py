"""Closed facets as one integer per document: the cell is the combination of its values, numbered in a dictionary.

A territory has some hundreds of cells, the whole country some thousands. Counting documents by cell is one pass over
one integer column; each facet's counts, blind to its own filter, are then sums over a table of that many rows.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from essaim.foundation.search.errors import REBUILD_HINT, IndexUnavailable

_FILE = "cells.json"


class CellDictionary:
    """Writer's side: gives each combination its number, and each value of a wide facet its own."""

    def __init__(self, closed: Sequence[str], wide: Sequence[str]) -> None:
        self._closed = tuple(closed)
        self._cells: dict[tuple[tuple[str, ...], ...], int] = {}
        self._wide: dict[str, dict[str, int]] = {name: {} for name in wide}

    def cell(self, facets: Mapping[str, Sequence[str]]) -> int:
        """Number of the combination of closed values."""
        key = tuple(tuple(sorted(set(facets.get(name, ())))) for name in self._closed)
        return self._cells.setdefault(key, len(self._cells))

    def wide(self, name: str, value: str) -> int:
        """Number of one value of a wide facet."""
        numbers = self._wide[name]
        return numbers.setdefault(value, len(numbers))

    def save(self, folder: Path) -> None:
        """Write the dictionary beside the index, atomically. Numbers never change within a generation."""
        content = {
            "closed": self._closed,
            "cells": list(self._cells),
            "wide": {n: list(v) for n, v in self._wide.items()},
        }
        temporary = folder / f"{_FILE}.new"
        temporary.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        temporary.replace(folder / _FILE)

    @classmethod
    def load(cls, folder: Path) -> CellDictionary:
        """Read it back to go on numbering."""
        try:
            raw = json.loads((folder / _FILE).read_text("utf-8"))
            made = cls(raw["closed"], list(raw["wide"]))
            made._cells = {tuple(tuple(values) for values in cell): i for i, cell in enumerate(raw["cells"])}
            made._wide = {name: {value: i for i, value in enumerate(values)} for name, values in raw["wide"].items()}
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise IndexUnavailable(f"L’index de recherche est abîmé ({folder / _FILE}). {REBUILD_HINT}") from error
        return made

    def table(self) -> CellTable:
        """Reader's side of the same numbers."""
        return CellTable(self._closed, list(self._cells), {name: list(v) for name, v in self._wide.items()})


class CellTable:
    """Reader's side: from counts by cell to counts by value."""

    def __init__(
        self,
        closed: Sequence[str],
        cells: Sequence[tuple[tuple[str, ...], ...]],
        wide: Mapping[str, Sequence[str]],
    ) -> None:
        self.size = len(cells)
        self.wide = wide
        self.values: dict[str, list[str]] = {}
        self._rows: dict[str, npt.NDArray[np.int64]] = {}
        self._columns: dict[str, npt.NDArray[np.int64]] = {}
        for position, name in enumerate(closed):
            numbers: dict[str, int] = {}
            pairs = [
                (row, numbers.setdefault(v, len(numbers))) for row, cell in enumerate(cells) for v in cell[position]
            ]
            self.values[name] = list(numbers)
            self._rows[name] = np.array([row for row, _ in pairs], dtype=np.int64)
            self._columns[name] = np.array([column for _, column in pairs], dtype=np.int64)

    def mask(self, name: str, wanted: Sequence[str]) -> npt.NDArray[np.bool_]:
        """Cells that have at least one of the wanted values of one facet."""
        chosen = np.array([value in wanted for value in self.values[name]], dtype=bool)
        mask = np.zeros(self.size, dtype=bool)
        if chosen.size:
            mask[self._rows[name][chosen[self._columns[name]]]] = True
        return mask

    def count(
        self, by_cell: npt.NDArray[np.int64], filters: Mapping[str, Sequence[str]]
    ) -> tuple[int, dict[str, dict[str, int]]]:
        """Total under all filters, and counts of each closed facet under the filters of the *other* facets."""
        masks = {name: self.mask(name, wanted) for name, wanted in filters.items()}
        everything = np.ones(self.size, dtype=bool)
        for mask in masks.values():
            everything = everything & mask
        counts: dict[str, dict[str, int]] = {}
        for name, values in self.values.items():
            kept = everything
            if name in masks:
                kept = np.ones(self.size, dtype=bool)
                for other, mask in masks.items():
                    if other != name:
                        kept = kept & mask
            numbers = np.where(kept, by_cell, 0)[self._rows[name]]
            sums = np.bincount(self._columns[name], weights=numbers, minlength=len(values))
            counts[name] = {value: int(n) for value, n in zip(values, sums, strict=True) if n}
        return int(by_cell[everything].sum()), counts
