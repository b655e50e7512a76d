"""Ranges of SIREN: the work on the national files, cut into passes that fit in memory.

INSEE's files are sorted by SIREN. When the row-group statistics prove it, the work goes by ranges of SIREN: each pass
reads only its row groups, so both files are read once in all, and every hash table stays small. Unsorted files are
done in one pass (DuckDB then spills to disk).
"""

from collections.abc import Iterator
from itertools import pairwise

from essaim.stock.engine import Engine, quote
from essaim.stock.source import Source

RANGE_UNITS = 3_500_000  # legal units in one pass: some 250 MB of hash table


def ranges(engine: Engine, units: Source, establishments: Source) -> Iterator[str]:
    """Yield SQL conditions on ``siren`` that cut the work; one « true » when a file is not sorted by SIREN."""
    groups = _sorted_groups(engine, units)
    if groups is None or _sorted_groups(engine, establishments) is None:
        yield "true"
        return
    starts, held = [], 0
    for low, rows in groups:
        if held and held + rows > RANGE_UNITS:
            starts.append(low)
            held = 0
        held += rows
    edges: list[str | None] = [None, *dict.fromkeys(starts), None]
    for start, end in pairwise(edges):
        parts = [f"siren >= {quote(start)}" if start else "", f"siren < {quote(end)}" if end else ""]
        yield " AND ".join(part for part in parts if part) or "true"


def _sorted_groups(engine: Engine, source: Source) -> list[tuple[str, int]] | None:
    """Return (lowest SIREN, rows) of each row group, or None unless each group begins where the former ends."""
    groups: list[tuple[str, int]] = []
    former = ""
    for path in source.files:
        for low, high, rows in engine.rows(
            "SELECT stats_min_value, stats_max_value, row_group_num_rows "
            f"FROM parquet_metadata({quote(path)}) WHERE path_in_schema = 'siren' ORDER BY row_group_id"
        ):
            if low is None or high is None or low < former:
                return None
            groups.append((low, rows))
            former = high
    return groups
