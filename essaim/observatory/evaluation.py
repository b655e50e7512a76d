"""Works figures out: from a book of cells to a value, an interval or the reason why there is none. Pure functions.

In the order of trust: what an official table observes; what was published and is cited; what Sirene lets estimate.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from weakref import WeakKeyDictionary

from essaim.nomenclature.perimeter import DEFAULT_VERSION
from essaim.nomenclature.sectors import leaves_of, main_sectors
from essaim.observatory.book import Book, FactNote, Found, VintageNote
from essaim.observatory.enums import FactRole, Field, Measure, Population, Source, Status
from essaim.observatory.indicators import CATALOGUE, Count, Indicator
from essaim.observatory.territory import Territory
from essaim.ui.typography import vintage as period_words

HUNDRED = Decimal(100)
PERIMETER_YEARS = range(2017, 2020)
"""Years of the tables of the ESS ordered by the CRESS, which follow the « champ ES » of Insee (DEFAULT_VERSION)."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """What scales the central value of an estimate: observed jobs over the sum of the bands' geometric means.

    `error`: mean gap over the sectors, in percent of the jobs observed there, when the one factor is applied to each.
    """

    territory: Territory
    observed: VintageNote
    counted: VintageNote
    factor: Decimal
    error: Decimal
    sectors: int


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure with all that explains it.

    Observed and published: `value`. Estimated: `low`, `high` (None: no upper bound) and a central `value` only with
    its `calibration`. Secret and missing: `reason` alone.
    """

    indicator: Indicator
    territory: Territory
    status: Status
    period: str = ""
    year: int | None = None
    field: Field | None = None
    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    numerator: Found | None = None
    denominator: Found | None = None
    calibration: Calibration | None = None
    fact: FactNote | None = None
    reason: str = ""

    @property
    def is_known(self) -> bool:
        """Whether there is a number to show."""
        return self.status in (Status.OBSERVED, Status.PUBLISHED, Status.ESTIMATED)

    @property
    def counted_words(self) -> tuple[str, str]:
        """What is counted and over what, each in the words of the source that this figure comes from."""
        top, bottom = (None if part is None else part.vintage.source for part in (self.numerator, self.denominator))
        return self.indicator.counted_by(top)[0], self.indicator.counted_by(bottom)[1]

    @property
    def perimeter(self) -> str:
        """The version of the perimeter of the ESS; that of the tables of 2017 to 2019 for a fact cited from them."""
        if self.numerator is not None:
            return self.numerator.vintage.perimeter_version
        if self.fact is None or Population.ESS not in self.indicator.numerator.populations:
            return ""
        cited = self.fact.field in (Field.ALL_POSTS, Field.NON_ANNEX_POSTS) and self.fact.year in PERIMETER_YEARS
        return DEFAULT_VERSION if cited else ""

    @property
    def fictitious(self) -> bool:
        """Whether an invented file stands behind it."""
        parts = [part for part in (self.numerator, self.denominator) if part is not None]
        return any(part.vintage.fictitious for part in parts)

    @property
    def source_line(self) -> str:
        """Source and year in one line, for under the figure; never empty when there is a number."""
        if self.fact is not None:
            return f"{self.fact.source_title}, {self.fact.year}"
        if self.numerator is None:
            return ""
        said = _said(self.numerator.vintage)
        if self.denominator is not None and self.denominator.vintage.pk != self.numerator.vintage.pk:
            said = f"{said} ; emplois de toute l’économie : {_said(self.denominator.vintage)}"
        return f"Estimation d’après {said}" if self.status == Status.ESTIMATED else said


def _said(vintage: VintageNote) -> str:
    return f"{vintage.source.short}, {period_words(vintage.period)}"


def evaluate(indicator: Indicator, territory: Territory, book: Book, *, year: int | None = None) -> Figure:
    """The figure to show first: of the reference field and the newest, or of the year asked for."""
    best: Figure | None = None
    for source in indicator.sources:
        if source == Source.SIRENE:
            continue
        for vintage in book.of_source(source, year):
            figure = from_table(indicator, territory, book, vintage)
            if figure.status == Status.OBSERVED:
                return figure
            if best is None and figure.status == Status.SECRET:
                best = figure
    cited = _cited(indicator, territory, book, year)
    if cited is not None:
        return cited
    if best is not None:
        return best
    if Source.SIRENE in indicator.sources:
        return estimate(indicator, territory, book, year=year)
    return Figure(indicator, territory, Status.MISSING, reason=_nothing(year))


