"""What the layouts of open Flores share: numbers in SQL, refused lines, tables made of rows once they are spread."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from essaim.observatory.book import CellRow
from essaim.observatory.enums import Level, Measure, Population
from essaim.observatory.layouts.flores_open.package import LONG, WIDE, Package
from essaim.observatory.layouts.values import LARGEST, MISSING_WORDS, SECRET_WORDS
from essaim.observatory.members import Key, Members
from essaim.observatory.reading import MOST_SIGNS, TableReading, WrongFile, quoted
from essaim.observatory.spreading import Contradiction, Spread, Told, spread
from essaim.stock.engine import Engine, quote
from essaim.stock.engine import name as identifier
from essaim.stock.source import Source as OpenedSource

MOST_ROWS = 500_000
"""Different rows fetched from one file: 40 000 territories, two measures, three populations make half of it."""

MOST_REFUSED = Decimal("0.001")
"""Share of wrong lines above which the whole file is refused (from the sixth on)."""

LABELS = {
    WIDE: "Flores par commune, une colonne par activité (jusqu’en 2021)",
    LONG: "Flores par commune, une ligne par territoire et activité (depuis 2022)",
}
TABLES = {Measure.ESTABLISHMENTS: "open_establishments", Measure.JOBS: "open_jobs"}
COMMUNE = r"[0-9]{5}|2[AB][0-9]{3}"
"""The shape of a commune's code."""

_SEPARATORS = r"[ \x{00A0}\x{202F}\x{2009}\x{2019}\x{27}]"
# What is no number: « s » is a secret; « nd », « - » and nothing tell nothing, never zero.
MACROS = (
    r"CREATE TEMP MACRO bare(t) AS lower(regexp_replace(coalesce(t, ''), '[\s\x{00A0}\x{202F}]', '', 'g'))",
    # Thousands in groups of three, whatever separates them.
    "CREATE TEMP MACRO number(t) AS CASE WHEN regexp_full_match(trim(t), "
    f"'([0-9]{{1,12}}|[0-9]{{1,3}}({_SEPARATORS}[0-9]{{3}}){{1,3}})([.,][0-9]+)?') "
    f"THEN CAST(replace(regexp_replace(trim(t), '{_SEPARATORS}', '', 'g'), ',', '.') AS DECIMAL(18, 2)) END",
    f"CREATE TEMP MACRO hidden(t) AS bare(t) IN ({', '.join(map(quote, SECRET_WORDS))})",
    f"CREATE TEMP MACRO nothing(t) AS bare(t) IN ({', '.join(map(quote, MISSING_WORDS))})",
)


@dataclass(slots=True)
class Rows:
    """The rows kept for one measure and one population, by the kind of place, before they are spread."""

    communes: dict[str, Told]
    own: dict[Key, Told]


def short(column: str) -> str:
    """SQL of what is fetched of a text that the file chooses: a cell may weigh megabytes."""
    return f"left({column}, {4 * MOST_SIGNS})"


