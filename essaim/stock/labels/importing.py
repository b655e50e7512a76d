"""``stock labels FILE``: recognise a list, check it, archive it, put it in service."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

from essaim.nomenclature.perimeter import DEFAULT_VERSION
from essaim.stock import gate
from essaim.stock.archive import Archive, Manifest, check_vintage, now_iso
from essaim.stock.download import Progress
from essaim.stock.engine import DEFAULT_MEMORY, Engine, disk_full_told, is_ours, quote
from essaim.stock.errors import WrongFile
from essaim.stock.labels import complements, qualifying
from essaim.stock.labels.layouts import GEOLOCATION, RNA, SUCCESSION, Layout, recognise
from essaim.stock.source import Source
from essaim.stock.sources import diagnose, latest_vintage, open_source

_ODD = ("key_wrong", "kind_unknown", "duplicate_row", "expired", "commune_unknown")


def import_labels(
    *,
    data_dir: Path,
    file: str,
    vintage: str | None = None,
    forced: str | None = None,
    accept_shrink: bool = False,
    memory_limit: str = DEFAULT_MEMORY,
    threads: int | None = None,
    progress: Progress = lambda message: None,
    on_switch: Callable[[], None] = lambda: None,
) -> dict[str, Any]:
    """Import one list, from a path or a URL. Returns the report (see `report.label_text`).

    ``vintage`` is that of the list: by default the month in which its server says that it published it, else this
    month. ``forced`` names the kind instead of recognising it.
    Raises StockError; the former list stays in service.
    """
    started = time.monotonic()
    if vintage is not None:
        check_vintage(vintage)
    archive = Archive(data_dir)
    with disk_full_told(data_dir), archive.workspace() as work:
        with Engine(work, memory_limit=memory_limit, threads=threads) as engine:
            source = open_source(engine, file, role="liste", work=work, downloads=archive.downloads, progress=progress)
            layout = recognise(source, forced)
            vintage = vintage or latest_vintage([source])
            progress(f"{source.origin.name} : {layout.title}")
            finished = work / "finished"
            finished.mkdir()
            written = _write(engine, source, layout, vintage, finished)
            columns = complements.COLUMNS.get(layout.kind, qualifying.COLUMNS)
            rows = gate.check_readable(engine, written.path, columns, written.path.name)
            former = archive.current(layout.kind)
            gate.check_shrink(rows, former, f"La liste « {layout.title} »", accept_shrink=accept_shrink)
            written.flags["unreadable_line"] = source.rejected
            written.flags["siren_absent"] = _absent(engine, archive.current(), written.path, layout)
        report: dict[str, Any] = {
            "command": "stock labels",
            "kind": layout.kind,
            "title": layout.title,
            "vintage": vintage,
            "fictitious": source.fictitious,
            "read": source.rows + source.rejected,
            "accepted": rows,
            "repaired": written.repaired,
            "refused": written.refused + source.rejected,
            "odd": sum(written.flags.get(flag, 0) for flag in _ODD),
            "by_kind": written.by_kind,
            "flags": written.flags,
            "notes": source.notes,
            "source": {"name": source.origin.name, "size": source.origin.size, "sha256": source.origin.sha256},
            "former": {"vintage": former.vintage, "rows": former.rows} if former else None,
            "seconds": round(time.monotonic() - started, 2),
        }
        manifest = Manifest(
            kind=layout.kind,
            vintage=vintage,
            rows=rows,
            fictitious=source.fictitious,
            perimeter_version=DEFAULT_VERSION,
            imported_at=now_iso(),
            sources=(source.origin,),
            report=report,
        )
        report["path"] = str(archive.put_in_service(finished, manifest, on_switch))
    return report


def _write(engine: Engine, source: Source, layout: Layout, vintage: str, folder: Path) -> qualifying.Written:
    try:
        if layout in (RNA, SUCCESSION, GEOLOCATION):
            return complements.write(engine, source, layout, folder)
        return qualifying.write(engine, source, layout, vintage, folder)
    except duckdb.Error as error:
        if is_ours(error):
            raise
        refusal = diagnose(engine, source, tuple(source.columns))
        if refusal is not None:
            raise refusal from error
        message = str(error).splitlines()[0][:200]
        raise WrongFile(f"« {source.origin.name} » : une colonne n’a pas la forme attendue ({message}).") from error


def _absent(engine: Engine, extract: Manifest | None, path: Path, layout: Layout) -> int:
    """How many SIREN of a qualifying list the extract in service does not hold (none is expected of the others)."""
    if layout.kind in complements.COLUMNS or extract is None:
        return 0
    known = f"read_parquet({quote(extract.path / 'establishments.parquet')})"
    count: int = engine.value(
        f"SELECT count(DISTINCT siren) FROM read_parquet({quote(path)}) WHERE siren NOT IN (SELECT siren FROM {known})"
    )
    return count
