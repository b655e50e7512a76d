"""Every figure in one table against what the issue asks: figure, measured, target, reached, at which size, when.

    python -m bench.summary

`make bench` shows what it has just measured; this command shows the last result of each kind, whenever it was made.
It ends with an error when a figure misses its target.
"""

import json
import sys
from datetime import datetime
from pathlib import Path

RESULTS = Path(__file__).parent / "results"
MILLION = 1_000_000
NATIONAL = 0.5  # under half of France the fixed costs weigh more than the work: ratios say nothing


def rows(since=0.0):
    """(figure, measured, target, reached, size, when) of the results written since then, in seconds of the epoch.

    Target and reached are None for a figure that nothing judges.
    """
    for path in sorted(RESULTS.glob("*.json"), key=lambda path: (ORDER.index(kind(path)), path.name)):
        written = path.stat().st_mtime
        if written >= since:
            size, figures = READERS[kind(path)](json.loads(path.read_text()))
            when = f"{datetime.fromtimestamp(written):%Y-%m-%d %H:%M}"
            for figure, measured, target, reached in figures:
                yield figure, measured, target, reached, size, when


def kind(path):
    """« search » for search-5000.json."""
    return path.stem.partition("-")[0]


def told(figure, measured):
    """A figure that nothing judges."""
    return figure, measured, None, None


def at_most(figure, value, limit, unit):
    """A figure that must not exceed its limit; without limit nothing judges it."""
    measured = f"{value:,} {unit}".rstrip()
    return (
        told(figure, measured) if limit is None else (figure, measured, f"≤ {limit:,} {unit}".rstrip(), value <= limit)
    )


def stock_rows(stock):
    read, measures = stock["rows_read"], stock["measures"]
    national = stock["scale"] >= NATIONAL
    whole = measures["extract and cube"]
    peak = max(measures[name]["peak_mb"] for name in ("extract", "extract and cube"))
    return f"{read['establishments'] / MILLION:.1f} M × {read['legal_units'] / MILLION:.1f} M rows", [
        at_most("stock, extract, CPU ÷ bare scan", measures["extract"]["ratio"], 2 if national else None, "×"),
        at_most("stock, extract and cube, CPU ÷ bare scan", whole["ratio"], 3 if national else None, "×"),
        at_most("stock, peak memory", peak, 1000 if national else None, "MB"),
        told("stock, bare scan, CPU", f"{measures['scan']['cpu']:.1f} s"),
        told("stock, extract and cube, CPU", f"{whole['cpu']:.1f} s"),
        told("stock, extract and cube, elapsed", f"{whole['seconds']:.1f} s"),
        told("stock, rows read per second", f"{whole['rows_per_second']:,}"),
    ]


def sync_rows(sync):
    names = {"first": "première fois", "again": "de nouveau", "a month later": "un mois après"}
    return f"{sync['establishments']:,} establishments, {sync['database']}", [
        row
        for name, key in names.items()
        for row in (
            told(f"sync, {name}, CPU", f"{sync[key]['cpu_seconds']} s"),
            told(f"sync, {name}, time ÷ bare INSERT of the same rows", f"{sync[key]['ratio_to_bare_insert']} ×"),
        )
    ]


def search_rows(search):
    whole = next(row for row in search["rows"] if row["kind"] == "whole mix")
    worst = max(search["typo_ratios"].values())
    return f"{search['size']:,} structures", [
        told("search, whole mix, p50", f"{whole['p50_ms']} ms"),
        at_most("search, whole mix, p99", whole["p99_ms"], search["target_p99_ms"], "ms"),
        told("search, whole mix, p99 of CPU", f"{whole['cpu_p99_ms']} ms"),
        told("search, typo ÷ word well spelt, median", f"{search['typo_ratio']} ×"),
        at_most("search, typo ÷ word well spelt, worst", worst, 3, "×"),
    ]