def history(indicator: Indicator, territory: Territory, book: Book) -> list[Figure]:
    """One figure a vintage, oldest first: official tables, then cited facts for the years that no table covers.

    Figures of two fields never follow each other: their `field` says where the series breaks.
    """
    by_period: dict[tuple[Source, Field, str], Figure] = {}
    for source in indicator.sources:
        for vintage in book.of_source(source) if source in (Source.FLORES_ESS, Source.URSSAF) else ():
            figure = from_table(indicator, territory, book, vintage)
            if figure.status != Status.MISSING:
                # Real vintages come first: an invented one of the same period never stands beside them.
                by_period.setdefault((source, vintage.field, vintage.period), figure)
    found = list(by_period.values())
    covered = {(figure.year, figure.field) for figure in found}
    found += [
        figure for figure in _all_cited(indicator, territory, book, None) if (figure.year, figure.field) not in covered
    ]
    return sorted(found, key=lambda figure: (figure.year or 0, figure.period))


def from_table(indicator: Indicator, territory: Territory, book: Book, vintage: VintageNote) -> Figure:
    """The figure that one vintage of an official table gives, numerator and denominator from that same vintage."""
    top = book.find(vintage, territory, indicator.numerator)
    bottom = None if indicator.denominator is None else book.find(vintage, territory, indicator.denominator)
    about = (vintage.period, vintage.year, vintage.field)
    for part in (top, bottom):
        if part is not None and part.status != Status.OBSERVED:
            return Figure(
                indicator, territory, part.status, *about, numerator=top, denominator=bottom, reason=part.reason
            )
    value = top.value
    if bottom is not None and value is not None:
        value = _share(value, bottom.value)
        if value is None or value > HUNDRED:
            return Figure(
                indicator, territory, Status.MISSING, *about, numerator=top, denominator=bottom,
                reason="Le dénominateur est nul ou plus petit que le numérateur : la part n’a pas de sens.",
            )  # fmt: skip
    return Figure(indicator, territory, Status.OBSERVED, *about, value=value, numerator=top, denominator=bottom)


def estimate(indicator: Indicator, territory: Territory, book: Book, *, year: int | None = None) -> Figure:
    """What Sirene lets say, whatever official tables know: a count of establishments, an interval of jobs or shares."""
    for vintage in book.of_source(Source.SIRENE, year):
        top = book.find(vintage, territory, indicator.numerator)
        if top.status in (Status.OBSERVED, Status.ESTIMATED):
            return _from_sirene(indicator, territory, book, top)
    return Figure(indicator, territory, Status.MISSING, reason=_nothing(year))


def _from_sirene(indicator: Indicator, territory: Territory, book: Book, top: Found) -> Figure:
    about = (top.vintage.period, top.vintage.year, top.vintage.field)
    jobs = top.status == Status.ESTIMATED
    calibration = calibrate(book) if jobs else None
    low, high = (top.low, top.high) if jobs else (top.value, top.value)
    central = top.value
    if jobs and calibration is not None and top.weighed is not None:
        central = top.weighed * calibration.factor
        # A centre outside its own bounds would say that the calibration does not hold here.
        if (low is not None and central < low) or (high is not None and central > high):
            central, calibration = None, None
    bottom = None
    reason = ""
    if indicator.denominator is not None:
        bottom = _denominator(indicator.denominator, territory, book, top.vintage)
        if bottom is None or bottom.status != Status.OBSERVED or not bottom.value:
            secret = bottom is not None and bottom.status == Status.SECRET
            return Figure(
                indicator, territory, Status.SECRET if secret else Status.MISSING, *about, numerator=top,
                denominator=bottom,
                reason="Le nombre d’emplois de toute l’économie (Flores par commune) n’est pas connu ici.",
            )  # fmt: skip
        low, high, central = (_share(part, bottom.value) for part in (low, high, central))
        if low is not None and low > HUNDRED:
            return Figure(
                indicator, territory, Status.MISSING, *about, numerator=top, denominator=bottom,
                reason="La borne basse dépasse tous les emplois connus : les deux sources ne s’accordent pas ici.",
            )  # fmt: skip
        if high is not None and high > HUNDRED:
            high = HUNDRED
            reason = "La borne haute est ramenée à 100 %."
        if central is not None and central > HUNDRED:
            central, calibration = None, None
    return Figure(
        indicator, territory, Status.ESTIMATED, *about, value=central, low=low, high=high, numerator=top,
        denominator=bottom, calibration=calibration, reason=reason,
    )  # fmt: skip


