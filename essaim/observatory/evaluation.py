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
from essaim.ui.typography import percent
from essaim.ui.typography import vintage as period_words

HUNDRED = Decimal(100)
EXACT = (Status.OBSERVED, Status.PUBLISHED)
"""The statuses of a figure that is one number, and no estimate."""
MOST_ERROR = Decimal(25)
"""Percent. The bounds of a band are some 40 % away from its geometric mean (10 to 19: 14): a centre that misses the
sectors by more than a quarter says hardly more than its interval, and looks far more exact."""
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

    @property
    def holds(self) -> bool:
        """Whether a central value may rest on it."""
        return self.error <= MOST_ERROR

    @property
    def aside(self) -> str:
        """Why no central value rests on it, wherever; empty when one may."""
        if self.holds:
            return ""
        return (
            f"Calage écarté : écart de {percent(self.error, 0)} par secteur en moyenne "
            f"({self.territory.name}), au-delà de {percent(MOST_ERROR, 0)}."
        )


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure with all that explains it.

    Observed and published: `value`. Estimated: `low`, `high` (None: no upper bound) and a central `value` only with
    its `calibration`, else `no_centre` says why there is none. Secret and missing: `reason` alone.
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
    no_centre: str = ""

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
            hides = _real_secret(best)
            if hides is not None and not vintage.is_of_the_world_of(hides):
                continue  # what a real table hides, an invented one never tells
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
    years = {figure.year for figure in found}
    # A fact whose field nobody said may be of any: a figure of its year stands for it.
    for figure in sorted(_all_cited(indicator, territory, book, None), key=lambda one: one.field is None):
        if (figure.year, figure.field) not in covered and (figure.field is not None or figure.year not in years):
            found.append(figure)
            years.add(figure.year)
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
    calibration, no_centre = _centre_of(territory, book, top) if jobs else (None, "")
    low, high = (top.low, top.high) if jobs else (top.value, top.value)
    central = top.value
    if calibration is not None and top.weighed is not None:
        central = top.weighed * calibration.factor
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
            central, calibration, no_centre = None, None, _OUTSIDE
    return Figure(
        indicator, territory, Status.ESTIMATED, *about, value=central, low=low, high=high, numerator=top,
        denominator=bottom, calibration=calibration, reason=reason, no_centre=no_centre,
    )  # fmt: skip


_OUTSIDE = "La valeur centrale sortirait de ses bornes."


def _centre_of(territory: Territory, book: Book, top: Found) -> tuple[Calibration | None, str]:
    """The calibration that gives this estimate its centre, or None and why."""
    found = calibrate(book, beside=top.vintage)
    if found is None or top.weighed is None:
        return None, "Aucun calage n’est possible avec les fichiers publiés."
    if not found.holds:
        return None, found.aside
    if territory.key == found.territory.key:
        # The factor is made of this very territory's jobs: its centre would only say them again.
        return None, "Le calage est ajusté sur ce territoire : il y redirait le nombre observé."
    centre = top.weighed * found.factor
    if (top.low is not None and centre < top.low) or (top.high is not None and centre > top.high):
        return None, _OUTSIDE
    return found, ""


def _real_secret(figure: Figure | None) -> VintageNote | None:
    if figure is None or figure.numerator is None or figure.numerator.vintage.fictitious:
        return None
    return figure.numerator.vintage


def _denominator(count: Count, territory: Territory, book: Book, sirene: VintageNote) -> Found | None:
    """Jobs come from open Flores, the newest that knows the territory; establishments from Sirene itself."""
    if count.measure == Measure.ESTABLISHMENTS:
        return book.find(sirene, territory, count)
    found: Found | None = None
    for vintage in book.of_source(Source.FLORES_OPEN, beside=sirene):
        found = book.find(vintage, territory, count)
        if found.status == Status.OBSERVED:
            return found
    return found


def calibrate(book: Book, *, beside: VintageNote | None = None) -> Calibration | None:
    """The calibration that the book allows: the first calibrator whose jobs are observed, whole and by sector.

    Without sectors the error is unknown, and a calibration without its error is none; one whose error is too large is
    told (`aside`) and does not hold. `beside`: the vintage of Sirene to scale, whose world it must be of.
    """
    made = _calibrations.setdefault(book, {})
    world = None if beside is None else beside.fictitious
    if world not in made:
        made[world] = _calibrate(book, beside)
    return made[world]


_calibrations: WeakKeyDictionary[Book, dict[bool | None, Calibration | None]] = WeakKeyDictionary()


def _calibrate(book: Book, beside: VintageNote | None) -> Calibration | None:
    for territory in book.calibrators:
        for observed in book.of_source(Source.FLORES_ESS, beside=beside):
            if observed.field != Field.ALL_POSTS:
                continue
            for counted in book.of_source(Source.SIRENE, beside=observed):
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
