"""The observatory: every indicator of one EPCI, every EPCI of the COG in one run, and its home page.

    python -m bench.observatory [--scale 1.0] [--folder FOLDER] [--keep] [--threads N]

Needs a data dir with the demonstration (ESSAIM_DATA_DIR: the COG and the page come from it). The extract is that of a
generated stock (`bench.stock_generate`), imported in a data dir of its own. Each measure runs in its own process; the
base of the ratios is a bare DuckDB opening of the same two files, in the same run. Writes
bench/results/observatory.json.
"""

import argparse
import json
import multiprocessing
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from bench.apart import apart
from bench.stock_generate import generate

HERE = Path(__file__).resolve().parent
TERRITORY = "200069854"
RUNS = 30
HOME = "/observatoire/"


def one_epci(data_dir):
    """From the files to every indicator and the whole portrait of one EPCI; beside it, the bare reading of its rows."""
    from essaim.geography.queries import codes_of
    from essaim.observatory.enums import Level
    from essaim.observatory.evaluation import evaluate
    from essaim.observatory.indicators import CATALOGUE
    from essaim.observatory.profile import profile_of
    from essaim.observatory.sirene import cells_of
    from essaim.observatory.territory import Territory
    from essaim.stock.read import current_extract

    territory = Territory(Level.EPCI, TERRITORY, "Grand Poitiers")
    codes = codes_of([TERRITORY])
    cells = []

    def whole():
        extract = current_extract(data_dir)
        cells[:] = cells_of(extract, codes, territory)
        book = book_of(extract, cells, [territory.code])
        figures = [evaluate(indicator, territory, book) for indicator in CATALOGUE.values()]
        return figures, profile_of(territory, book)

    extract = current_extract(data_dir)
    cold = timed(whole)
    runs = [timed(whole) for _ in range(RUNS)]
    base = [timed(lambda: bare(extract, codes)) for _ in range(RUNS)]
    return {
        "cells": len(cells),
        "first_ms": cold["ms"],
        "ms": round(statistics.median(run["ms"] for run in runs), 1),
        "cpu_ms": round(statistics.median(run["cpu_ms"] for run in runs), 1),
        "bare_ms": round(statistics.median(run["ms"] for run in base), 1),
        "bare_cpu_ms": round(statistics.median(run["cpu_ms"] for run in base), 1),
    }


def every_epci(data_dir):
    """Sirene read for the whole COG, then the headline of every EPCI worked out, shares over open Flores included."""
    from essaim.geography.models import Epci
    from essaim.observatory.evaluation import evaluate
    from essaim.observatory.indicators import CATALOGUE
    from essaim.observatory.profile import HEADLINE
    from essaim.observatory.queries import of_epci
    from essaim.observatory.sirene import read_sirene
    from essaim.stock.read import current_extract

    started = time.perf_counter()
    reading = read_sirene(data_dir)
    read = time.perf_counter()
    territories = [of_epci(row) for row in Epci.objects.all()]
    cells = [cell for table in reading.tables for cell in table.cells]
    book = book_of(current_extract(data_dir), cells, [territory.code for territory in territories])
    known = sum(
        evaluate(CATALOGUE[key], territory, book).is_known for territory in territories for key in HEADLINE
    )  # fmt: skip
    return {
        "epci": len(territories),
        "cells": len(cells),
        "known": known,
        "reading_s": round(read - started, 2),
        "figures_s": round(time.perf_counter() - read, 2),
    }


def bare_scan(data_dir):
    """The base of `every_epci`: the columns that it reads, hashed and no more."""
    import duckdb

    from essaim.stock.engine import DEFAULT_MEMORY
    from essaim.stock.read import current_extract

    extract = current_extract(data_dir)
    columns = ("commune_code", "family", "naf", "naf_nomenclature", "unit_naf", "unit_naf_nomenclature")
    columns += ("headcount_band", "state", "unit_state", "criteria")
    with duckdb.connect(config={"memory_limit": DEFAULT_MEMORY}) as connection:
        sums = ", ".join(f"sum(hash({column}))" for column in columns)
        connection.execute(f"SELECT {sums} FROM read_parquet('{extract.path}')").fetchall()
        sums = "sum(hash(commune_code)), sum(hash(headcount_band)), sum(establishments)"
        connection.execute(f"SELECT {sums} FROM read_parquet('{extract.cube_path}')").fetchall()
    return {}


MEASURES = {"one EPCI": one_epci, "every EPCI": every_epci, "bare scan": bare_scan}


