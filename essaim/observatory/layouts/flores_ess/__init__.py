"""Insee, Flores × ESS, the tables that the network of the CRESS orders: by EPCI, in the forms of 2017, 2018 and 2019.

Recognised by their columns, in a CSV file or in any sheet of a workbook. The first two forms say no year.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path

from essaim.foundation.search.text import plain_words
from essaim.foundation.workbooks import Sheet
from essaim.nomenclature.perimeter import DEFAULT_VERSION
from essaim.observatory.book import CellRow
from essaim.observatory.enums import Field, Level, Measure, Population, Source
from essaim.observatory.layouts.flores_ess.forms import (
    AGE,
    DETAIL,
    FORMS,
    LEGAL,
    NATURE,
    SECTOR,
    SEX,
    WHOLE,
    Form,
    UnknownLabel,
    family_of,
    nature_of,
    sector_of,
    workers_of,
)
from essaim.observatory.layouts.totals import BadTotal, check_totals
from essaim.observatory.layouts.values import BadValue, Gap, parse_value
from essaim.observatory.reading import Reading, Remark, TableReading, WrongFile, YearNeeded, cut, quoted
from essaim.observatory.territory import COUNTRY_CODE
from essaim.ui.typography import number

HEADER_WITHIN = 40
"""Rows of a sheet among which its header is looked for: the form of 2019 has a dozen lines of titles."""
ENOUGH = 2
"""Columns of its own by which a form is recognised; those that are missing are then named."""

_SIREN = re.compile(r"(?P<code>\d{9})(?:\s*-\s*(?P<name>.+))?")
_EVERYWHERE = "TTTTTTTTT"
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_FIELD_WORDS = "ensemble des postes non annexes hors interimaires"
_RESTRICTED = frozenset(("ca", "cc", "cu", "metropole", "metropoles", "epci", "region", "departement"))


class _Found:
    """A sheet whose header is known: its form, its columns, and what stands above them."""

    def __init__(self, sheet: Sheet, at: int, form: Form) -> None:
        self.sheet, self.form = sheet, form
        self.above = [cell for row in sheet.rows[:at] for cell in row if cell]
        self.columns = sheet.rows[at]
        self.rows = list(zip(sheet.lines[at + 1 :], sheet.rows[at + 1 :], strict=True))

    def said(self, row: Sequence[str], *names: str) -> str:
        """The cell under the first of these columns that the sheet has; empty without any."""
        for name in names:
            if name in self.columns:
                place = self.columns.index(name)
                return row[place].strip() if place < len(row) else ""
        return ""

    def has(self, *names: str) -> bool:
        """Whether the sheet has one of these columns."""
        return any(name in self.columns for name in names)

    def line_above(self, word: str) -> str:
        """What follows « Champ : » or « Source » above the header, folded; empty when nothing says it."""
        for cell in self.above:
            folded = plain_words(cell)
            if folded.startswith(word):
                return folded.removeprefix(word).strip()
        return ""


def recognises(sheets: Sequence[Sheet]) -> bool:
    """Whether one of the sheets has the columns of a form."""
    return any(_header(sheet) is not None for sheet in sheets)


def read(sheets: Sequence[Sheet], content: bytes, path: Path, *, name: str, year: int | None = None) -> Reading:
    """Read every sheet that has a table. `year`: of forms that say none, when it is not that of the form.

    Raises WrongFile with the sheet and the line of the first thing that cannot be.
    """
    found = [each for sheet in sheets if (each := _header(sheet)) is not None]
    forms = {each.form.year for each in found}
    if len(forms) > 1:
        years = " et ".join(str(one) for one in sorted(forms))
        raise WrongFile(f"« {name} » mêle des tableaux des formes de {years} : chargez un fichier par millésime.")
    for each in found:
        missing = each.form.missing(each.columns)
        if missing:
            raise WrongFile(
                f"{_where(name, each)} : c’est la forme de {each.form.year} des tableaux Flores × ESS, mais il manque "
                f"{'la colonne' if len(missing) == 1 else 'les colonnes'} {', '.join(f'« {one} »' for one in missing)}."
            )
    form = found[0].form
    period = _year(found, name, year)
    tables: list[TableReading] = []
    for each in found:
        table = _Table(each, name, [one.table for one in tables]).read()
        tables.append(table)
    return Reading(
        path,
        name,
        hashlib.sha256(content).hexdigest(),
        len(content),
        Source.FLORES_ESS,
        form.field,
        str(period),
        DEFAULT_VERSION,
        tables,
    )


def _header(sheet: Sheet) -> _Found | None:
    for at, row in enumerate(sheet.rows[:HEADER_WITHIN]):
        form = max(FORMS, key=lambda one: one.score(row))
        if form.score(row) >= ENOUGH:
            return _Found(sheet, at, form)
    return None


def _where(name: str, found: _Found) -> str:
    return f"« {name} »{f', feuille {cut(found.sheet.name)}' if found.sheet.name else ''}"


def _year(found: Sequence[_Found], name: str, asked: int | None) -> int:
    """The year that the file states; else the one asked for; else that of its form, unless the name says another."""
    form = found[0].form
    stated = {int(year) for each in found for year in _YEAR.findall(each.line_above("source"))}
    if len(stated) > 1:
        raise WrongFile(f"« {name} » annonce plusieurs années ({', '.join(map(str, sorted(stated)))}).")
    if stated:
        (said,) = stated
        if asked not in (None, said):
            raise WrongFile(f"« {name} » dit être de {said}, pas de {asked} : vérifiez le fichier.")
        return said
    if asked is not None:
        return asked
    named = {int(year) for year in _YEAR.findall(name)}
    if named and form.year not in named:
        raise YearNeeded(
            f"« {name} » a la forme des tableaux de {form.year}, mais son nom parle de "
            f"{' et de '.join(map(str, sorted(named)))}. Ce n’est peut-être pas le bon fichier ; si c’est lui, dites "
            "son année (--year AAAA)."
        )
    return form.year


class _Table:
    """Reads one sheet into cells."""

    def __init__(self, found: _Found, name: str, taken: Sequence[str]) -> None:
        self.found, self.form = found, found.form
        self.where = _where(name, found)
        self.table = TableReading(self._name(taken), self.form.key, self.form.label, cut(found.sheet.name))
        self.cells: dict[tuple[object, ...], CellRow] = {}
        self.names: dict[str, str] = {}
        self.country = self._country()
        self.part_of_country = ""
        self.crossed = 0
        if self.form.field == Field.NON_ANNEX_POSTS:
            self._check_field()

    def _name(self, taken: Sequence[str]) -> str:
        kind = "sectors-2" if self.found.has("typo2") else "sectors-1" if self.found.has("typo1") else "families"
        return kind if kind not in taken else f"{kind} {self.found.sheet.name}"[:40]

    def _check_field(self) -> None:
        said = self.found.line_above("champ")
        if not said.startswith(_FIELD_WORDS):
            told = f"dit {quoted(said)}" if said else "manque"
            raise WrongFile(
                f"{self.where} : la ligne « Champ » {told} ; il faut « Ensemble des postes non annexes, hors "
                "intérimaires », sinon ces chiffres ne se comparent pas aux autres."
            )

    def _country(self) -> bool:
        """Whether the row of everywhere is that of France: not when the table is of some kinds of EPCI only."""
        words = set(self.found.line_above("zone geographique").split())
        return bool(words) and "france" in words and not words & _RESTRICTED

    def read(self) -> TableReading:
        """The cells of the sheet, their totals checked."""
        for line, row in self.found.rows:
            if sum(1 for cell in row if cell) < ENOUGH:
                continue  # a note under the table
            self.table.counts["rows_read"] += 1
            self._row(line, row)
        if not self.cells:
            self._nothing()
        self.table.cells = list(self.cells.values())
        self.table.counts["cells"] = len(self.cells)
        try:
            for gap in check_totals(self.table.cells, self._place):
                self.table.remark(gap.line, gap.text, kind="odd")
        except BadTotal as error:
            raise WrongFile(f"{self.where}, {error}") from error
        self._told()
        self._totals()
        return self.table

    def _told(self) -> None:
        """Say what was left aside on purpose, once and not line by line."""
        if self.part_of_country:
            self.table.remarks.append(
                Remark(
                    None,
                    f"Les lignes {quoted(self.part_of_country)} ne sont pas gardées : le tableau dit porter sur "
                    "certaines intercommunalités seulement, ce n’est donc pas la France entière.",
                )
            )
        if self.crossed:
            text = f"{number(self.crossed)} lignes qui croisent le sexe et l’âge ne sont pas gardées."
            self.table.remarks.append(Remark(None, text))

    def _nothing(self) -> None:
        why = f" : {self.table.remarks[0].text}" if self.table.remarks else ""
        raise WrongFile(f"{self.where} n’a aucune ligne à garder{why}")

    def _wrong(self, line: int, what: str) -> WrongFile:
        return WrongFile(f"{self.where}, ligne {line} : {what}.")

    def _row(self, line: int, row: Sequence[str]) -> None:
        said = self.found.said(row, self.form.territory)
        if not said:
            raise self._wrong(line, f"le territoire (colonne « {self.form.territory} ») est vide")
        place = self._territory(line, said)
        if place is None:
            return
        try:
            axes = list(self._axes(row))
        except UnknownLabel as error:
            raise self._wrong(line, str(error)) from error
        if not axes:
            self.table.counts["ignored"] += 1
            self.crossed += 1
            return
        self.names.setdefault(place[1], self.found.said(row, *self.form.names) or self.names.get(place[1], ""))
        self.table.counts["rows_kept"] += 1
        for column, measure in self.form.measures.items():
            self._cell(line, column, measure, self.found.said(row, column), (*place, *axes))

    def _territory(self, line: int, said: str) -> tuple[str, str] | None:
        if said.startswith(_EVERYWHERE):
            if self.country:
                return Level.COUNTRY.value, COUNTRY_CODE
            self.table.counts["ignored"] += 1
            self.part_of_country = said
            return None
        found = _SIREN.fullmatch(said)
        if found is None:
            self.table.remark(line, f"{quoted(said)} n’est pas le SIREN d’une intercommunalité.", kind="refused")
            return None
        if found["name"]:
            self.names[found["code"]] = found["name"]
        return Level.EPCI.value, found["code"]

    def _axes(self, row: Sequence[str]) -> Iterator[str]:
        """population, family, sector, size, workers; nothing for one sex of one age."""
        said = self.found.said
        if self.found.has(*LEGAL):
            population, family = family_of(said(row, *LEGAL))
            sector = sector_of(said(row, *SECTOR)) if self.found.has(*SECTOR) else ""
            yield from (population.value, family.value, sector, "", "")
            return
        population, family = nature_of(said(row, NATURE), said(row, DETAIL))
        workers = workers_of(said(row, AGE), said(row, SEX))
        if workers is not None:
            yield from (population.value, family.value, "", "", workers.value)

    def _cell(self, line: int, column: str, measure: Measure, text: str, axes: tuple[str, ...]) -> None:
        try:
            value = parse_value(text, whole=measure in WHOLE)
        except BadValue as error:
            raise self._wrong(line, f"colonne « {column} », {error}".rstrip(".")) from error
        if value is Gap.MISSING:
            self.table.counts["missing"] += 1
            return
        key = (*axes, measure.value)
        if key in self.cells:
            former = self.cells[key].line
            raise self._wrong(line, f"le même chiffre est déjà donné ligne {former} (colonne « {column} »)")
        self.table.counts["secret"] += value is Gap.SECRET
        number_of = value if isinstance(value, Decimal) else None
        self.cells[key] = CellRow._make((0, 0, line, *key, number_of))

    def _place(self, cell: CellRow) -> str:
        name = cut(self.names.get(cell.code, ""))
        return f"{name} ({cell.code})" if name else cell.code

    def _totals(self) -> None:
        """The figures by which a reader recognises the file: over all its EPCI, of what is known."""
        places = {cell.code for cell in self.table.cells if cell.level == Level.EPCI}
        self.table.totals["intercommunalités"] = number(len(places))
        for words, population, measure in (
            ("établissements de l’ESS", Population.ESS, Measure.ESTABLISHMENTS),
            ("emplois de l’ESS", Population.ESS, Measure.JOBS),
            ("emplois de toute l’économie", Population.ALL, Measure.JOBS),
        ):
            values = [
                cell.value
                for cell in self.table.cells
                if (cell.level, cell.population, cell.measure) == (Level.EPCI, population, measure)
                and not (cell.family or cell.sector or cell.workers)
                and cell.value is not None
            ]
            if values:
                self.table.totals[words] = number(sum(values, Decimal(0)))
