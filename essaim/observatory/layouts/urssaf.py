"""Urssaf, « établissements, effectifs salariés et masse salariale de l’ESS », by region or for France, every year.

Open data of open.urssaf.fr (ODbL): private sector, general scheme, without agriculture; establishments are the mean of
the four quarters, jobs the mean of the year. One line a year × region × family × activity (NA88): lines add up to the
families and to the whole. Read as a stream: the file grows by a year each year.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from essaim.foundation.files import sha256_of
from essaim.foundation.search.text import plain_words
from essaim.foundation.spreadsheets import guess_delimiter
from essaim.nomenclature.departments import regions
from essaim.observatory.book import CellRow
from essaim.observatory.enums import FamilyGroup, Field, Level, Measure, Population, Source
from essaim.observatory.layouts.values import CENT, LARGEST, BadValue, Gap, parse_value
from essaim.observatory.reading import Reading, TableReading, WrongFile, quoted
from essaim.observatory.territory import COUNTRY_CODE

LAYOUT = "urssaf_ess"
LABEL = "Urssaf, ESS par région ou France entière (une ligne par année, famille et activité)"
SNIFFED = 65_536
"""Bytes read to recognise the file."""

_NAMES = {
    "year": ("annee",),
    "ess": ("champ ess",),
    "family": ("famille ess",),
    "region": ("code region",),
    "establishments": ("nombre d etablissements",),
    "jobs": ("effectifs salaries moyens",),
    "pay": ("masse salariale", "masse salariale brute"),
}
_NEEDED = ("year", "ess", "family", "establishments", "jobs")
_MEASURES = {"establishments": Measure.ESTABLISHMENTS, "jobs": Measure.MEAN_JOBS, "pay": Measure.GROSS_PAY}
_FAMILIES = {
    "association": FamilyGroup.ASSOCIATION,
    "cooperative": FamilyGroup.COOPERATIVE,
    "mutuelle": FamilyGroup.MUTUAL,
    "fondation": FamilyGroup.FOUNDATION,
}
_YEAR = re.compile(r"(?:19|20)\d\d")

Axes = tuple[str, str, str, str, str]
"""level, code, population, family, measure."""


@dataclass
class _Year:
    """The sums of one year, and the axes that a line without a number leaves unknown: secret, or merely not told."""

    sums: dict[Axes, Decimal] = field(default_factory=dict)
    secret: set[Axes] = field(default_factory=set)
    missing: set[Axes] = field(default_factory=set)
    counts: Counter[str] = field(default_factory=Counter)


def recognises(path: Path) -> bool:
    """Whether the first line has the columns of this layout; reads its first bytes only."""
    try:
        head, _ = _head(path)
    except (OSError, UnicodeDecodeError):
        return False
    first = head.splitlines()[:1]
    if not first:
        return False
    columns = _columns(next(csv.reader(first, delimiter=guess_delimiter(head)), []))
    return all(key in columns for key in ("ess", "family", "jobs"))


def read(path: Path, *, name: str, year: int | None = None) -> Reading:
    """Read every year of the file (or the one asked for): the newest is the reading, the others its `siblings`.

    Raises WrongFile with the line of the first thing that cannot be.
    """
    _, encoding = _head(path)
    years: dict[int, _Year] = {}
    with path.open(encoding=encoding, newline="") as handle:
        delimiter = guess_delimiter(handle.read(SNIFFED))
        handle.seek(0)
        reader = csv.reader(handle, delimiter=delimiter)
        columns = _columns(next(reader, []))
        missing = [_NAMES[key][0] for key in _NEEDED if key not in columns]
        if missing:
            raise WrongFile(f"« {name} » : il manque la colonne « {missing[0]} » du fichier de l’Urssaf.")
        for at, line in _lines(reader, name):
            one = _Line(columns, line, at, name)
            if any(line) and year in (None, one.year):
                _count(one, years.setdefault(one.year, _Year()))
    if not years:
        which = "" if year is None else f" pour {year}"
        raise WrongFile(f"« {name} » ne contient aucune ligne{which}.")
    digest, size = sha256_of(path), path.stat().st_size
    newest, *others = [
        Reading(
            path, name, digest, size, Source.URSSAF, Field.PRIVATE_MEAN, str(number), "", [_table(number, found, name)]
        )
        for number, found in sorted(years.items(), reverse=True)
    ]
    newest.siblings = others
    return newest


def _head(path: Path) -> tuple[str, str]:
    """The beginning of the file as text, and the encoding of the whole."""
    with path.open("rb") as handle:
        raw = handle.read(SNIFFED)
    # Whole lines only: the last sign may be cut in two.
    whole = raw[: raw.rfind(b"\n") + 1] if len(raw) == SNIFFED and b"\n" in raw else raw
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return whole.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise UnicodeDecodeError("utf-8", raw, 0, 1, "encodage inconnu")


def _fold(text: str) -> str:
    """« Effectifs_salariés  moyens » → « effectifs salaries moyens »."""
    return " ".join(plain_words(text.replace("_", " ")).split())


def _columns(header: list[str]) -> dict[str, int]:
    folded = [_fold(column) for column in header]
    return {key: folded.index(known) for key, names in _NAMES.items() for known in names if known in folded}


def _lines(reader: Iterator[list[str]], name: str) -> Iterator[tuple[int, list[str]]]:
    try:
        yield from enumerate(reader, start=2)
    except (csv.Error, UnicodeDecodeError) as error:
        raise WrongFile(f"« {name} » n’est pas un CSV lisible : {error}.") from error


@dataclass(frozen=True)
class _Line:
    """One line of the file, its cells by the names of ours."""

    columns: dict[str, int]
    cells: list[str]
    at: int
    name: str

    def said(self, key: str) -> str:
        """The text of a cell, empty without the column."""
        place = self.columns.get(key)
        return self.cells[place].strip() if place is not None and place < len(self.cells) else ""

    def wrong(self, what: str) -> WrongFile:
        """The refusal of this line."""
        return WrongFile(f"« {self.name} », ligne {self.at} : {what}")

    @property
    def year(self) -> int:
        """The year, also when the file writes a whole date."""
        text = self.said("year")[:4]
        if not _YEAR.fullmatch(text):
            raise self.wrong(f"{quoted(self.said('year'))} n’est pas une année.")
        return int(text)

    @property
    def place(self) -> tuple[str, str] | None:
        """Level and code; None for what is no region of today (overseas collectivities)."""
        if "region" not in self.columns:
            return Level.COUNTRY.value, COUNTRY_CODE
        code = self.said("region").zfill(2)
        return (Level.REGION.value, code) if code in regions() else None

    @property
    def populations(self) -> list[tuple[str, str]]:
        """The (population, family) that this line adds to: all of the private sector, and the ESS when it is of it."""
        ess = {"oui": True, "non": False}.get(self.said("ess").lower())
        if ess is None:
            raise self.wrong(f"le champ ESS vaut {quoted(self.said('ess'))}, il faut OUI ou NON.")
        everybody = [(Population.PRIVATE.value, "")]
        if not ess:
            return everybody
        words = _fold(self.said("family"))
        family = next((value for word, value in _FAMILIES.items() if words.startswith(word)), None)
        if family is None:
            raise self.wrong(f"famille de l’ESS inconnue, {quoted(self.said('family'))}.")
        return [*everybody, (Population.ESS.value, ""), (Population.ESS.value, family.value)]


def _count(line: _Line, found: _Year) -> None:
    found.counts["rows_read"] += 1
    place = line.place
    if place is None:
        found.counts["ignored"] += 1
        return
    whom = line.populations
    found.counts["rows_kept"] += 1
    for key, measure in _MEASURES.items():
        if key not in line.columns:
            continue
        value = _number(line, key)
        found.counts["missing"] += value is Gap.MISSING
        for population, family in whom:
            axes = (*place, population, family, measure.value)
            if value is Gap.SECRET:
                found.secret.add(axes)
            elif value is Gap.MISSING:
                found.missing.add(axes)
            else:
                found.sums[axes] = found.sums.get(axes, Decimal(0)) + value


def _number(line: _Line, key: str) -> Decimal | Gap:
    try:
        return parse_value(line.said(key))
    except BadValue as error:
        raise line.wrong(str(error)) from error


def _table(year: int, found: _Year, name: str) -> TableReading:
    table = TableReading("regions", LAYOUT, LABEL)
    table.counts.update(found.counts)
    # A sum with a part that is not told is not known, and one with a secret part stays secret.
    for axes in sorted((found.sums.keys() - found.missing) | found.secret):
        level, code, population, family, measure = axes
        value = None if axes in found.secret else found.sums[axes].quantize(CENT)
        if value is not None and value >= LARGEST:
            raise WrongFile(f"« {name} », année {year} : la somme de {code} ({value:f}) n’est pas vraisemblable.")
        table.cells.append(CellRow(0, 0, None, level, code, population, family, "", "", "", measure, value))
    table.counts["cells"] = len(table.cells)
    table.counts["secret"] = len(found.secret)
    for cell in table.cells:
        if cell.value is None or cell.family:
            continue
        whole = found.sums.get((cell.level, cell.code, Population.PRIVATE, "", cell.measure), cell.value)
        if cell.population == Population.ESS and cell.value > whole.quantize(CENT):
            raise WrongFile(f"« {name} », année {year} : l’ESS dépasse tout le secteur privé ({cell.code}).")
        if cell.population == Population.ESS and len(table.totals) < 4:
            table.totals[f"{cell.code} · {Measure(cell.measure).label}"] = str(cell.value)
    return table
