"""Load one source file: all of its tables and their journal entry, or nothing; the same file twice writes once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from essaim.foundation import journal
from essaim.foundation.chunks import chunks
from essaim.foundation.errors import Busy, is_lock
from essaim.foundation.journal import Author
from essaim.geography.actions import load_density
from essaim.geography.queries import commune_resolver
from essaim.observatory.actions.demonstration import remove_invented
from essaim.observatory.book import CellRow
from essaim.observatory.enums import Source
from essaim.observatory.layouts.density import DensityGrid
from essaim.observatory.load_plan import TablePlan, key_of, plan
from essaim.observatory.load_report import GridReport, LoadReport, VintageReport
from essaim.observatory.members import Members, loaded_members
from essaim.observatory.models import AXES, Cell, SourceFile, Vintage
from essaim.observatory.reading import Reading, WrongFile

LOADED = "fichier de l’observatoire chargé"
BATCH = 2_000
Progress = Callable[[str], None]


def _silent(_: str) -> None:
    """Say nothing."""


def preview(reading: Reading | DensityGrid) -> LoadReport | GridReport:
    """What `load` would do, without writing. Raises WrongFile as `load` does."""
    if isinstance(reading, DensityGrid):
        return _grid_report(reading)
    members = _members(reading)
    report = LoadReport(reading.name, reading.sha256, reading.size, written=False)
    for one in (reading, *reading.siblings):
        report.vintages.append(plan(one, members, _vintages(one).first())[1])
    return report


def load(
    *, reading: Reading | DensityGrid, by: Author, publish: bool = True, progress: Progress = _silent
) -> LoadReport | GridReport:
    """Write every table of a file, and show its vintages to the public unless `publish` is False.

    One transaction, the vintages locked. A table takes the place of the former one of its kind and territories. A file
    that is loaded already writes nothing. When a real Sirene extract arrives, what the demonstration invented leaves.
    Raises WrongFile (it contradicts another table of its vintage; it has no territory of ours; a draft of what is
    public already) and Busy (somebody else writes for too long).
    """
    if isinstance(reading, DensityGrid):
        return _load_grid(reading, by=by)
    members = _members(reading)
    report = LoadReport(reading.name, reading.sha256, reading.size, written=False)
    try:
        with transaction.atomic(), journal.group():
            if reading.source == Source.SIRENE and not reading.fictitious:
                reason = f"un vrai extrait arrive (Sirene {reading.period})"
                if remove_invented(by=by, reason=reason):
                    progress("les chiffres inventés de la démonstration sont retirés")
            # In one order, whatever the file's: two loads of the same years never wait for each other.
            for one in sorted((reading, *reading.siblings), key=lambda each: each.period):
                progress(f"{one.source.short} {one.period}")
                done = _load_vintage(one, members, by=by, publish=publish)
                report.vintages.append(done)
                report.written |= not done.already
    except OperationalError as error:
        if is_lock(error):
            raise Busy(
                "Un autre chargement de l’observatoire est en cours. Attendez qu’il finisse, puis recommencez."
            ) from error
        raise
    report.vintages.reverse()
    return report


def _members(reading: Reading) -> Members:
    members = loaded_members()
    if not members.epci:
        raise WrongFile(
            f"« {reading.name} » : aucun code géographique n’est chargé, les territoires du fichier ne peuvent pas "
            "être reconnus. Lancez d’abord « essaim geography load »."
        )
    return members


def _vintages(reading: Reading) -> QuerySet[Vintage]:
    return Vintage.objects.filter(**_about(reading))


def _about(reading: Reading) -> dict[str, Any]:
    """What makes a vintage itself: the demonstration's invented one stands beside the real one of the same period."""
    return {
        "source": reading.source,
        "field": reading.field,
        "period": reading.period,
        "fictitious": reading.fictitious,
    }


