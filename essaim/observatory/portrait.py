"""What the home of the observatory shows of an EPCI: its profile, its communes, town and country, its vintages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from essaim.geography.models import Commune
from essaim.geography.queries import department_around
from essaim.observatory.book import Book
from essaim.observatory.communes import Line, lines_of
from essaim.observatory.enums import Field, Level, Status
from essaim.observatory.evaluation import Figure, evaluate, history
from essaim.observatory.indicators import CATALOGUE
from essaim.observatory.profile import Profile, profile_of
from essaim.observatory.queries import book_of, of_commune, urban_and_rural
from essaim.observatory.serving import communes_of_epci
from essaim.observatory.territory import Territory
from essaim.observatory.wording import break_text
from essaim.ui.typography import vintage as period_words

SERIES = {
    "ess-employer-establishments": "Établissements de l’ESS",
    "ess-jobs": "Emplois de l’ESS",
    "all-jobs": "Tous les emplois",
    "ess-job-share": "Part de tous les emplois",
    "ess-private-job-share": "Part du privé",
}
"""Figures that follow each other over the years, in the order of the columns, with the head of each."""


@dataclass(frozen=True, slots=True)
class Side:
    """The urban or the rural part of a territory: its communes, put together."""

    territory: Territory
    lines: tuple[Line, ...]
    establishments: Figure
    jobs: Figure
    share: Figure

    @property
    def is_urban(self) -> bool:
        """The side of towns."""
        return bool(self.lines) and bool(self.lines[0].commune.is_urban)

    @property
    def grids(self) -> list[str]:
        """Where the density of these communes was read, each source once."""
        return sorted({line.commune.density_source for line in self.lines if line.commune.density_source})


@dataclass(frozen=True, slots=True)
class YearRow:
    """One vintage: each head of SERIES with its figure, None where it says nothing. `break_words`: it stands apart."""

    year: int
    period: str
    cells: tuple[tuple[str, Figure | None], ...]
    break_words: str
    source: str


@dataclass(frozen=True, slots=True)
class RegionalTrend:
    """What the Urssaf says of the region around: the only series that goes on from year to year."""

    territory: Territory
    jobs: tuple[Figure, ...]
    share: Figure


@dataclass(frozen=True, slots=True)
class Portrait:
    """Everything that is read of one EPCI, from one book."""

    territory: Territory
    book: Book
    profile: Profile
    lines: tuple[Line, ...]
    sides: tuple[Side, Side] | None
    region: RegionalTrend | None

    @property
    def is_empty(self) -> bool:
        """Nothing published tells anything of this territory."""
        return not any(figure.is_known for figure in self.profile.headline.values())

    @property
    def fictitious(self) -> bool:
        """Whether some figure comes from an invented file."""
        return self.profile.fictitious or any(line.establishments.fictitious for line in self.lines)


def portrait_of(territory: Territory, *, every_year: bool = False) -> Portrait:
    """The portrait of a served EPCI: five queries at most, whatever the number of its communes.

    `every_year`: its book also holds the Sirene of past years, for who looks at it as of one of them.
    """
    communes = communes_of_epci(territory)
    region = region_around(communes)
    around = [] if region is None else [region]
    places = [territory, *around, *map(of_commune, communes)]
    return portrait_from(territory, communes, book_of(places, every_year=every_year))


def portrait_from(territory: Territory, communes: Sequence[Commune], book: Book) -> Portrait:
    """The portrait of an EPCI and its communes from a book that holds their cells. No query."""
    lines = tuple(lines_of(communes, book))
    region = region_around(communes)
    return Portrait(
        territory,
        book,
        profile_of(territory, book),
        lines,
        sides_of(territory, lines, book),
        None if region is None else regional_trend(region, book),
    )


def region_around(communes: Iterable[Commune]) -> Territory | None:
    """The region where most of their inhabitants live; None for invented communes and overseas collectivities."""
    department = department_around(communes)
    if department is None:
        return None
    return Territory(Level.REGION, department.region_code, department.region_name)


def regional_trend(region: Territory, book: Book) -> RegionalTrend | None:
    """The region's series, or None while no Urssaf file is published."""
    jobs = tuple(history(CATALOGUE["urssaf-ess-jobs"], region, book))
    if not any(figure.is_known for figure in jobs):
        return None
    return RegionalTrend(region, jobs, evaluate(CATALOGUE["urssaf-ess-private-share"], region, book))


def sides_of(territory: Territory, lines: Sequence[Line], book: Book) -> tuple[Side, Side] | None:
    """Town and country; None until the density grid knows every commune, or when one side has no commune."""
    parts = urban_and_rural([line.commune for line in lines], territory)
    if parts is None or not all(part.members for part in parts):
        return None
    urban, rural = (_side(part, lines, book) for part in parts)
    return urban, rural


def _side(part: Territory, lines: Iterable[Line], book: Book) -> Side:
    wanted = ("ess-employer-establishments", "ess-jobs", "ess-job-share")
    members = tuple(line for line in lines if line.commune.code in part.members)
    return Side(part, members, *(evaluate(CATALOGUE[key], part, book) for key in wanted))


def headline_of(profile: Profile) -> dict[str, Figure]:
    """The headline, whose number of all jobs is the one that its share was divided by: one year, one source.

    Alone, « all jobs » would be the newest known, and would no longer divide what stands beside it.
    """
    share = profile.headline["ess-job-share"]
    same = [
        figure
        for figure in profile.history["all-jobs"]
        if figure.is_known and (figure.year, figure.field) == (share.year, share.field)
    ]
    return {**profile.headline, "all-jobs": same[0]} if same else dict(profile.headline)


def years_of(profile: Profile) -> list[YearRow]:
    """The vintages of the headline, newest first; those of another field come last, for nothing joins them."""
    found: dict[tuple[bool, int, str, Field | None], dict[str, Figure]] = {}
    for key in SERIES:
        for figure in profile.history.get(key, ()):
            if figure.status == Status.MISSING or figure.year is None:
                continue
            apart = figure.field == Field.NON_ANNEX_POSTS
            found.setdefault((apart, -figure.year, figure.period, figure.field), {})[key] = figure
    rows = []
    for (apart, year, period, field), figures in sorted(found.items(), key=lambda item: item[0][:3]):
        sources = dict.fromkeys(figure.source_line for figure in figures.values() if figure.source_line)
        rows.append(
            YearRow(
                -year,
                period_words(period),
                tuple((label, figures.get(key)) for key, label in SERIES.items()),
                break_text(field) if apart and field is not None else "",
                " ; ".join(sources),
            )
        )
    return rows
