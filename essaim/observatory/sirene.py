"""Sirene, read from the extract in service and its cube: employer establishments by family, sector and band.

Sirene tells no number of jobs, only bands: jobs are worked out from them (`evaluation.estimate`), as an interval.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from decimal import Decimal
from pathlib import Path

from essaim.foundation.files import sha256_of
from essaim.observatory.book import CellRow
from essaim.observatory.enums import Field, Level, Measure, Population, Source
from essaim.observatory.invented import keep_what_is_whole
from essaim.observatory.members import Key, Members, loaded_members
from essaim.observatory.reading import FileSeen, Reading, TableReading, WrongFile
from essaim.observatory.territory import Territory, parse_key
from essaim.stock.counting import Employers
from essaim.stock.read import Extract, current_extract

ESS, EVERYONE = "ess", "everyone"
"""The two tables: the ESS from the extract, the whole economy from the cube."""

LAYOUTS = {
    ESS: ("sirene_extract", "Extrait Sirene de l’ESS : établissements par famille, secteur et tranche d’effectif"),
    EVERYONE: ("sirene_cube", "Dénombrement Sirene de toute l’économie, par tranche d’effectif"),
}
_PARQUET = b"PAR1"
_FIRST_BAND = "00"


def recognises(path: Path) -> bool:
    """Whether the file is Parquet, by its first bytes."""
    try:
        with path.open("rb") as handle:
            return handle.read(len(_PARQUET)) == _PARQUET
    except OSError:
        return False


def read_sirene(data_dir: Path, path: Path | None = None, *, name: str = "") -> Reading:
    """Count the extract in service for every territory of the loaded COG.

    `path`, when given, must be the extract in service or its cube; `name` is how messages call it. An invented extract
    tells of the territories of the demonstration alone. Raises WrongFile, which says what to do.
    """
    extract = current_extract(data_dir)
    if extract is None:
        raise WrongFile(
            "Aucun extrait Sirene n’est en service : importez d’abord le stock avec « essaim stock import »."
        )
    if path is not None and path.resolve() not in (extract.path.resolve(), extract.cube_path.resolve()):
        raise WrongFile(
            f"« {name or path.name} » n’est pas l’extrait Sirene en service ({extract.vintage}) ni son dénombrement. "
            "Pour un autre mois, importez le stock avec « essaim stock import », puis chargez l’extrait mis en service."
        )
    members = loaded_members()
    counted = _count(extract, members)
    seen = _seen(extract.path)
    reading = Reading(
        path=extract.path,
        name=seen.name,
        sha256=seen.sha256,
        size=seen.size,
        source=Source.SIRENE,
        field=Field.ACTIVE,
        period=extract.vintage,
        perimeter_version=extract.perimeter_version,
        tables=[_ess_table(extract, counted), _everyone_table(extract, counted, members)],
        fictitious=extract.fictitious,
    )
    keep_what_is_whole(reading)
    return reading


def cells_of(extract: Extract, communes: Collection[str], territory: Territory) -> list[CellRow]:
    """The cells of one territory, straight from the extract and its cube.

    Give every code of its communes, former ones and districts too (`geography.queries.codes_of`).
    """
    codes = sorted(set(communes))
    key = (territory.level.value, territory.code)
    counted = extract.employers(codes, [_group(key)] * len(codes), pruned=True)
    return [*_ess_cells(counted), *_everyone_cells(counted, [key])]


def _count(extract: Extract, members: Members) -> Employers:
    codes: list[str] = []
    groups: list[str] = []
    names = {commune: [_group(key) for key in members.keys_of(commune)] for commune in members.communes}
    for code, commune in members.today.items():
        for group in names[commune]:
            codes.append(code)
            groups.append(group)
    return extract.employers(codes, groups)


def _group(key: Key) -> str:
    return f"{Level(key[0]).value}-{key[1]}"


def _key(group: str) -> Key:
    key = parse_key(group)
    if key is None:
        raise ValueError(group)
    return key


def _ess_cells(counted: Employers) -> Iterator[CellRow]:
    for group, family, sector, band, number in counted.ess:
        yield _cell(_key(group), Population.ESS, number, family=family, sector=sector, size=band)


def _everyone_cells(counted: Employers, territories: Collection[Key]) -> Iterator[CellRow]:
    """One cell a band; a territory without any employer has a zero, so that it is known to have none."""
    silent = dict.fromkeys(territories)
    for group, band, number in counted.everyone:
        key = _key(group)
        silent.pop(key, None)
        yield _cell(key, Population.ALL, number, size=band)
    for key in silent:
        yield _cell(key, Population.ALL, 0, size=_FIRST_BAND)


def _cell(key: Key, population: Population, number: int, *, family: str = "", sector: str = "", size: str) -> CellRow:
    measure = Measure.ESTABLISHMENTS.value
    return CellRow(0, 0, None, *key, population.value, family, sector, size, "", measure, Decimal(number))


def _table(key: str, cells: list[CellRow], extract: Extract, kept: str) -> TableReading:
    table = TableReading(key, *LAYOUTS[key], cells=cells)
    whole = sum((cell.value or Decimal(0) for cell in cells if cell.level == Level.COUNTRY), Decimal(0))
    table.counts.update(Counter(cells=len(cells), rows_kept=int(whole)))
    table.totals[f"{kept} {'inventés' if extract.fictitious else 'en France'}"] = str(whole)
    return table


def _ess_table(extract: Extract, counted: Employers) -> TableReading:
    table = _table(ESS, list(_ess_cells(counted)), extract, "Établissements employeurs de l’ESS")
    table.counts["rows_read"] = extract.rows
    table.counts["ignored"] = counted.not_employers + counted.elsewhere
    table.totals["Établissements actifs de l’ESS sans tranche d’employeur, laissés de côté"] = str(
        counted.not_employers
    )
    for number, text in (
        (counted.elsewhere, "placés dans une commune que le code géographique ne connaît pas : comptés nulle part"),
        (counted.by_unit, "dont l’activité n’est pas écrite en NAF rév. 2 : comptés par celle de leur unité légale"),
        (counted.without_sector, "sans activité connue en NAF rév. 2 : comptés dans les totaux, dans aucun secteur"),
    ):
        if number:
            table.remark(None, f"Établissements employeurs de l’ESS {text} : {number}.", kind="remarks")
    return table


def _everyone_table(extract: Extract, counted: Employers, members: Members) -> TableReading:
    cells = list(_everyone_cells(counted, members.territories()))
    table = _table(EVERYONE, cells, extract, "Établissements employeurs de toute l’économie")
    table.file = _seen(extract.cube_path)
    silent = sum(cell.value == 0 and cell.level == Level.EPCI for cell in cells)
    if silent and not extract.fictitious:
        table.remark(None, f"Intercommunalités où l’extrait ne connaît aucun employeur : {silent}.", kind="remarks")
    return table


def _seen(path: Path) -> FileSeen:
    return FileSeen(path.name, sha256_of(path), path.stat().st_size)