def _load_vintage(reading: Reading, members: Members, *, by: Author, publish: bool) -> VintageReport:
    now = timezone.now()
    about = _about(reading)
    new = {"year": reading.year, "perimeter_version": reading.perimeter_version, "loaded_at": now}
    # The loser of a race for a new vintage waits here for the winner's, then finds what it wrote.
    made = Vintage.objects.get_or_create(**about, defaults=new)[1]
    vintage = Vintage.objects.select_for_update().get(**about)
    plans, report = plan(reading, members, vintage)
    report.pk = vintage.pk
    if report.already:
        return report
    if not publish and vintage.published_at is not None:
        raise WrongFile(
            f"« {reading.name} » : {vintage} est déjà publié, le charger en brouillon changerait ce que le public voit."
            " Retirez d’abord ce millésime, ou enregistrez en publiant."
        )
    former = {one.report.name: one.former.sha256 for one in plans if one.former is not None}
    for one in plans:
        if not one.report.already:
            _write_table(one, vintage, by=by)
    before = {"published_at": vintage.published_at}
    vintage.loaded_at = now
    vintage.perimeter_version = reading.perimeter_version
    if publish and vintage.published_at is None:
        vintage.published_at = now
    vintage.save(update_fields=["loaded_at", "perimeter_version", "published_at"])
    report.published = vintage.published_at is not None
    journal.record(
        by=by,
        verb=LOADED,
        obj=vintage,
        reason=reading.name,
        before=None if made else before | {"sha256": former},
        after={
            "published_at": vintage.published_at,
            "sha256": reading.sha256,
            "tables": {
                one.report.name: {
                    "sheet": one.report.sheet,
                    "cells": len(one.cells),
                    "added": one.report.added,
                    "changed": one.report.changed,
                    "removed": one.report.removed,
                }
                for one in plans
                if not one.report.already
            },
        },
    )
    return report


def _write_table(table: TablePlan, vintage: Vintage, *, by: Author) -> None:
    if table.former is not None:
        Cell.objects.filter(file=table.former).delete()
        table.former.delete()
    for key in table.hides:
        Cell.objects.filter(vintage=vintage, **dict(zip(AXES, key, strict=True))).delete()
    for key in table.veils:
        Cell.objects.filter(vintage=vintage, **dict(zip(AXES, key, strict=True))).update(value=None)
    file = SourceFile.objects.create(
        vintage=vintage,
        table=table.report.name,
        layout=table.report.layout,
        name=table.file.name[:200],
        sheet=table.report.sheet[:100],
        sha256=table.file.sha256,
        size=table.file.size,
        report=table.report.as_dict(),
        loaded_at=timezone.now(),
        loaded_by=journal.label_of(by)[:200],
    )
    _insert(table.cells, file, vintage)


def _insert(cells: Iterable[CellRow], file: SourceFile, vintage: Vintage) -> None:
    """Write cells as they are: through model instances, 200 000 of them take eight times as long."""
    names = ("file_id", "vintage_id", "line", *AXES, "value")
    quote = connection.ops.quote_name
    sql = (
        f"INSERT INTO {quote(Cell._meta.db_table)} ({', '.join(map(quote, names))}) "
        f"VALUES ({', '.join(['%s'] * len(names))})"
    )
    prepared = Cell._meta.get_field("value").get_db_prep_save
    with connection.cursor() as cursor:
        for batch in chunks(cells, BATCH):
            cursor.executemany(
                sql,
                [
                    (file.pk, vintage.pk, cell.line, *map(str, key_of(cell)), prepared(cell.value, connection))
                    for cell in batch
                ],
            )


# --- the density grid -----------------------------------------------------------------------------------------------


def _grid_report(grid: DensityGrid) -> GridReport:
    known = commune_resolver()
    return GridReport(
        grid.name, grid.sha256, grid.size, len(grid.levels), sum(code in known for code in grid.levels), written=False
    )


def _load_grid(grid: DensityGrid, *, by: Author) -> GridReport:
    report = _grid_report(grid)
    source = f"Insee, grille communale de densité à 7 niveaux ({grid.name})"
    report.updated = load_density(path=grid.path, by=by, source=source).updated
    report.written = report.updated > 0
    return report