def book_of(extract, cells, codes):
    """The cells of the extract, with a denominator of jobs for each of these EPCI as open Flores would give."""
    from decimal import Decimal

    from essaim.observatory.book import Book, CellRow, VintageNote
    from essaim.observatory.enums import Field, Level, Measure, Population, Source

    year = int(extract.vintage[:4])
    vintages = [
        VintageNote(1, Source.SIRENE, Field.ACTIVE, extract.vintage, year),
        VintageNote(2, Source.FLORES_OPEN, Field.OPEN_POSTS, str(year - 2), year - 2),
    ]
    jobs = [
        CellRow(2, 2, 1, Level.EPCI, code, Population.ALL, "", "", "", "", Measure.JOBS, Decimal(50_000))
        for code in codes
    ]
    return Book(vintages, [*(cell._replace(vintage=1, file=1) for cell in cells), *jobs])


def bare(extract, codes):
    import duckdb

    listed = ", ".join(f"'{code}'" for code in sorted(codes))
    with duckdb.connect() as connection:
        for path in (extract.path, extract.cube_path):
            rows = f"read_parquet('{path}') WHERE commune_code IN ({listed})"
            connection.execute(f"SELECT headcount_band, count(*) FROM {rows} GROUP BY 1").fetchall()


def timed(act):
    start, cpu = time.perf_counter(), time.process_time()
    act()
    return {
        "ms": round((time.perf_counter() - start) * 1000, 1),
        "cpu_ms": round((time.process_time() - cpu) * 1000, 1),
    }


def home_page():
    """SQL queries, CPU and bytes of the home page, with the demonstration."""
    from bench.pages import first_view_bytes, uncached

    rows = uncached(("/trivial/", HOME))
    return {"trivial": rows["/trivial/"], "home": rows[HOME], "first_view_bytes": first_view_bytes(HOME)}


def setup():
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    import django

    django.setup()


def main():
    options = parse()
    if options.run:
        setup()
        print("RESULT", json.dumps(MEASURES[options.run](options.data_dir)))
        return
    folder = options.folder.resolve()
    with tempfile.TemporaryDirectory(prefix="essaim-bench-observatory-") as name:
        work = Path(name)
        data_dir = options.data_dir or make_extract(folder, options, work)
        results = {
            key: told(
                apart(
                    [sys.executable, "-m", "bench.observatory", "--run", key, "--data-dir", str(data_dir)],
                    work / f"{key}.log",
                )
            )
            for key in MEASURES
        }
    setup()
    results["page"] = home_page()
    results["scale"] = options.scale
    results["every EPCI"]["ratio"] = round(results["every EPCI"]["cpu"] / results["bare scan"]["cpu"], 2)
    one = results["one EPCI"]
    one["ratio"] = round(one["cpu_ms"] / one["bare_cpu_ms"], 2)
    out = HERE / "results" / "observatory.json"
    out.parent.mkdir(exist_ok=True)
    out.write_text(json.dumps(results, indent=1))
    show(results)


def make_extract(folder, options, work):
    """Import the generated stock; in processes of their own, for the memory that they take."""
    from essaim.stock.importing import import_stock

    with multiprocessing.get_context("spawn").Pool(1) as pool:
        establishments, legal_units = pool.apply(generate, (folder, options.scale))
        pool.apply(
            import_stock,
            kwds={
                "data_dir": work,
                "establishments": str(establishments),
                "legal_units": str(legal_units),
                "vintage": "2026-11",
                "threads": options.threads,
            },
        )
    if not options.keep:
        establishments.unlink(missing_ok=True)
        legal_units.unlink(missing_ok=True)
    return work


def told(result):
    return result | json.loads(result.pop("log").rsplit("RESULT ", 1)[1])


def show(results):
    one, every, page = results["one EPCI"], results["every EPCI"], results["page"]
    print(
        f"one EPCI, every indicator, portrait: {one['ms']} ms (CPU {one['cpu_ms']} ms, {one['ratio']} × the bare "
        f"reading; first call {one['first_ms']} ms), {one['cells']} cells, target ≤ 50 ms"
    )
    print(
        f"{every['epci']} EPCI: {every['seconds']} s (reading {every['reading_s']} s, figures {every['figures_s']} s), "
        f"CPU {every['cpu']} s = {every['ratio']} × the bare scan, peak {every['peak_mb']} MB; targets ≤ 60 s, "
        f"≤ 1,000 MB; {every['cells']:,} cells, {every['known']:,} figures known"
    )
    print(
        f"{HOME}: {page['home']['sql']} SQL queries (≤ 8), CPU {page['home']['cpu_ms']} ms, first view "
        f"{page['first_view_bytes']['total']:,} bytes (≤ 150,000), the page alone {page['first_view_bytes'][HOME]:,}"
    )


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, default=0.02, help="1.0 = 29 M legal units and 43 M establishments")
    parser.add_argument("--folder", type=Path, default=HERE / "work" / "stock", help="where the generated files are")
    parser.add_argument("--keep", action="store_true", help="keep the generated files")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--data-dir", type=Path, help="measure the extract in service there, without generating one")
    parser.add_argument("--run", choices=list(MEASURES), help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
