"""Open Flores by commune: establishments and jobs of the whole economy, public and private. The ESS is not in it.

Two layouts. *Wide*, until 2021 (`TD_FLORES2021_NA17_NBSAL`): one line a commune, one measure a file, the year in the
name. *Long*, since 2022 (`DS_FLORES_A17_2024_data.csv`): one line a territory × activity × measure, several levels.
Plain CSV, or the ZIP of Insee with its `_metadata.csv`. DuckDB reads them within `MEMORY`, whatever their size.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from essaim.foundation.files import sha256_of
from essaim.observatory.enums import Field, Source
from essaim.observatory.layouts.flores_open.base import MACROS
from essaim.observatory.layouts.flores_open.long import Long
from essaim.observatory.layouts.flores_open.package import WIDE, Package, open_package, sniff
from essaim.observatory.layouts.flores_open.wide import Wide
from essaim.observatory.members import loaded_members
from essaim.observatory.reading import Reading, TooHeavy, WrongFile
from essaim.stock.engine import Engine, disk_full_told
from essaim.stock.errors import OutOfMemory, StockError
from essaim.stock.source import Source as OpenedSource
from essaim.stock.sources import open_source

MEMORY = "400MB"
"""What DuckDB may take; it spills to the disk beyond. The process takes some 200 MB beside."""


def recognises(path: Path) -> bool:
    """Whether the file, or the CSV in the ZIP, has the columns of one of the two layouts; reads its first lines."""
    return sniff(path) is not None


def read(path: Path, *, name: str, year: int | None = None) -> Reading:
    """Read one year: the one of the name (wide), the one asked for or the newest (long).

    Insee publishes one year a file. Of a file made of several, the others are told and come one at a time: all at once
    they would be as many times the cells that a request may write.

    Raises WrongFile for a file that is none of these, a year that is not told, a column or a total that is missing, a
    total smaller than the sum of its parts, or too many wrong lines.
    """
    with _opened(path, name) as (engine, package, source):
        reader = Wide if package.layout == WIDE else Long
        one = reader(engine, package, source, name, year)
        tables = list(one.tables(loaded_members()))
    if not any(table.cells for table in tables):
        raise WrongFile(f"« {name} » ne dit rien d’aucun territoire du code géographique chargé.")
    return Reading(
        path=path,
        name=name,
        sha256=sha256_of(path),
        size=path.stat().st_size,
        source=Source.FLORES_OPEN,
        field=Field.OPEN_POSTS,
        period=str(one.year),
        perimeter_version="",
        tables=tables,
    )


@contextmanager
def _opened(path: Path, name: str) -> Iterator[tuple[Engine, Package, OpenedSource]]:
    with tempfile.TemporaryDirectory(prefix="essaim-flores-") as folder:
        work = Path(folder)
        try:
            with disk_full_told(work), Engine(work, memory_limit=MEMORY) as engine:
                package = open_package(path, name, work)
                source = open_source(
                    engine,
                    str(package.data),
                    role="flores",
                    work=work,
                    downloads=work,
                    progress=lambda _text: None,
                    called=name,
                    plain=True,
                )
                for macro in MACROS:
                    engine.run(macro)
                yield engine, package, source
        except OutOfMemory as error:
            raise TooHeavy(f"« {name} » demande plus que les {MEMORY} de mémoire d’une lecture.") from error
        except StockError as error:
            raise WrongFile(str(error)) from error
