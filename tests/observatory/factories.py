"""Vintages and cells for the tests of the observatory, in memory (`book`) or in the database (`vintage`)."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from decimal import Decimal

from django.utils import timezone

from essaim.observatory.book import Book, CellRow, FileNote, VintageNote
from essaim.observatory.enums import Field, Level, Measure, Population, Source
from essaim.observatory.models import Cell, SourceFile, Vintage
from essaim.observatory.territory import Territory

EPCI = Territory(Level.EPCI, "200069854", "Grand Poitiers Communauté urbaine")
FIELDS = {
    Source.FLORES_ESS: Field.ALL_POSTS,
    Source.FLORES_OPEN: Field.OPEN_POSTS,
    Source.URSSAF: Field.PRIVATE_MEAN,
    Source.SIRENE: Field.ACTIVE,
}
_numbers = itertools.count(1)


def cell(
    value: object,
    *,
    measure: str = Measure.JOBS,
    population: str = Population.ESS,
    level: str = Level.EPCI,
    code: str = EPCI.code,
    family: str = "",
    sector: str = "",
    size: str = "",
    workers: str = "",
    line: int | None = 1,
    vintage: int = 0,
) -> CellRow:
    """One cell; `value` None is secret. `vintage` is filled in by whoever gathers cells."""
    number = None if value is None else Decimal(str(value))
    return CellRow(vintage, vintage, line, level, code, population, family, sector, size, workers, measure, number)


def note(source: str, period: str, *, field: str | None = None, pk: int | None = None, **more: object) -> VintageNote:
    """A published vintage, without a database."""
    pk = next(_numbers) if pk is None else pk
    source = Source(source)
    return VintageNote(
        pk,
        source,
        Field(field or FIELDS[source]),
        period,
        int(period[:4]),
        files=(FileNote(pk, "families", f"{source}-{period}.csv", "", f"{pk:064x}"),),
        **more,  # type: ignore[arg-type]
    )


def book(*parts: tuple[VintageNote, Iterable[CellRow]], facts=(), calibrators=()) -> Book:
    """A book of (vintage, cells) pairs: the cells take their vintage's number."""
    cells = [one._replace(vintage=vintage.pk, file=vintage.pk) for vintage, cells in parts for one in cells]
    return Book([vintage for vintage, _ in parts], cells, facts, calibrators)


def vintage(
    source: str,
    period: str,
    cells: Iterable[CellRow],
    *,
    field: str | None = None,
    published: bool = True,
    fictitious: bool = False,
) -> Vintage:
    """A vintage in the database with one file and its cells."""
    source = Source(source)
    now = timezone.now()
    row = Vintage.objects.create(
        source=source,
        field=field or FIELDS[source],
        period=period,
        year=int(period[:4]),
        fictitious=fictitious,
        perimeter_version="insee-champ-es-2017",
        loaded_at=now,
        published_at=now if published else None,
    )
    table = SourceFile.objects.create(
        vintage=row,
        table="families",
        layout="test",
        name=f"{source}-{period}.csv",
        sha256=f"{row.pk:064x}",
        size=1,
        loaded_at=now,
        loaded_by="test",
    )
    Cell.objects.bulk_create(
        Cell(
            vintage=row,
            file=table,
            **{key: value for key, value in one._asdict().items() if key not in ("vintage", "file")},
        )
        for one in cells
    )
    return row
