"""Figures of the communes of a territory: one line each, sorted, filtered, ranked, coloured. Pure but for its reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.text import slugify

from essaim.directory.search.documents import RURAL, URBAN
from essaim.geography.models import Commune, Density
from essaim.geography.text import fold_place
from essaim.observatory.book import Book
from essaim.observatory.evaluation import Figure, evaluate
from essaim.observatory.indicators import CATALOGUE
from essaim.observatory.queries import of_commune
from essaim.observatory.territory import Territory

LONGEST_TEXT = 100
PER = 1000
"""Inhabitants for which establishments are counted."""
SHOWN = ("ess-employer-establishments", "ess-jobs", "ess-job-share")


@dataclass(frozen=True, slots=True)
class CommuneRow:
    """One commune, as charts draw it. `density`: its level of the density grid, 1 to 7, None until it is known."""

    territory: Territory
    establishments: Figure
    jobs: Figure
    share: Figure
    density: int | None
    href: str


@dataclass(frozen=True, slots=True)
class Line:
    """One commune with its figures."""

    commune: Commune
    territory: Territory
    establishments: Figure
    jobs: Figure
    share: Figure

    @property
    def name(self) -> str:
        """As the official code names it."""
        return self.commune.name

    @property
    def href(self) -> str:
        """Its page."""
        return address(self.commune)

    @property
    def density(self) -> str:
        """Its level of the density grid in words, empty until the grid is known."""
        return "" if self.commune.density is None else Density(self.commune.density).label

    @property
    def per_thousand(self) -> Decimal | None:
        """Employer establishments for 1 000 inhabitants; None when either is unknown or nobody lives there."""
        if self.establishments.value is None or not self.commune.population:
            return None
        return self.establishments.value * PER / self.commune.population


def slug_of(commune: Commune) -> str:
    """The name of a commune in an address; never empty."""
    return slugify(commune.name)[:60].strip("-") or "commune"


def address(commune: Commune) -> str:
    """`/observatoire/communes/<slug>-<code>/`."""
    return f"/observatoire/communes/{slug_of(commune)}-{commune.code}/"


def lines_of(communes: Iterable[Commune], book: Book) -> list[Line]:
    """One line a commune, in the order given, from a book that holds their cells. No query."""
    return [
        Line(commune, territory, *(evaluate(CATALOGUE[key], territory, book) for key in SHOWN))
        for commune in communes
        for territory in (of_commune(commune),)
    ]


def chart_rows(lines: Iterable[Line]) -> list[CommuneRow]:
    """The same, as charts want them."""
    return [
        CommuneRow(line.territory, line.establishments, line.jobs, line.share, line.commune.density, line.href)
        for line in lines
    ]


# --- what the list's address asks ----------------------------------------------------------------------------------


class Sort(StrEnum):
    """Columns that sort the list; the value is what an address says, « - » before it turns it round."""

    NAME = "commune"
    POPULATION = "habitants"
    ESTABLISHMENTS = "etablissements"
    PER_THOUSAND = "densite"
    JOBS = "emplois"
    SHARE = "part"


@dataclass(frozen=True, slots=True)
class ListParams:
    """One state of the list; every field is clean."""

    text: str = ""
    place: str = ""
    sort: Sort = Sort.NAME
    descending: bool = False
    territory: str = ""

    @classmethod
    def from_querydict(cls, params: QueryDict) -> ListParams:
        """What can be read of an address; the rest is as if it had not been said."""
        asked = params.get("tri", "")
        known = next((sort for sort in Sort if sort.value == asked.removeprefix("-")), None)
        place = params.get("milieu", "")
        text = "".join(letter if letter.isprintable() else " " for letter in params.get("q", "")[:LONGEST_TEXT])
        return cls(
            " ".join(text.split()),
            place if place in (URBAN, RURAL) else "",
            known or Sort.NAME,
            known is not None and asked.startswith("-"),
            params.get("territoire", "")[:LONGEST_TEXT],
        )

    @property
    def is_filtered(self) -> bool:
        """Whether some communes are left out."""
        return bool(self.text or self.place)

    @property
    def order(self) -> str:
        """What the address says of the sort; empty for the usual one."""
        said = ("-" if self.descending else "") + self.sort.value
        return "" if said == Sort.NAME else said

    def query(self, *, sort: Sort | None = None) -> str:
        """The address of this state, « ?… » or empty; `sort` asks for a column, turned round when already sorted so."""
        order, turned = self.sort, self.descending
        if sort is not None:
            # Numbers are asked from the greatest, names from A.
            order, turned = sort, not self.descending if sort is self.sort else sort is not Sort.NAME
        said = ("-" if turned else "") + order.value
        pairs = (
            ("territoire", self.territory),
            ("q", self.text),
            ("milieu", self.place),
            ("tri", "" if said == Sort.NAME else said),
        )
        written = urlencode([(name, value) for name, value in pairs if value])
        return f"?{written}" if written else ""


def kept_by(lines: Iterable[Line], params: ListParams) -> list[Line]:
    """The lines that an address asks for, sorted; what is not known comes last whichever way."""
    wanted = fold_place(params.text)
    found = [
        line
        for line in lines
        if (not wanted or wanted in fold_place(line.name) or params.text == line.commune.code)
        and (not params.place or line.commune.is_urban is (params.place == URBAN))
    ]
    found.sort(key=lambda line: (fold_place(line.name), line.commune.code))
    if params.sort is Sort.NAME:
        return found[::-1] if params.descending else found
    measure = _MEASURES[params.sort]
    known = [(value, line) for line in found if (value := measure(line)) is not None]
    known.sort(key=lambda pair: pair[0], reverse=params.descending)
    return [line for _, line in known] + [line for line in found if measure(line) is None]


def weight(figure: Figure) -> Decimal | None:
    """The number that sorts and colours a figure: its value, else the low bound, which alone is sure."""
    if not figure.is_known:
        return None
    return figure.value if figure.value is not None else figure.low


_MEASURES: Mapping[Sort, Callable[[Line], Decimal | None]] = {
    Sort.POPULATION: lambda line: None if line.commune.population is None else Decimal(line.commune.population),
    Sort.ESTABLISHMENTS: lambda line: weight(line.establishments),
    Sort.PER_THOUSAND: lambda line: line.per_thousand,
    Sort.JOBS: lambda line: weight(line.jobs),
    Sort.SHARE: lambda line: weight(line.share),
}


@dataclass(frozen=True, slots=True)
class Rank:
    """The place of a commune among those of its territory; equals share a rank."""

    rank: int
    among: int
    ties: int

    @property
    def others(self) -> int:
        """How many share its rank with it."""
        return self.ties - 1


def rank_of(line: Line, lines: Sequence[Line], sort: Sort) -> Rank | None:
    """Where it stands, from the greatest; None when its own number is not known."""
    measure = _MEASURES[sort]
    mine = measure(line)
    if mine is None:
        return None
    known = [value for other in lines if (value := measure(other)) is not None]
    return Rank(1 + sum(value > mine for value in known), len(known), known.count(mine))
