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
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

MAX_CELLS = 2_000_000
"""Height × width of a table, or of all the sheets read together. The largest list that we are sent has a few hundred
thousand; squared, two million cells stay under 200 MB of memory."""
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


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet that has a cell: its rows as text, without the empty ones, and the line of each in the file."""

    name: str
    lines: list[int]
    rows: list[list[str]]


def read_workbook(content: bytes, having: Sequence[str] = (), *, every: bool = False) -> tuple[Outcome, list[Sheet]]:
    """Return the outcome and the first sheet that has a cell, or a row with all the cells of `having`.

    With `every`, all such sheets. Values only: of a formula, the one that the workbook kept; macros never run. Without
    READ there is no sheet. Raises RuntimeError when the child itself could not work (a broken installation).
    """
    # -P: the folder of this file holds modules whose names are not for a child.
    command = [sys.executable, "-P", str(Path(__file__).resolve()), "every" if every else "first", *having]
    try:
        done = subprocess.run(  # noqa: S603 -- our own file; the content comes by the standard input
            command, input=content, capture_output=True, timeout=MAX_WAIT, check=False
        )
    except subprocess.TimeoutExpired:
        return Outcome.TOO_LARGE, []
    if done.returncode < 0:
        # Killed by a signal: the reader ran out of memory or of time.
        return Outcome.TOO_LARGE, []
    if done.returncode:
        raise RuntimeError(f"La lecture du classeur a échoué : {done.stderr.decode(errors='replace')[-2000:]}")
    answer: dict[str, Any] = json.loads(done.stdout)
    return Outcome(answer["outcome"]), [Sheet(**sheet) for sheet in answer.get("sheets", [])]


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
        answer = _read(content, having=sys.argv[2:], every=sys.argv[1] == "every")
        text = json.dumps(answer)
    except MemoryError:
        text = json.dumps({"outcome": Outcome.TOO_LARGE})
    sys.stdout.write(text)


def _read(content: bytes, having: Sequence[str], *, every: bool) -> dict[str, Any]:
    from python_calamine import CalamineWorkbook  # noqa: PLC0415 -- the parent does without it

    found: list[dict[str, Any]] = []
    size = total = 0
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for name in workbook.sheet_names:
            sheet = workbook.get_sheet_by_name(name)
            size += sheet.height * sheet.width
            if size > MAX_CELLS:
                return {"outcome": Outcome.TOO_LARGE}
            # What is read begins at the first cell: above, empty lines are not given.
            first = 1 if sheet.start is None else sheet.start[0] + 1
            lines: list[int] = []
            rows: list[list[str]] = []
            for line, cells in enumerate(sheet.to_python(), first):
                row = [cell_text(cell) for cell in cells]
                if not any(row):
                    continue
                total += sum(map(len, row))
                if total > MAX_TEXT:
                    return {"outcome": Outcome.TOO_LARGE}
                lines.append(line)
                rows.append(row)
            if any(set(having) <= set(row) for row in rows):
                found.append({"name": name, "lines": lines, "rows": rows})
                if not every:
                    break
    except MemoryError:
        raise
    except BaseException as error:
        # Whatever the library says of a damaged file; its panics are no Exception.
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            return {"outcome": Outcome.UNREADABLE}
        raise
    return {"outcome": Outcome.READ, "sheets": found} if found else {"outcome": Outcome.EMPTY}


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
