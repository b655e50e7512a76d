"""``Opening``: the hours of a place with the calendars they live by, told day by day."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from essaim.foundation.hours.calendar import HolidayPolicy, Regime, public_holidays, zone_of
from essaim.foundation.hours.rendering import long_date, special_days
from essaim.foundation.hours.school import SchoolCalendar
from essaim.foundation.hours.slots import Slot, Weekday, spoken_slots
from essaim.foundation.hours.weekly import HORIZON, DayException, OpeningState, WeeklyHours

UNKNOWN_SCHOOL = "calendrier scolaire non connu : horaires à vérifier"
_YEAR = timedelta(days=365)


class DayKind(StrEnum):
    """Why a day has the hours that it has."""

    ORDINARY = "ordinary"
    SCHOOL_HOLIDAYS = "school_holidays"
    PUBLIC_HOLIDAY = "public_holiday"
    EXCEPTION = "exception"


@dataclass(frozen=True)
class DayPlan:
    """One day: its slots, why, and what is not certain about it."""

    day: date
    slots: tuple[Slot, ...]
    kind: DayKind
    reason: str = ""
    doubt: str = ""

    @property
    def words(self) -> str:
        """« 8 h 30 – 12 h 30, 13 h 30 – 17 h 30 », or « fermé »."""
        return spoken_slots(self.slots)

    @property
    def each_slot(self) -> list[str]:
        """« 8 h 30 – 12 h 30 » for each slot, so that a screen may keep each on one line."""
        return [spoken_slots([slot]) for slot in self.slots]

    @property
    def date(self) -> str:
        """« 1er décembre »: the year goes without saying in a list of days to come."""
        return long_date(self.day).rpartition(" ")[0]

    @property
    def weekday(self) -> str:
        """« Lundi »."""
        return Weekday(self.day.weekday()).label.capitalize()


@dataclass(frozen=True)
class Opening:
    """The hours of a place, its school calendar, its département (clock and public holidays)."""

    hours: WeeklyHours
    calendar: SchoolCalendar = field(default_factory=SchoolCalendar)
    department: str = ""

    def today(self, moment: datetime) -> date:
        """The day that it is there."""
        return moment.astimezone(zone_of(self.department)).date()

    def state_at(self, moment: datetime) -> OpeningState | None:
        """Open or closed at an aware moment; None when no slot is known at all."""
        day = self.today(moment)
        periods = self.calendar.periods(day - timedelta(days=2), day + timedelta(days=HORIZON + 1))
        return self.hours.state_at(moment, periods=periods, department=self.department)

    def sentence(self, moment: datetime) -> str:
        """« Ouvert, jusqu’à 17 h 30 », with what is not certain of it; empty when no hours are known."""
        state = self.state_at(moment)
        if state is None:
            return ""
        told = state.moment.date() if state.is_open or state.opens is None else state.opens.date()
        doubt = self._school_doubt(told)
        return f"{state.sentence} ({doubt})" if doubt else state.sentence

    def days(self, first: date, count: int) -> list[DayPlan]:
        """`count` days from `first`, each with its reason."""
        periods = self.calendar.periods(first, first + timedelta(days=count))
        days = [first + timedelta(days=step) for step in range(count)]
        return [self._plan(day, self.hours.slots_on(day, periods=periods, department=self.department)) for day in days]

    def _plan(self, day: date, slots: tuple[Slot, ...]) -> DayPlan:
        holiday = public_holidays(day.year, self.department).get(day, "")
        exception = self._exception(day)
        if exception is not None:
            nature = "ouverture exceptionnelle" if slots else "fermeture exceptionnelle"
            reason = f"{nature} : {exception.reason}" if exception.reason else nature
            return DayPlan(day, slots, DayKind.EXCEPTION, reason + (f" (jour férié : {holiday})" if holiday else ""))
        if holiday:
            doubt = "à vérifier" if self.hours.holiday_policy is HolidayPolicy.UNKNOWN and slots else ""
            return DayPlan(day, slots, DayKind.PUBLIC_HOLIDAY, f"jour férié : {holiday}", doubt)
        school = self.calendar.on(day)
        if school is not None and Regime.SCHOOL_HOLIDAYS in self.hours.regimes:
            return DayPlan(day, slots, DayKind.SCHOOL_HOLIDAYS, f"vacances scolaires : {school.name}")
        return DayPlan(day, slots, DayKind.ORDINARY, doubt=self._school_doubt(day))

    def _exception(self, day: date) -> DayException | None:
        return next((item for item in self.hours.exceptions if item.first <= day <= item.last), None)

    @property
    def follows_school(self) -> bool:
        """Whether the hours change with the school holidays."""
        regimes = self.hours.regimes
        return Regime.SCHOOL_HOLIDAYS in regimes and regimes[Regime.SCHOOL_HOLIDAYS] != regimes[Regime.NORMAL]

    def known_until(self, day: date) -> date | None:
        """The last day whose hours are certain as far as the school calendar is concerned."""
        return self.calendar.known_until(day)

    def _school_doubt(self, day: date) -> str:
        """Why the hours of a day may not be the true ones: its school year is not known, and it would matter."""
        if not self.follows_school or self._exception(day) is not None or self.calendar.is_known(day):
            return ""
        closed = self.hours.holiday_policy is HolidayPolicy.CLOSED
        if closed and day in public_holidays(day.year, self.department):
            return ""
        weekday = Weekday(day.weekday())
        regimes = self.hours.regimes
        same = regimes[Regime.NORMAL][weekday] == regimes[Regime.SCHOOL_HOLIDAYS][weekday]
        return "" if same else UNKNOWN_SCHOOL

    def schema_org(self, today: date) -> dict[str, Any]:
        """`openingHoursSpecification` (the usual weeks, the school holidays of the coming year with their dates) and
        `specialOpeningHoursSpecification` (public holidays closed and exceptions, of the coming year)."""
        until = today + _YEAR
        usual = WeeklyHours(self.hours.regimes, (), self.hours.holiday_policy)
        found: dict[str, Any] = {}
        if entries := usual.schema_org(self.calendar.periods(today, until)):
            found["openingHoursSpecification"] = entries
        exceptions = [item for item in self.hours.exceptions if item.last >= today]
        if special := special_days(self._closed_holidays(today, until), exceptions):
            found["specialOpeningHoursSpecification"] = special
        return found

    def _closed_holidays(self, first: date, last: date) -> Sequence[date]:
        if self.hours.holiday_policy is not HolidayPolicy.CLOSED or not self.hours.regimes:
            return []
        years = range(first.year, last.year + 1)
        days = (day for year in years for day in public_holidays(year, self.department))
        return [day for day in days if first <= day <= last and self._exception(day) is None]
