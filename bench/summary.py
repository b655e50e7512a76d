"""Every figure of the last measures in one table, against what the issue asks: figure, measured, target, reached."""

import json
from pathlib import Path

RESULTS = Path(__file__).parent / "results"


def read(name):
    path = RESULTS / f"{name}.json"
    return json.loads(path.read_text()) if path.exists() else {}


def rows():
    """(figure, measured, target, reached) for what was measured; reached is None for a figure without target."""
    yield from stock_rows(read("stock"))
    yield from sync_rows(read("sync"))
    yield from search_rows(read("search"))
    yield from page_rows(read("pages"))


def stock_rows(stock):
    if not stock:
        return
    size = f"{stock['rows_read']['establishments'] / 1e6:.1f} M × {stock['rows_read']['legal_units'] / 1e6:.1f} M"
    measures = stock["measures"]
    for name, target in (("extract", 2), ("extract and cube", 3)):
        ratio = measures[name]["ratio"]
        yield f"stock, {name}, CPU / bare scan ({size})", f"{ratio} ×", f"≤ {target} ×", ratio <= target
    peak = max(measures[name]["peak_mb"] for name in ("extract", "extract and cube"))
    yield "stock, peak memory", f"{peak} MB", "≤ 1 000 MB", peak <= 1000
    yield "stock, rows read per second", f"{measures['extract and cube']['rows_per_second']:,}", "", None


def sync_rows(sync):
    if sync:
        first = sync["première fois"]
        yield "sync of 10 000 establishments, CPU", f"{first['cpu_seconds']} s", "", None
        yield "sync, time / bare INSERT of the same rows", f"{first['ratio_to_bare_insert']} ×", "", None


def search_rows(search):
    for size, target in (("5000", 5), ("1000000", 40)):
        if size in search:
            whole = next(row for row in search[size]["rows"] if row["kind"] == "whole mix")
            name = f"search at {int(size):,} structures"
            yield f"{name}, p50", f"{whole['p50_ms']:.1f} ms", "", None
            yield f"{name}, p99", f"{whole['p99_ms']:.1f} ms", f"≤ {target} ms", whole["p99_ms"] <= target


def page_rows(pages):
    if not pages:
        return
    for path, row in pages["uncached"].items():
        if path == "/annuaire/":
            yield "directory, SQL queries", row["sql"], "≤ 8", row["sql"] <= 8
            yield "directory, CPU when nothing is cached", f"{row['cpu_ms']} ms", "≤ 10 ms", row["cpu_ms"] <= 10
    yield "a trivial view, CPU", f"{pages['uncached']['/trivial/']['cpu_ms']} ms", "", None
    ratio = pages["repeat"]["ratio"]
    yield "directory repeated / trivial view, requests per second", f"{ratio} ×", "≥ 0.45 ×", ratio >= 0.45
    first = pages["first_view_bytes"]["total"]
    yield "first view without map", f"{first / 1000:.1f} kB", "≤ 120 kB", first <= 120_000
    points = pages["points"]["gzipped"]
    yield "all points of the demonstration, gzipped", f"{points / 1000:.1f} kB", "≤ 20 kB", points <= 20_000


def main():
    table = [(str(figure), str(measured), target, said(reached)) for figure, measured, target, reached in rows()]
    widths = [max(len(row[column]) for row in table) for column in range(4)] if table else [0] * 4
    for row in table:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def said(reached):
    return "" if reached is None else ("reached" if reached else "MISSED")


if __name__ == "__main__":
    main()