def _denominator(count: Count, territory: Territory, book: Book, sirene: VintageNote) -> Found | None:
    """Jobs come from open Flores, the newest that knows the territory; establishments from Sirene itself."""
    if count.measure == Measure.ESTABLISHMENTS:
        return book.find(sirene, territory, count)
    found: Found | None = None
    for vintage in book.of_source(Source.FLORES_OPEN):
        found = book.find(vintage, territory, count)
        if found.status == Status.OBSERVED:
            return found
    return found


def calibrate(book: Book) -> Calibration | None:
    """The calibration that the book allows: the first calibrator whose jobs are observed, whole and by sector.

    Without sectors the error is unknown, and a calibration without its error is none.
    """
    if book not in _calibrations:
        _calibrations[book] = _calibrate(book)
    return _calibrations[book]


_calibrations: WeakKeyDictionary[Book, Calibration | None] = WeakKeyDictionary()


def _calibrate(book: Book) -> Calibration | None:
    for territory in book.calibrators:
        for observed in book.of_source(Source.FLORES_ESS):
            if observed.field != Field.ALL_POSTS:
                continue
            for counted in book.of_source(Source.SIRENE):
                if counted.fictitious != observed.fictitious:
                    continue  # a real table says nothing of an invented register, nor the other way round
                found = _factor(book, territory, observed, counted)
                if found is not None:
                    return found
    return None


def _factor(book: Book, territory: Territory, observed: VintageNote, counted: VintageNote) -> Calibration | None:
    jobs = CATALOGUE["ess-jobs"]

    def pair(indicator: Indicator) -> tuple[Decimal, Decimal] | None:
        seen = book.find(observed, territory, indicator.numerator)
        weighed = book.find(counted, territory, indicator.numerator).weighed
        return (seen.value, weighed) if seen.value is not None and weighed is not None else None

    whole = pair(jobs)
    if whole is None or not whole[0] or not whole[1]:
        return None
    factor = whole[0] / whole[1]
    parts = [found for key in _told_sectors(book, territory, observed) if (found := pair(jobs.within(sector=key)))]
    seen = sum((value for value, _ in parts), Decimal(0))
    if not seen:
        return None
    gap = sum((abs(weighed * factor - value) for value, weighed in parts), Decimal(0))
    return Calibration(territory, observed, counted, factor, HUNDRED * gap / seen, len(parts))


def _told_sectors(book: Book, territory: Territory, observed: VintageNote) -> list[str]:
    """The sectors of the table: the eight common ones, or what details one where the table parts it (arts, sport)."""
    keys: list[str] = []
    for sector in main_sectors():
        whole = book.find(observed, territory, CATALOGUE["ess-jobs"].within(sector=sector.key).numerator)
        keys += [sector.key] if whole.status != Status.MISSING else leaves_of(sector.key)
    return keys


def _all_cited(indicator: Indicator, territory: Territory, book: Book, year: int | None) -> list[Figure]:
    return [
        Figure(indicator, territory, Status.PUBLISHED, str(fact.year), fact.year, fact.field, fact.value, fact=fact)
        for fact in book.facts
        if fact.role == FactRole.CITED
        and fact.indicator == indicator.key
        and (fact.level, fact.code) == (territory.level, territory.code)
        and year in (None, fact.year)
    ]


def _cited(indicator: Indicator, territory: Territory, book: Book, year: int | None) -> Figure | None:
    found = _all_cited(indicator, territory, book, year)
    found.sort(key=lambda figure: (figure.field == Field.NON_ANNEX_POSTS, -(figure.year or 0)))
    return found[0] if found else None


def _share(part: Decimal | None, whole: Decimal | None) -> Decimal | None:
    return None if part is None or not whole else HUNDRED * part / whole


def _nothing(year: int | None) -> str:
    return (
        "Aucun fichier publié ne donne ce chiffre pour ce territoire."
        if year is None
        else f"Aucun fichier publié ne donne ce chiffre pour {year}."
    )
