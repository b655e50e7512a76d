"""Stock → France extract: CPU, peak memory and rows/s, as ratios to a bare DuckDB scan of the same columns.

    python bench/stock.py [--scale 1.0] [--folder FOLDER] [--keep] [--threads N]

Each measure runs in its own process: CPU is user + system time, memory is the peak resident set. Targets: extract at
most 2 × the scan, extract + cube at most 3 ×, memory at most 1 GB. Writes bench/results/stock.json.
"""

# ruff: noqa: E501 -- one SQL column a line, one table row a line

import argparse
import json
import multiprocessing
import shutil
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from bench.apart import apart  # noqa: E402
from bench.stock_generate import generate  # noqa: E402

TARGETS = {"extract": 2.0, "extract and cube": 3.0}
MEMORY_TARGET = 1024  # MB


def scan(establishments: str, legal_units: str, data_dir: str, threads: int) -> None:
    """The baseline: sum(hash(…)) of every column that the import reads, in both files."""
    import duckdb

    from essaim.stock.engine import DEFAULT_MEMORY
    from essaim.stock.schema import ESTABLISHMENTS, LEGAL_UNITS

    with duckdb.connect(config={"memory_limit": DEFAULT_MEMORY, "threads": threads}) as connection:
        for path, schema in ((legal_units, LEGAL_UNITS), (establishments, ESTABLISHMENTS)):
            sums = ", ".join(f'sum(hash("{column}"))' for column in schema.read)
            connection.execute(f"SELECT {sums} FROM read_parquet('{path}')").fetchall()


def extract_only(establishments: str, legal_units: str, data_dir: str, threads: int) -> None:
    """The extraction alone: both files in, the sorted extract out, checks of identifiers included."""
    from essaim.nomenclature.perimeter import load_perimeter
    from essaim.stock.archive import Archive
    from essaim.stock.engine import Engine
    from essaim.stock.extract import Job, extract
    from essaim.stock.labels.qualifying import create_listed
    from essaim.stock.sources import open_source

    archive = Archive(Path(data_dir))
    with archive.workspace() as work, Engine(work, threads=threads) as engine:
        units, places = (
            open_source(engine, path, role=role, work=work, downloads=work, progress=print)
            for path, role in ((legal_units, "units"), (establishments, "places"))
        )
        create_listed(engine, {}, "2026-11")
        job = Job(engine, places, units, load_perimeter(), "2026-11", {}, work, print)
        extract(job, with_cube=False)


def whole_import(establishments: str, legal_units: str, data_dir: str, threads: int) -> None:
    """The command as the operator runs it: fingerprints, extract, cube, load gate, archive."""
    from essaim.stock.importing import import_stock

    report = import_stock(
        data_dir=Path(data_dir),
        establishments=establishments,
        legal_units=legal_units,
        vintage="2026-11",
        threads=threads,
        progress=print,
    )
    print("REPORT", json.dumps(report, default=str))


def read_territory(establishments: str, legal_units: str, data_dir: str, threads: int) -> None:
    """What `directory sync` reads of the new extract: every establishment of forty communes."""
    from essaim.stock.read import current_extract

    extract = current_extract(Path(data_dir))
    assert extract is not None
    communes = [f"86{number:03d}" for number in range(1, 41)]
    print(sum(1 for _ in extract.establishments(communes)), "establishments")


MEASURES = {
    "scan": scan,
    "extract": extract_only,
    "extract and cube": whole_import,
    "read 40 communes": read_territory,
}


def measure(name: str, establishments: Path, legal_units: Path, data_dir: Path, threads: int) -> dict[str, Any]:
    """Run one measure in a process of its own; returns its seconds, CPU seconds, peak MB and output."""
    command = [sys.executable, __file__, "--run", name, "--threads", str(threads)]
    command += ["--paths", str(establishments), str(legal_units), str(data_dir)]
    return apart(command, data_dir / f"{name.replace(' ', '-')}.log")


def main() -> None:
    options = _options()
    if options.run:
        MEASURES[options.run](*options.paths, options.threads)
        return
    folder = options.folder.resolve()
    # In a process of its own: on Linux a child's peak memory begins at its parent's, and generating takes a lot.
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        establishments, legal_units = pool.apply(generate, (folder, options.scale))
    work = folder / "measure"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    try:
        results = {name: measure(name, establishments, legal_units, work, options.threads) for name in MEASURES}
        # A shared machine changes its mind during the run: the scan is measured at both ends and its mean is the base.
        last = measure("scan", establishments, legal_units, work, options.threads)
        results["scan"] |= {key: (results["scan"][key] + last[key]) / 2 for key in ("cpu", "seconds")}
    finally:
        shutil.rmtree(work, ignore_errors=True)
        if not options.keep:
            establishments.unlink(missing_ok=True)
            legal_units.unlink(missing_ok=True)
    logs = {name: str(result.pop("log")) for name, result in results.items()}
    report = json.loads(logs["extract and cube"].rsplit("REPORT ", 1)[1])
    rows = sum(report["rows_read"].values())
    base = results["scan"]["cpu"]
    print(
        f"{report['rows_read']['establishments']:,} establishments × {report['rows_read']['legal_units']:,} legal units, "
        f"{report['kept']['establishments']:,} kept, {report['cube']['rows']:,} cube cells, {report['passes']} passes"
    )
    print(f"{'measure':<18}{'CPU s':>9}{'ratio':>8}{'target':>8}{'wall s':>9}{'rows/s':>14}{'peak MB':>9}")
    missed = []
    for name, result in results.items():
        cpu, seconds, peak = (result[key] for key in ("cpu", "seconds", "peak_mb"))
        result["ratio"] = round(cpu / base, 2)
        result["rows_per_second"] = round(rows / max(seconds, 0.1))
        target = TARGETS.get(name)
        print(
            f"{name:<18}{cpu:>9.1f}{cpu / base:>8.2f}{target or '':>8}{seconds:>9.1f}{rows / max(seconds, 0.1):>14,.0f}{peak:>9.0f}"
        )
        if target and (cpu > target * base or peak > MEMORY_TARGET):
            missed.append(name)
    out = HERE / "results" / "stock.json"
    out.parent.mkdir(exist_ok=True)
    out.write_text(
        json.dumps(
            {
                "scale": options.scale,
                "threads": options.threads,
                "rows_read": report["rows_read"],
                "kept": report["kept"],
                "cube": report["cube"],
                "measures": results,
                "missed": missed,
            },
            indent=1,
        )
    )
    print(f"written: {out}" + (f" — MISSED: {', '.join(missed)}" if missed else " — all targets met"))
    if missed and options.scale >= 0.5:  # on small files the fixed costs weigh more than the work
        sys.exit(1)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, default=1.0, help="1.0 = 29 M legal units and 43 M establishments")
    parser.add_argument("--folder", type=Path, default=HERE / "work" / "stock", help="where the generated files go")
    parser.add_argument("--keep", action="store_true", help="keep the generated files")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--run", choices=list(MEASURES), help=argparse.SUPPRESS)
    parser.add_argument("--paths", nargs=3, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
