"""The portrait of a territory: the figures that its page, its note, its charts and the API show, worked out once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from essaim.nomenclature.sectors import main_sectors, sectors
from essaim.observatory.book import Book, VintageNote
from essaim.observatory.enums import FamilyGroup, Source, Status
from essaim.observatory.evaluation import EXACT, Figure, estimate, evaluate, from_table, history
from essaim.observatory.indicators import CATALOGUE
from essaim.observatory.territory import Territory

HEADLINE = (
    "ess-employer-establishments",
    "ess-jobs",
    "all-jobs",
    "ess-job-share",
    "ess-private-job-share",
    "ess-establishment-share",
    "ess-women-share",
    "ess-fte",
)

SERIES = (
    "ess-employer-establishments",
    "ess-jobs",
    "all-jobs",
    "ess-job-share",
    "ess-private-job-share",
    "urssaf-ess-jobs",
)
"""Indicators followed over the years; the last one for regions and France only."""

SIZE_GROUPS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("0", "Aucun salarié au 31 décembre", ("00",)),
    ("1-2", "1 ou 2 salariés", ("01",)),
    ("3-5", "3 à 5 salariés", ("02",)),
    ("6-9", "6 à 9 salariés", ("03",)),
    ("10-19", "10 à 19 salariés", ("11",)),
    ("20-49", "20 à 49 salariés", ("12",)),
    ("50-99", "50 à 99 salariés", ("21",)),
    ("100-249", "100 à 249 salariés", ("22", "31")),
    ("250+", "250 salariés et plus", ("32", "41", "42", "51", "52", "53")),
)


_Pairs = dict[str, tuple[Figure, Figure]]


@dataclass(frozen=True, slots=True)
class Slice:
    """One part of a breakdown: how many establishments, how many jobs."""

    key: str
    label: str
    establishments: Figure
    jobs: Figure


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A whole cut along one axis, every part from the same vintage. Empty `slices`: nothing is known."""

    axis: str
    slices: tuple[Slice, ...]
    total_establishments: Figure | None
    total_jobs: Figure | None

    @property
    def source_line(self) -> str:
        """Source and year of the parts."""
        return next((s.establishments.source_line for s in self.slices if s.establishments.source_line), "")


@dataclass(frozen=True, slots=True)
class SideBySide:
    """The same count by two sources, with why they differ."""

    official: Figure | None
    sirene: Figure | None


@dataclass(frozen=True, slots=True)
class Profile:
    """Everything that is shown of one territory."""

    territory: Territory
    headline: dict[str, Figure]
    history: dict[str, tuple[Figure, ...]]
    families: Breakdown
    sectors: Breakdown
    sizes: Breakdown
    side_by_side: SideBySide

    @property
    def fictitious(self) -> bool:
        """Whether some figure comes from an invented file."""
        return any(figure.fictitious for figure in self.headline.values())


def profile_of(territory: Territory, book: Book) -> Profile:
    """The portrait of one territory from a book that holds its cells. No query."""
    return Profile(
        territory,
        {key: evaluate(CATALOGUE[key], territory, book) for key in HEADLINE},
        {key: tuple(history(CATALOGUE[key], territory, book)) for key in SERIES},
        _breakdown("family", _family_keys, territory, book),
        _breakdown("sector", _sector_keys, territory, book),
        sizes_of(territory, book),
        side_by_side(territory, book),
    )


def side_by_side(territory: Territory, book: Book) -> SideBySide:
    """Official count of employer establishments beside Sirene's."""
    indicator = CATALOGUE["ess-employer-establishments"]
    best = evaluate(indicator, territory, book)
    counted = estimate(indicator, territory, book)
    return SideBySide(
        best if best.status in EXACT else None,
        counted if counted.status == Status.ESTIMATED else None,
    )