class Layout:
    """What both layouts share: refused lines, tables made of rows once spread."""

    layout: str
    year: int

    def __init__(
        self, engine: Engine, package: Package, source: OpenedSource, name: str, year: int | None = None
    ) -> None:
        self.engine, self.package, self.source, self.name = engine, package, source, name
        self.columns = {column.upper(): column for column in source.columns}
        self.refused: list[tuple[int, str, int]] = []
        self.wrong_lines = 0
        self.general: list[str] = list(source.notes)
        if source.rejected:
            self.general.append(f"Lignes que l’on ne peut pas découper, laissées de côté : {source.rejected}.")
        self.year = self._year(year)

    def _year(self, asked: int | None) -> int:
        raise NotImplementedError

    @property
    def relation(self) -> str:
        """The rows with their rank in the file, from 0."""
        files = ", ".join(quote(path) for path in self.source.files)
        return f"read_parquet([{files}], file_row_number = true)"

    @property
    def line(self) -> str:
        """SQL of the line number of a row, as a spreadsheet shows it."""
        return f"(file_row_number + {self.package.header + 2})"

    def column(self, known: str) -> str:
        """SQL of a column by its official name."""
        return identifier(self.columns[known])

    def wrong(self, line: int, what: str) -> WrongFile:
        """The refusal of the file for one line."""
        return WrongFile(f"« {self.name} », ligne {line} : {what}.")

    def check_size(self, table: str) -> None:
        """Refuse, before they are fetched, more different rows than the territories of France can make."""
        number = self.engine.value(f"SELECT count(*) FROM {table}")
        if number > MOST_ROWS:
            raise WrongFile(
                f"« {self.name} » donne {number} chiffres différents, plus que la France n’a de territoires : le même "
                "y est donné plusieurs fois, autrement. Vérifiez que c’est le fichier de l’Insee, non modifié."
            )

    def refuse(self, line: int, what: str, times: int = 1) -> None:
        """Leave a wrong line aside, written `times` times; refuse the whole file when there are too many."""
        self.refused.append((line, what, times))
        self.wrong_lines += times
        if self.wrong_lines > 5 and self.wrong_lines > MOST_REFUSED * self.source.rows:
            first, why, _ = self.refused[0]
            raise WrongFile(
                f"« {self.name} » a trop de lignes fausses ; la première est la ligne {first} : {why}. Vérifiez que "
                "c’est le fichier de l’Insee, non modifié."
            )

    def tables(self, members: Members) -> Iterator[TableReading]:
        """One table a measure of the file."""
        raise NotImplementedError

    def make(
        self, members: Members, measure: Measure, rows: dict[Population, Rows], *, lists_every: bool
    ) -> TableReading:
        """The table of one measure: rows spread over the territories, with what is not known told."""
        table = TableReading(TABLES[measure], self.layout, LABELS[self.layout])
        for text in self.general:
            table.remark(None, text, kind="remarks")
        kept = 0
        for population, found in rows.items():
            try:
                known = spread(members, found.communes, found.own, lists_every=lists_every)
            except Contradiction as error:
                raise WrongFile(f"« {self.name} », {error}.") from error
            kept += len(found.communes) + len(found.own)
            table.cells += _cells(known, measure, population)
            _tell(table, known, population)
        for line, what, times in self.refused:
            table.remark(line, f"{what} : ligne laissée de côté.", kind="refused")
            table.counts["refused"] += times - 1
        table.counts["rows_read"] = self.source.rows
        table.counts["rows_kept"] = kept
        table.counts["ignored"] = self.source.rows - kept - self.wrong_lines
        table.counts["cells"] = len(table.cells)
        table.counts["secret"] = sum(cell.value is None for cell in table.cells)
        for cell in table.cells:
            if cell.value is not None and cell.value >= LARGEST:
                raise WrongFile(f"« {self.name} » : le total de {cell.code} ({cell.value:f}) n’est pas vraisemblable.")
            if cell.level == Level.COUNTRY and cell.value is not None:
                table.totals[f"{measure.label}, France, {Population(cell.population).label}"] = f"{cell.value:f}"
        return table


def _cells(known: Spread, measure: Measure, population: Population) -> list[CellRow]:
    return [
        CellRow(0, 0, told.line, *key, population.value, "", "", "", "", measure.value, told.value)
        for key, told in known.cells.items()
    ]


def _tell(table: TableReading, known: Spread, population: Population) -> None:
    """What the spreading could not know, or had to decide."""
    whose = f" ({population.label})"
    for level in Level:
        for counted, word in ((known.secret, "gardés secrets"), (known.absent, "inconnus, laissés manquants")):
            if counted[level.value]:
                table.remark(
                    None,
                    f"Territoires {word}, {level.label}{whose} : {counted[level.value]}.",
                    kind=f"{word.split()[0]}",
                )
    table.counts["missing"] += sum(known.absent.values())
    for code, line in sorted(known.unknown, key=lambda pair: pair[1] or 0):
        table.remark(line, f"{quoted(code)} n’est pas dans le code géographique chargé : non compté.", kind="unknown")
    if known.silent:
        table.remark(
            None,
            f"Communes absentes du fichier, comptées sans employeur{whose} : {known.silent}. Le fichier est complet : "
            "il donne presque toutes les communes, et leur somme est celle de leur département ou de la France.",
            kind="remarks",
        )
    if known.halves:
        table.remark(
            None, f"Arrondissements laissés de côté, leur ville étant donnée{whose} : {known.halves}.", kind="remarks"
        )
    if known.moved:
        table.remark(
            None,
            f"Territoires dont la ligne diffère de la somme de leurs communes d’aujourd’hui{whose} : {known.moved}. La "
            "ligne du fichier est gardée ; leur périmètre a pu changer depuis.",
            kind="remarks",
        )
