"""``stock import``: two national files in, one checked extract in service out."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from essaim.foundation.identifiers import FICTITIOUS_PREFIX
from essaim.nomenclature.perimeter import DEFAULT_VERSION, load_perimeter
from essaim.stock import gate
from essaim.stock.archive import EXTRACT, Archive, Manifest, check_vintage, now_iso
from essaim.stock.download import Progress
from essaim.stock.engine import DEFAULT_MEMORY, Engine, disk_full_told, is_ours, quote
from essaim.stock.errors import GateRefusal, WrongFile
from essaim.stock.extract import Job, extract
from essaim.stock.labels.qualifying import create_listed
from essaim.stock.perimeter import of_public_law
from essaim.stock.report import describe_extract
from essaim.stock.schema import CUBE_COLUMNS, ESTABLISHMENTS, EXTRACT_COLUMNS, LEGAL_UNITS
from essaim.stock.source import Source
from essaim.stock.sources import diagnose, latest_vintage, open_source

# data.gouv.fr, « Base Sirene des entreprises et de leurs établissements », Licence Ouverte 2.0.
OFFICIAL = "https://object.files.data.gouv.fr/data-pipeline-open/siren/stock"
OFFICIAL_ESTABLISHMENTS = f"{OFFICIAL}/StockEtablissement_utf8.parquet"
OFFICIAL_LEGAL_UNITS = f"{OFFICIAL}/StockUniteLegale_utf8.parquet"


def import_stock(
    *,
    data_dir: Path,
    vintage: str | None = None,
    establishments: str = OFFICIAL_ESTABLISHMENTS,
    legal_units: str = OFFICIAL_LEGAL_UNITS,
    perimeter_version: str = DEFAULT_VERSION,
    accept_shrink: bool = False,
    memory_limit: str = DEFAULT_MEMORY,
    threads: int | None = None,
    progress: Progress = lambda message: None,
    on_switch: Callable[[], None] = lambda: None,
) -> dict[str, Any]:
    """Extract all of France's ESS and put the extract in service. Returns the report (see `report.stock_text`).

    ``establishments`` and ``legal_units`` are paths or http(s) URLs. ``vintage`` is, by default, the month in which the
    server says that it published them, else this month. Files in service are refused under a later vintage.

    Whatever stops it (StockError and its kinds, KeyboardInterrupt, a crash), the former extract stays in service.
    ``on_switch`` is called just before the new one comes in service: whoever stops the run afterwards comes too late.
    """
    started = time.monotonic()
    if vintage is not None:
        check_vintage(vintage)
    perimeter = load_perimeter(perimeter_version)
    archive = Archive(data_dir)
    with disk_full_told(data_dir), archive.workspace() as work:
        with Engine(work, memory_limit=memory_limit, threads=threads) as engine:
            sources = [
                open_source(
                    engine, location, role=schema.name, work=work, downloads=archive.downloads, progress=progress
                )
                for location, schema in ((legal_units, LEGAL_UNITS), (establishments, ESTABLISHMENTS))
            ]
            units, places = sources
            units.require(LEGAL_UNITS.needed)
            places.require(ESTABLISHMENTS.needed)
            for source in sources:
                source.fictitious = source.fictitious or _all_invented(engine, source)
            vintage = vintage or latest_vintage(sources)
            former = archive.current()
            _refuse_unchanged(former, sources, vintage)
            labels = archive.current_labels(beside_invented=all(source.fictitious for source in sources))
            create_listed(engine, labels, vintage)
            metadata = _metadata(vintage, perimeter.version, sources)
            finished = work / "finished"
            finished.mkdir()
            with _named_failures(engine, units, places):
                job = Job(engine, places, units, perimeter, vintage, metadata, work, progress)
                outcome = extract(job)
                outcome.flags["siae_public"] = _public_siae(engine, units)
            outcome.flags["unreadable_line"] = units.rejected + places.rejected
            progress("contrôle de l’extrait")
            rows = gate.check_readable(engine, outcome.extract, EXTRACT_COLUMNS, outcome.extract.name)
            gate.check_shrink(rows, former, "Le nouvel extrait", accept_shrink=accept_shrink)
            assert outcome.cube is not None
            gate.check_readable(engine, outcome.cube, CUBE_COLUMNS, outcome.cube.name)
            described = describe_extract(engine, str(outcome.extract))
            cube = _describe_cube(engine, outcome.cube)
            fictitious = metadata["fictif"] == "true"
        for path in (outcome.extract, outcome.cube):
            path.rename(finished / path.name)
        report: dict[str, Any] = {
            "command": "stock import",
            "vintage": vintage,
            "perimeter": perimeter.version,
            "fictitious": fictitious,
            "rows_read": {"establishments": places.rows, "legal_units": units.rows},
            **described,
            "flags": outcome.flags,
            "cube": cube,
            "passes": outcome.passes,
            "sources": [_source_report(source) for source in sources],
            "labels": {kind: manifest.vintage for kind, manifest in labels.items()},
            "former": {"vintage": former.vintage, "rows": former.rows} if former else None,
            "seconds": round(time.monotonic() - started, 2),
        }
        manifest = Manifest(
            kind=EXTRACT,
            vintage=vintage,
            rows=rows,
            fictitious=fictitious,
            perimeter_version=perimeter.version,
            imported_at=now_iso(),
            sources=tuple(source.origin for source in sources),
            report=report,
        )
        report["path"] = str(archive.put_in_service(finished, manifest, on_switch))
    return report


def _refuse_unchanged(former: Manifest | None, sources: list[Source], vintage: str) -> None:
    """Refuse the files in service under a later name: nothing in them is newer. An earlier name corrects one."""
    if former is None or vintage <= former.vintage:
        return
    if {origin.sha256 for origin in former.sources} == {source.origin.sha256 for source in sources}:
        raise GateRefusal(
            f"Ces deux fichiers sont ceux du millésime {former.vintage}, déjà en service : ceux de {vintage} ne sont "
            "pas encore parus, ou ce ne sont pas les bons. Rien n’a été remplacé. Pour refaire le même extrait, par "
            f"exemple après une nouvelle liste, relancez avec --vintage {former.vintage}."
        )


def _all_invented(engine: Engine, source: Source) -> bool:
    """Whether every SIREN of a source begins with 999, which belongs to nobody: a safety net for unmarked files."""
    nobody = f"starts_with(CAST(siren AS VARCHAR), '{FICTITIOUS_PREFIX}')"
    stranger = f"SELECT 1 FROM {source.relation} WHERE NOT {nobody} LIMIT 1"
    return not engine.rows(stranger)


def _metadata(vintage: str, perimeter: str, sources: list[Source]) -> dict[str, str]:
    """What the Parquet files say of themselves, so that a copy sent elsewhere still tells where it comes from."""
    return {
        "vintage": vintage,
        "perimeter": perimeter,
        "fictif": "true" if any(source.fictitious for source in sources) else "false",
        "sources": " ; ".join(f"{source.origin.name} sha256:{source.origin.sha256}" for source in sources),
        "licence": "Insee, base Sirene, Licence Ouverte 2.0",
    }


@contextmanager
def _named_failures(engine: Engine, *sources: Source) -> Iterator[None]:
    """When reading fails, name the file, the column and the row group that cannot be read."""
    try:
        yield
    except duckdb.Error as error:
        if is_ours(error):
            raise
        for source, schema in zip(sources, (LEGAL_UNITS, ESTABLISHMENTS), strict=True):
            refusal = diagnose(engine, source, schema.read)
            if refusal is not None:
                raise refusal from error
        if isinstance(error, duckdb.IOException):
            raise
        names = " ou ".join(f"« {source.origin.name} »" for source in sources)
        raise WrongFile(
            f"{names} : une colonne n’a pas la forme attendue ({str(error).splitlines()[0][:200]})."
        ) from error


def _public_siae(engine: Engine, units: Source) -> int:
    """How many legal units of public law the SIAE list names and the perimeter leaves out."""
    if not engine.value("SELECT count(*) FROM listed WHERE siae_only"):
        return 0
    count: int = engine.value(
        "SELECT count(DISTINCT u.siren) FROM "
        f'(SELECT siren, "categorieJuridiqueUniteLegale" AS category FROM {units.relation}) u '
        f"JOIN listed USING (siren) WHERE listed.siae_only AND {of_public_law('u.category::VARCHAR')}"
    )
    return count


def _describe_cube(engine: Engine, path: Path) -> dict[str, int]:
    rows, total, orphans = engine.row(
        "SELECT count(*), coalesce(sum(establishments), 0), "
        "coalesce(sum(establishments) FILTER (legal_category IS NULL), 0) "
        f"FROM read_parquet({quote(path)})"
    )
    return {"rows": rows, "establishments": int(total), "without_legal_unit": int(orphans)}


def _source_report(source: Source) -> dict[str, Any]:
    return {
        "role": source.origin.role,
        "name": source.origin.name,
        "location": source.origin.location,
        "size": source.origin.size,
        "sha256": source.origin.sha256,
        "rows": source.rows,
        "rejected": source.rejected,
        "rejected_examples": source.rejected_examples,
        "notes": source.notes,
    }
