"""Read a workbook (XLSX, ODS, XLS) in a short-lived process of bounded memory. Pure Python, no Django.

A workbook of 5 kB may name a cell in the last row and column: its reader then asks for hundreds of gigabytes, and that
kills its process without an exception that could be caught. So a child reads it, under limits that the system holds
(a tenth of a second more per file), and hands the cells over as JSON. This file is the parent's side and, run as a
script, the child.
"""

from __future__ import annotations

import enum
import io
import json
import subprocess
import sys
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

MAX_CELLS = 2_000_000
"""Height × width of a table. The largest list that we are sent has a few hundred thousand; squared, two million cells
stay under 200 MB of memory."""
MAX_TEXT = 64 * 1024 * 1024
"""Characters of all cells together: many cells may share one long text."""
MAX_MEMORY = 1024 * 1024 * 1024
"""Bytes that the child may ask the system for: a workbook of MAX_CELLS needs about half of it."""
MAX_PROCESSOR = 20
"""Seconds of work; a workbook of MAX_CELLS takes three."""
MAX_WAIT = 60
"""Seconds on the clock, on a machine busy with something else."""


class Outcome(enum.StrEnum):
    """What came of a reading."""

    READ = "read"
    EMPTY = "empty"
    UNREADABLE = "unreadable"
    TOO_LARGE = "too_large"


def read_workbook(content: bytes, having: Sequence[str] = ()) -> tuple[Outcome, str, list[list[str]]]:
    """Return (outcome, sheet, rows) for the first sheet that has a cell, or a row with all the cells of `having`.

    Without READ there is no sheet and no row. Raises RuntimeError when the child itself could not work (a broken
    installation).
    """
    # -P: the folder of this file holds modules whose names are not for a child.
    command = [sys.executable, "-P", str(Path(__file__).resolve()), *having]
    try:
        done = subprocess.run(  # noqa: S603 -- our own file; the content comes by the standard input
            command, input=content, capture_output=True, timeout=MAX_WAIT, check=False
        )
    except subprocess.TimeoutExpired:
        return Outcome.TOO_LARGE, "", []
    if done.returncode < 0:
        # Killed by a signal: the reader ran out of memory or of time.
        return Outcome.TOO_LARGE, "", []
    if done.returncode:
        raise RuntimeError(f"La lecture du classeur a échoué : {done.stderr.decode(errors='replace')[-2000:]}")
    answer: dict[str, Any] = json.loads(done.stdout)
    return Outcome(answer["outcome"]), answer.get("sheet", ""), answer.get("rows", [])


# --- the child -------------------------------------------------------------------------------------------------------


def _main() -> None:
    import resource  # noqa: PLC0415 -- the child's own

    limits = ((resource.RLIMIT_AS, MAX_MEMORY), (resource.RLIMIT_CPU, MAX_PROCESSOR), (resource.RLIMIT_CORE, 0))
    for kind, wanted in limits:
        hard = resource.getrlimit(kind)[1]
        limit = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(kind, (limit, limit))
    content = sys.stdin.buffer.read()
    # Before any reading: a library that is missing must be told as such.
    import python_calamine  # noqa: PLC0415, F401

    try:
        answer = _read(content, having=sys.argv[1:])
        text = json.dumps(answer)
    except MemoryError:
        text = json.dumps({"outcome": Outcome.TOO_LARGE})
    sys.stdout.write(text)


def _read(content: bytes, having: Sequence[str]) -> dict[str, Any]:
    from python_calamine import CalamineWorkbook  # noqa: PLC0415 -- the parent does without it

    rows: list[list[str]]
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for name in workbook.sheet_names:
            sheet = workbook.get_sheet_by_name(name)
            if sheet.height * sheet.width > MAX_CELLS:
                return {"outcome": Outcome.TOO_LARGE}
            rows, total = [], 0
            for cells in sheet.to_python():
                row = [cell_text(cell) for cell in cells]
                if not any(row):
                    continue
                total += sum(map(len, row))
                if total > MAX_TEXT:
                    return {"outcome": Outcome.TOO_LARGE}
                rows.append(row)
            if any(set(having) <= set(row) for row in rows):
                return {"outcome": Outcome.READ, "sheet": name, "rows": rows}
    except MemoryError:
        raise
    except BaseException as error:
        # Whatever the library says of a damaged file; its panics are no Exception.
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            return {"outcome": Outcome.UNREADABLE}
        raise
    return {"outcome": Outcome.EMPTY}


def cell_text(cell: object) -> str:
    """Write one cell of a workbook as text: whole floats lose their « .0 », dates are ISO."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "oui" if cell else "non"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e16 else repr(cell)
    if isinstance(cell, datetime):
        midnight = cell.time() == time(0)
        return cell.date().isoformat() if midnight else cell.isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return str(cell).strip()


if __name__ == "__main__":
    _main()
