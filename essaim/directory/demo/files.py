"""Writes the files of the demonstration: same rows, same bytes."""

from __future__ import annotations

import csv
import datetime as dt
import json
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import duckdb
import xlsxwriter

from essaim.directory.demo.columns import TYPES
from essaim.directory.demo.rows import Row
from essaim.stock.sources import SIDE_NOTE

FICTITIOUS_NOTE = "Ces lignes sont inventées pour la démonstration d’Essaim.\n"


def write_parquet(path: Path, columns: Sequence[str], rows: Iterable[Row], metadata: dict[str, str]) -> int:
    """Write rows of text as a Parquet file typed like the official ones; empty text is null. Returns their number."""
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".demo-") as folder:
        text = Path(folder) / "rows.csv"
        count = write_csv(text, columns, rows)
        selected = ", ".join(
            f'CAST("{column}" AS {TYPES[column]}) AS "{column}"' if column in TYPES else f'"{column}"'
            for column in columns
        )
        kept = ", ".join(f"{key}: '{value}'" for key, value in metadata.items())
        # One thread and the order of insertion: the file is the same on every machine.
        connection = duckdb.connect(config={"threads": 1, "preserve_insertion_order": True})
        try:
            connection.execute(
                f"COPY (SELECT {selected} FROM read_csv('{_quoted(text)}', all_varchar = true, header = true, "
                f"delim = ',', quote = '\"', escape = '\"', nullstr = '')) "
                f"TO '{_quoted(path)}' (FORMAT parquet, COMPRESSION zstd, KV_METADATA {{{kept}}})"
            )
        finally:
            connection.close()
    return count


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Row], delimiter: str = ",") -> int:
    """Write rows as CSV in UTF-8. Returns their number."""
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, lineterminator="\n")
        writer.writerow(columns)
        for row in rows:
            writer.writerow(row)
            count += 1
    return count


def write_list(path: Path, columns: Sequence[str], rows: Iterable[Row], delimiter: str = ",") -> int:
    """Write a qualifying list as CSV with the side note that says that it is invented."""
    count = write_csv(path, columns, rows, delimiter)
    _note(path)
    return count


def write_workbook(path: Path, columns: Sequence[str], rows: Sequence[Sequence[Any]], title: str) -> int:
    """Write a list as an XLSX workbook with real dates, the title two lines above the column names."""
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        # Without a fixed date the workbook would change at every second.
        book.set_properties({"title": title, "created": dt.datetime(2026, 10, 1, tzinfo=dt.UTC).replace(tzinfo=None)})
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet = book.add_worksheet("Liste")
        sheet.write_string(0, 0, title)
        for column, name in enumerate(columns):
            sheet.write_string(2, column, name)
        for line, row in enumerate(rows, start=3):
            for column, value in enumerate(row):
                if isinstance(value, dt.date):
                    sheet.write_datetime(line, column, dt.datetime(value.year, value.month, value.day), day)
                else:
                    sheet.write_string(line, column, str(value))
    _note(path)
    return len(rows)


def _note(path: Path) -> None:
    path.with_name(path.name + SIDE_NOTE).write_text(FICTITIOUS_NOTE, encoding="utf-8")


def write_json(path: Path, content: Any) -> None:
    """Write JSON with sorted keys, readable."""
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