def page_rows(pages):
    uncached = pages["uncached"]
    lists = {path: row for path, row in uncached.items() if path.partition("?")[0] == "/annuaire/"}
    others = {path: row for path, row in uncached.items() if path not in lists and path != "/trivial/"}
    points, home = pages["points"], pages["home"]
    return "the demonstration", [
        at_most("/, SQL queries, nothing kept", home["cold_sql"], 10, ""),
        told("/, SQL queries, page cache empty", str(home["sql"])),
        told("/, CPU, page cache empty", f"{home['cpu_ms']} ms"),
        repeat_row("/", home["repeat"]["ratio"]),
        at_most("/, first view", home["first_view_bytes"], 150_000, "B"),
        *(at_most(f"{path}, SQL queries", row["sql"], 8, "") for path, row in lists.items()),
        *(at_most(f"{path}, CPU, nothing cached", row["cpu_ms"], 10, "ms") for path, row in lists.items()),
        *(told("a structure’s page, SQL queries", row["sql"]) for row in others.values()),
        *(told("a structure’s page, CPU, nothing cached", f"{row['cpu_ms']} ms") for row in others.values()),
        told("a trivial view, CPU", f"{uncached['/trivial/']['cpu_ms']} ms"),
        repeat_row("/annuaire/", pages["repeat"]["ratio"]),
        at_most("first view without map", pages["first_view_bytes"]["total"], 120_000, "B"),
        at_most(f"all {points['points']:,} points of the map, gzipped", points["gzipped"], 20_000, "B"),
    ]


def repeat_row(page, ratio):
    return f"{page} repeated, requests/s ÷ trivial view", f"{ratio} ×", "≥ 0.45 ×", ratio >= 0.45


def observatory_rows(observatory):
    one, every, page = observatory["one EPCI"], observatory["every EPCI"], observatory["page"]
    home, bytes_ = page["home"], page["first_view_bytes"]["total"]
    national = observatory["scale"] >= NATIONAL
    return f"{every['epci']:,} EPCI, stock × {observatory['scale']}", [
        at_most("observatory, every indicator of one EPCI, CPU", one["cpu_ms"], 50 if national else None, "ms"),
        told("observatory, one EPCI, CPU ÷ bare reading of its rows", f"{one['ratio']} ×"),
        told("observatory, one EPCI, elapsed", f"{one['ms']} ms"),
        at_most("observatory, every EPCI, elapsed", every["seconds"], 60 if national else None, "s"),
        at_most("observatory, every EPCI, peak memory", every["peak_mb"], 1000 if national else None, "MB"),
        told("observatory, every EPCI, CPU ÷ bare scan", f"{every['ratio']} ×"),
        at_most("/observatoire/, SQL queries", home["sql"], 8, ""),
        told("/observatoire/, CPU, nothing cached", f"{home['cpu_ms']} ms"),
        at_most("/observatoire/, first view", bytes_, 150_000, "B"),
    ]


def nearby_rows(nearby):
    return f"{nearby['structures']:,} structures", [
        at_most("nearest of a day, SQL, warm", nearby["warm_sql"], 1, ""),
        at_most("nearest of a day, SQL, worked out anew", nearby["cold_sql"], 6, ""),
        at_most("nearest of a day, warm, CPU ÷ trivial view", nearby["warm_over_trivial"], 15, "×"),
        told("nearest of a day, worked out anew, CPU", f"{nearby['cold_ms']} ms"),
    ]


READERS = {
    "stock": stock_rows,
    "sync": sync_rows,
    "search": search_rows,
    "pages": page_rows,
    "observatory": observatory_rows,
    "nearby": nearby_rows,
}
ORDER = list(READERS)


def show(since=0.0):
    """Print the table; whether every judged figure is reached."""
    table = list(rows(since))
    texts = [
        (str(figure), str(measured), target or "", said(reached), size, when)
        for figure, measured, target, reached, size, when in table
    ]
    widths = [max((len(row[column]) for row in texts), default=0) for column in range(6)]
    for row in texts:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    return all(reached is not False for _figure, _measured, _target, reached, _size, _when in table)


def said(reached):
    return "" if reached is None else ("reached" if reached else "MISSED")


if __name__ == "__main__":
    sys.exit(not show())
