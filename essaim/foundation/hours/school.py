"""The school calendar: which zone a département lives in, and on which days there is no class.

The official dates of the three zones come from the package `vacances-scolaires-france`. It ends with the last year that
the ministry has published; Corsica and overseas have calendars of their own that it does not hold. What it lacks, a
place completes by hand, one school year at a time.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from types import MappingProxyType

from vacances_scolaires_france import SchoolHolidayDates

from essaim.foundation.hours.calendar import Regime, RegimePeriod, public_holidays
from essaim.foundation.hours.slots import InvalidHours

MAX_PERIODS = 12
"""Holidays of one school year."""
LONGEST_NAME = 60
_DAY = timedelta(days=1)
_BRIDGE = "Pont de l’Ascension"


class SchoolZone(StrEnum):
    """The three zones of metropolitan France."""

    A = "A"
    B = "B"
    C = "C"

    @property
    def label(self) -> str:
        """« zone A »."""
        return f"zone {self.value}"


# By académie, since January 2016 (arrêté of 16 April 2015). Corsica (2A, 2B) and overseas are in no zone.
_DEPARTMENTS = {
    # Besançon, Bordeaux, Clermont-Ferrand, Dijon, Grenoble, Limoges, Lyon, Poitiers
    SchoolZone.A: "25 39 70 90 24 33 40 47 64 03 15 43 63 21 58 71 89 07 26 38 73 74 19 23 87 01 42 69 16 17 79 86",
    # Aix-Marseille, Amiens, Lille, Nancy-Metz, Nantes, Nice, Normandie, Orléans-Tours, Reims, Rennes, Strasbourg
    SchoolZone.B: "04 05 13 84 02 60 80 59 62 54 55 57 88 44 49 53 72 85 06 83 14 27 50 61 76 18 28 36 37 41 45 "
    "08 10 51 52 22 29 35 56 67 68",
    # Créteil, Montpellier, Paris, Toulouse, Versailles
    SchoolZone.C: "77 93 94 11 30 34 48 66 75 09 12 31 32 46 65 81 82 78 91 92 95",
}
_ZONE_OF = {code: zone for zone, codes in _DEPARTMENTS.items() for code in codes.split()}


def school_zone_of(department: str) -> SchoolZone | None:
    """The zone of a département (« 86 »); None for Corsica, overseas, and what is no département."""
    return _ZONE_OF.get(department)


def school_year(day: date) -> int:
    """The year in which the school year of a day began: 2026 from 1 September 2026 to 31 August 2027."""
    return day.year if day.month >= 9 else day.year - 1


def year_label(year: int) -> str:
    """« 2026-2027 »."""
    return f"{year}-{year + 1}"


@dataclass(frozen=True, slots=True, order=True)
class SchoolHolidays:
    """Days without class, both included: the first is the morrow of the last class, the last the eve of the return.

    Raises InvalidHours when the end comes before the beginning, or when nothing names them.
    """

    first: date
    last: date
    name: str

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise InvalidHours(["La fin des vacances ne peut pas précéder leur début."])
        if not self.name.strip() or len(self.name) > LONGEST_NAME:
            raise InvalidHours([f"Nommez ces vacances en {LONGEST_NAME} caractères au plus."])

    @property
    def period(self) -> RegimePeriod:
        """The same days, for `WeeklyHours`."""
        return RegimePeriod(Regime.SCHOOL_HOLIDAYS, self.first, self.last)


def check_year(year: int, holidays: tuple[SchoolHolidays, ...]) -> tuple[SchoolHolidays, ...]:
    """The holidays of one school year in order; raises InvalidHours when they overlap or leave the year."""
    ordered = tuple(sorted(holidays))
    if len(ordered) > MAX_PERIODS:
        raise InvalidHours([f"Une année scolaire compte au plus {MAX_PERIODS} périodes de vacances."])
    problems = [
        f"« {item.name} » ne tombe pas dans l’année scolaire {year_label(year)} (1er septembre – 31 août)."
        for item in ordered
        if school_year(item.first) != year or item.last > date(year + 1, 9, 15)
    ]
    problems += [
        f"« {one.name} » et « {other.name} » se chevauchent."
        for one, other in pairwise(ordered)
        if other.first <= one.last
    ]
    if problems:
        raise InvalidHours(problems)
    return ordered


@lru_cache(maxsize=4)
def _official(zone: SchoolZone) -> Mapping[int, tuple[SchoolHolidays, ...]]:
    """Every school year that the package knows whole, with both ends as the ministry means them."""
    key = f"vacances_zone_{zone.value.lower()}"
    named = {day: row["nom_vacances"] for day, row in sorted(SchoolHolidayDates().data.items()) if row[key]}
    runs: list[tuple[date, date, str]] = []
    for day, name in named.items():
        if runs and runs[-1][1] + _DAY == day and runs[-1][2] == name:
            runs[-1] = (runs[-1][0], day, name)
        else:
            runs.append((day, day, name))
    years: dict[int, list[SchoolHolidays]] = {}
    for first, last, name in runs:
        item = _with_true_ends(SchoolHolidays(first, last, name.replace("'", "’")))
        years.setdefault(school_year(first), []).append(item)
    # A year is known when its summer is: the package could carry the first holidays of a year that it does not finish.
    whole = {year: tuple(items) for year, items in years.items() if items[-1].first >= date(year + 1, 6, 15)}
    return MappingProxyType(whole)


def _with_true_ends(item: SchoolHolidays) -> SchoolHolidays:
    """Mend what the package cuts short: bridges that stop on the Saturday, begin after the Thursday, or spill over."""
    first, last = item.first, item.last
    if item.name == _BRIDGE:
        if first - _DAY in public_holidays(first.year):
            first -= _DAY
        last = first + timedelta(days=6 - first.weekday())
    elif last.weekday() == 5:
        last += _DAY
    return SchoolHolidays(first, last, item.name)


def official_year(zone: SchoolZone | None, year: int) -> tuple[SchoolHolidays, ...]:
    """The official holidays of the school year that begins in `year`; empty when they are not known."""
    return () if zone is None else _official(zone).get(year, ())


@dataclass(frozen=True)
class SchoolCalendar:
    """The calendar of one place: the official one of its zone, and the years that the place wrote by hand.

    A year written by hand replaces the official one whole.
    """

    zone: SchoolZone | None = None
    own: Mapping[int, tuple[SchoolHolidays, ...]] = field(default_factory=dict)

    def of_year(self, year: int) -> tuple[SchoolHolidays, ...]:
        """The holidays of the school year that begins in `year`; empty when it is not known."""
        return self.own.get(year) or official_year(self.zone, year)

    def is_known(self, day: date) -> bool:
        """Whether the school year of that day is known."""
        return bool(self.of_year(school_year(day)))

    def known_until(self, day: date) -> date | None:
        """The last day of the known years that follow `day` without a gap; None when that of `day` is not known."""
        year = school_year(day)
        if not self.of_year(year):
            return None
        while self.of_year(year + 1):
            year += 1
        return date(year + 1, 8, 31)

    def on(self, day: date) -> SchoolHolidays | None:
        """The holidays of that day, or None."""
        return next((item for item in self.between(day, day)), None)

    def between(self, first: date, last: date) -> Iterator[SchoolHolidays]:
        """The holidays that touch these days, both included, in order."""
        for year in range(school_year(first) - 1, school_year(last) + 1):
            for item in self.of_year(year):
                if item.first <= last and first <= item.last:
                    yield item

    def periods(self, first: date, last: date) -> tuple[RegimePeriod, ...]:
        """The same, for `WeeklyHours`."""
        return tuple(item.period for item in self.between(first, last))