def _family_keys(found: _Pairs) -> list[str]:
    """Associations and foundations apart when both are told; together when a table hides one, or only has their sum.

    Sirene always tells them apart: what it has none of is not in `found`.
    """
    apart = [FamilyGroup.ASSOCIATION, FamilyGroup.FOUNDATION]
    told = all(key in found and found[key][1].is_known for key in apart)
    both = FamilyGroup.ASSOCIATION_FOUNDATION
    counted = both in found and found[both][1].status == Status.OBSERVED
    together = [both] if counted and not told else apart
    return [*together, FamilyGroup.COOPERATIVE, FamilyGroup.MUTUAL, FamilyGroup.COMPANY]


def _sector_keys(found: _Pairs) -> list[str]:
    """The eight common sectors; social action, arts and sport in detail where the table tells it."""
    keys: list[str] = []
    for sector in main_sectors():
        children = [key for key, child in sectors().items() if child.parent == sector.key]
        split = sector.key == "arts_sport" and any(key in found for key in children)
        keys += children if split else [sector.key]
    return keys


def _labels(axis: str) -> dict[str, str]:
    if axis == "family":
        return {value: label for value, label in FamilyGroup.choices if value}
    return {key: sector.label for key, sector in sectors().items()}


def _breakdown(axis: str, keys_of: Callable[[_Pairs], list[str]], territory: Territory, book: Book) -> Breakdown:
    """The newest official vintage that tells the axis here, else Sirene."""
    labels = _labels(axis)
    for vintage in (*book.of_source(Source.FLORES_ESS), None):
        found: _Pairs = {key: _pair(territory, book, vintage, axis, key) for key in labels}
        found = {key: pair for key, pair in found.items() if _says_something(pair, vintage)}
        wanted = [key for key in keys_of(found) if key in found]
        if wanted:
            slices = tuple(Slice(key, labels[key], *found[key]) for key in wanted)
            return Breakdown(axis, slices, *_pair(territory, book, vintage))
    return Breakdown(axis, (), None, None)


def _pair(
    territory: Territory, book: Book, vintage: VintageNote | None, axis: str = "", key: str = ""
) -> tuple[Figure, Figure]:
    """Establishments and jobs of one part, or of the whole: from an official vintage, or estimated without one."""
    cut = {axis: key} if axis else {}
    places, jobs = (CATALOGUE[name].within(**cut) for name in ("ess-employer-establishments", "ess-jobs"))
    if vintage is None:
        return estimate(places, territory, book), estimate(jobs, territory, book)
    return from_table(places, territory, book, vintage), from_table(jobs, territory, book, vintage)


def _says_something(pair: tuple[Figure, Figure], vintage: VintageNote | None) -> bool:
    """Sirene tells every part, most of them empty; a table only those that it has a line for."""
    return bool(pair[0].value) if vintage is None else any(figure.status != Status.MISSING for figure in pair)


def sizes_of(territory: Territory, book: Book) -> Breakdown:
    """Establishments by band of employees: only Sirene tells it."""
    places, jobs = CATALOGUE["ess-employer-establishments"], CATALOGUE["ess-jobs"]
    whole = estimate(places, territory, book)
    if whole.status != Status.ESTIMATED:
        return Breakdown("size", (), None, None)
    slices: list[Slice] = []
    for key, label, codes in SIZE_GROUPS:
        counted = [estimate(places.within(size=code), territory, book) for code in codes]
        weighed = [estimate(jobs.within(size=code), territory, book) for code in codes]
        slices.append(Slice(key, label, _sum(counted), _sum(weighed)))
    return Breakdown("size", tuple(slices), whole, estimate(jobs, territory, book))


def _sum(figures: Sequence[Figure]) -> Figure:
    """Neighbour bands as one figure: bounds add up, and no upper bound in one is none in the sum."""
    first = figures[0]
    if len(figures) == 1:
        return first
    values = [figure.value for figure in figures]
    highs = [figure.high for figure in figures]
    return Figure(
        first.indicator,
        first.territory,
        first.status,
        first.period,
        first.year,
        first.field,
        None if None in values else sum((v for v in values if v is not None), Decimal(0)),
        sum((figure.low or Decimal(0) for figure in figures), Decimal(0)),
        None if None in highs else sum((h for h in highs if h is not None), Decimal(0)),
        first.numerator,
        first.denominator,
        first.calibration,
    )
