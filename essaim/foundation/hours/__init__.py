"""Opening hours of a place: said by its people, checked, told in French, and exported. Pure Python, no Django."""

from essaim.foundation.hours.calendar import (
    HolidayPolicy,
    Regime,
    RegimePeriod,
    public_holidays,
)
from essaim.foundation.hours.opening import DayKind, DayPlan, Opening
from essaim.foundation.hours.school import (
    SchoolCalendar,
    SchoolHolidays,
    SchoolZone,
    official_year,
    school_year,
    school_zone_of,
    year_label,
)
from essaim.foundation.hours.slots import InvalidHours, Slot, Weekday, clock, parse_slots, spoken_slots
from essaim.foundation.hours.weekly import DayException, OpeningState, WeeklyHours

__all__ = [
    "DayException",
    "DayKind",
    "DayPlan",
    "HolidayPolicy",
    "InvalidHours",
    "Opening",
    "OpeningState",
    "Regime",
    "RegimePeriod",
    "SchoolCalendar",
    "SchoolHolidays",
    "SchoolZone",
    "Slot",
    "Weekday",
    "WeeklyHours",
    "clock",
    "official_year",
    "parse_slots",
    "public_holidays",
    "school_year",
    "school_zone_of",
    "spoken_slots",
    "year_label",
]
