"""What loading a file would change: which cells are for us, which table they replace, which figures they contradict.

Reads only. The loading action asks again once its vintage is locked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from essaim.observatory.book import CellRow
from essaim.observatory.enums import FamilyGroup, Level, Measure, Population, Source, Workers
from essaim.observatory.load_report import TableReport, VintageReport
from essaim.observatory.members import Members
from essaim.observatory.models import AXES, Cell, SourceFile, Vintage
from essaim.observatory.reading import FileSeen, Reading, Remark, TableReading, WrongFile
from essaim.observatory.secrecy import Axes, to_hide
from essaim.ui.typography import counted, number

Key = tuple[object, ...]
Values = dict[Key, Decimal | None]


def key_of(cell: CellRow) -> Key:
    """The axes of a cell: what a vintage says once only."""
    return cell[3:11]


@dataclass(slots=True)
class TablePlan:
    """One table to write: its cells, the former file whose place it takes, its report.

    `hides`: figures of other tables of the vintage that this one keeps secret; they go. `veils`: those of other tables
    that would tell what this one keeps secret; they stay without their value.
    """

    report: TableReport
    file: FileSeen
    cells: list[CellRow]
    former: SourceFile | None
    hides: list[Key] = field(default_factory=list)
    veils: list[Key] = field(default_factory=list)


def plan(reading: Reading, members: Members, vintage: Vintage | None) -> tuple[list[TablePlan], VintageReport]:
    """What the tables of a reading do to a vintage (None: it is new). Raises WrongFile when they contradict it."""
    files = [] if vintage is None else list(vintage.files.all())
    sorted_out = [_sorted_out(table, members, reading.name) for table in reading.tables]
    slots = _Slots(files, {file.pk: _territories(file) for file in files})
    plans = []
    for table, (told, cells) in zip(reading.tables, sorted_out, strict=True):
        told.name, former = slots.take(table.table, {(cell.level, cell.code) for cell in cells})
        plans.append(TablePlan(told, reading.file_of(table), cells, former))
    replaced = {one.former.pk for one in plans if one.former is not None}
    said = _said_elsewhere(vintage, replaced)
    read = [one.cells for one in plans]
    for one in plans:
        _keep_once(one, said, reading.name)
    if reading.source == Source.FLORES_ESS:
        _keep_from_telling(plans, read, _stored(vintage, replaced))
    for one in plans:
        _compare(one)
    report = VintageReport(
        reading.source,
        reading.field,
        reading.period,
        None if vintage is None else vintage.pk,
        [one.report for one in plans],
        vintage is not None and vintage.published_at is not None,
        reading.fictitious,
    )
    return plans, report


# --- territories ----------------------------------------------------------------------------------------------------


def _sorted_out(table: TableReading, members: Members, name: str) -> tuple[TableReport, list[CellRow]]:
    """The cells of the territories that we keep, communes by their code of today; the rest counted and told."""
    report = TableReport.of(table)
    kept: list[CellRow] = []
    communes: dict[Key, list[CellRow]] = defaultdict(list)
    unknown: dict[tuple[str, str], set[int | None]] = defaultdict(set)
    for cell in table.cells:
        if cell.level != Level.COMMUNE:
            if members.knows((cell.level, cell.code)):
                kept.append(cell)
            else:
                unknown[cell.level, cell.code].add(cell.line)
        elif (today := members.today.get(cell.code)) is None:
            unknown[cell.level, cell.code].add(cell.line)
        elif today in members.shown:
            moved = cell._replace(code=today)
            communes[key_of(moved)].append(moved)
        else:
            report.counts["outside"] += 1
    kept.extend(_summed(same) for same in communes.values())
    for (level, code), lines in unknown.items():
        who = f"{Level(level).label} {code}"
        text = f"{who}, que le code géographique chargé ne connaît pas : ses lignes ne sont pas gardées."
        first = min((line for line in lines if line is not None), default=None)
        report.remark(first, text, kind="refused", times=len(lines))
    if unknown and not kept:
        where = f", feuille {table.sheet}" if table.sheet else ""
        raise WrongFile(
            f"« {name} »{where} : aucun de ses territoires n’est au code géographique chargé (par exemple "
            f"{next(iter(unknown))[1]}). Vérifiez le fichier, ou chargez le code avec « essaim geography load »."
        )
    refused = sum(map(len, unknown.values()))
    report.counts["rows_kept"] = max(report.counts["rows_kept"] - refused, 0)
    report.counts["cells"] = len(kept)
    report.counts["secret"] = sum(cell.value is None for cell in kept)
    return report, kept


def _summed(same: Sequence[CellRow]) -> CellRow:
    """One cell of a commune of today, from those of the communes merged in it; one secret makes the sum secret."""
    first = same[0]
    if len(same) == 1:
        return first
    values = [cell.value for cell in same if cell.value is not None]
    total = sum(values, Decimal(0)) if len(values) == len(same) else None
    return first._replace(line=None, value=total)


# --- tables of the vintage ------------------------------------------------------------------------------------------


def _territories(file: SourceFile) -> set[tuple[str, str]]:
    return set(file.cells.values_list("level", "code").distinct())


class _Slots:
    """Which former file a table replaces: the one of its kind that tells of the same territories.

    The CRESS network orders one file for the communities of communes and another for the rest: the same tables of
    other territories, which stand beside the first and do not take its place.
    """

    def __init__(self, files: Sequence[SourceFile], territories: dict[int, set[tuple[str, str]]]) -> None:
        self.by_name = {file.table: file for file in files}
        self.territories = territories
        self.taken: set[str] = set()

    def take(self, kind: str, about: set[tuple[str, str]]) -> tuple[str, SourceFile | None]:
        """A name, and the file that has it now."""
        free = ""
        for name in self._names(kind):
            former = self.by_name.get(name)
            if former is None:
                free = free or name
                break
            if name not in self.taken and self._shares(former, about):
                free = name
                break
        self.taken.add(free)
        return free, self.by_name.get(free)

    def _shares(self, former: SourceFile, about: set[tuple[str, str]]) -> bool:
        known = self.territories[former.pk]
        # A file whose cells all stand in another table has none of its own.
        return not known or bool(known & about)

    def _names(self, kind: str) -> Iterator[str]:
        yield kind
        for again in range(2, len(self.by_name) + len(self.taken) + 3):
            yield f"{kind[:34]} ({again})"


# --- figures --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Said:
    """Who gives a figure already (`table`: None when it is stored), and its value."""

    value: Decimal | None
    where: str
    table: TablePlan | None = None


def _said_elsewhere(vintage: Vintage | None, replaced: set[int]) -> dict[Key, _Said]:
    """The figures of the tables of the vintage that stay."""
    if vintage is None:
        return {}
    rows = Cell.objects.filter(vintage=vintage).exclude(file__in=replaced)
    names = {file.pk: f"« {file} »" for file in vintage.files.all()}
    return {
        tuple(row[:-3]): _Said(row[-3], f"{names[row[-2]]}{_line(row[-1])}")
        for row in rows.values_list(*AXES, "value", "file_id", "line")
    }


def _keep_once(table: TablePlan, said: dict[Key, _Said], name: str) -> None:
    """Leave out the cells that another table gives. Another value is refused; but a secret is kept, whoever keeps it.

    The tables of one order do not always hide the same figures: shown beside the others, what one of them hides would
    tell how many jobs a handful of employers have.
    """
    where = f"« {name}{f' ({table.report.sheet})' if table.report.sheet else ''} »"
    kept = []
    for cell in table.cells:
        key = key_of(cell)
        here = _Said(cell.value, f"{where}{_line(cell.line)}", table)
        other = said.setdefault(key, here)
        if other is here:
            kept.append(cell)
        elif other.value == cell.value:
            table.report.elsewhere += 1
        elif other.value is None:
            text = f"{_words(cell)} : secret dans {other.where}, donc gardé secret."
            table.report.remark(cell.line, text, kind="hidden")
        elif cell.value is None:
            said[key] = here
            kept.append(cell)
            table.report.remark(cell.line, f"{_words(cell)} : secret ici, donc retiré de {other.where}.", kind="hidden")
            if other.table is None:
                table.hides.append(key)
            else:
                other.table.cells = [one for one in other.table.cells if key_of(one) != key]
        else:
            raise WrongFile(
                f"{here.where} : {_words(cell)} y vaut {number(cell.value)}, mais {number(other.value)} dans "
                f"{other.where}. Vérifiez lequel des deux fichiers est le bon."
            )
    table.cells = kept


def _stored(vintage: Vintage | None, replaced: set[int]) -> dict[int, Values]:
    """The figures of the tables of the vintage that stay, by table."""
    tables: dict[int, Values] = defaultdict(dict)
    if vintage is not None:
        rows = Cell.objects.filter(vintage=vintage).exclude(file__in=replaced)
        for row in rows.values_list(*AXES, "value", "file_id"):
            tables[row[-1]][tuple(row[:-2])] = row[-2]
    return tables


def _keep_from_telling(plans: Sequence[TablePlan], read: Sequence[list[CellRow]], stored: dict[int, Values]) -> None:
    """Keep secret what would let one work out, by sums and differences, a figure that another table hides.

    `read`: the cells of each plan as its table gives them. Establishments are never secret in these tables.
    """
    tables = [*({key_of(cell): cell.value for cell in cells} for cells in read), *stored.values()]
    groups: dict[Key, list[dict[Axes, Decimal | None]]] = defaultdict(list)
    for table in tables:
        parted: dict[Key, dict[Axes, Decimal | None]] = defaultdict(dict)
        for key, value in table.items():
            level, code, *axes, measure = key
            if measure != Measure.ESTABLISHMENTS:
                parted[level, code, measure][Axes._make(map(str, axes))] = value
        for group, values in parted.items():
            groups[group].append(values)
    more: set[Key] = {
        (level, code, *axes, measure) for (level, code, measure), values in groups.items() for axes in to_hide(values)
    }
    if not more:
        return
    for one in plans:
        here = {key for cell in one.cells if cell.value is not None and (key := key_of(cell)) in more}
        if here:
            one.cells = [cell._replace(value=None) if key_of(cell) in here else cell for cell in one.cells]
            _tell_veiled(one, len(here), "")
            more -= here
    veiled = sorted((key for values in stored.values() for key in values if key in more), key=str)
    if veiled:
        plans[0].veils = veiled
        _tell_veiled(plans[0], len(veiled), " dans les tableaux déjà chargés")


def _tell_veiled(table: TablePlan, times: int, where: str) -> None:
    said = counted(times, "chiffre gardé secret", "chiffres gardés secrets")
    text = f"{said}{where}, pour ne pas révéler par addition ou soustraction ce que tait un autre tableau."
    table.report.remarks.append(Remark(None, text[:1].upper() + text[1:]))
    table.report.counts["veiled"] += times


def _line(line: int | None) -> str:
    return "" if line is None else f", ligne {line}"


def _words(cell: CellRow) -> str:
    parts = [Measure(cell.measure).label, Population(cell.population).label]
    parts += [FamilyGroup(cell.family).label] if cell.family else []
    parts += [cell.sector] if cell.sector else []
    parts += [str(Workers(cell.workers).label)] if cell.workers else []
    return f"{', '.join(parts)} ({cell.code})"


def _compare(table: TablePlan) -> None:
    """Count what changes; the same file with the same figures is already there."""
    report, former = table.report, table.former
    before: Values = {}
    if former is not None:
        before = {tuple(row[:-1]): row[-1] for row in former.cells.values_list(*AXES, "value")}
    after: Values = {key_of(cell): cell.value for cell in table.cells}
    report.added = len(after.keys() - before.keys())
    report.removed = len(before.keys() - after.keys())
    report.changed = sum(key in before and before[key] != value for key, value in after.items())
    if former is None:
        return
    # The code of geography or the territories served may have changed what the same file gives.
    changes = report.added or report.removed or report.changed or table.hides or table.veils
    report.already = former.sha256 == table.file.sha256 and not changes
    report.replaces = "" if report.already else former.name
