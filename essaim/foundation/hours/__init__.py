"""Opening hours of a place: said by its people, checked, told in French, and exported. Pure Python, no Django."""

from essaim.foundation.hours.calendar import (
    HolidayPolicy,
    Regime,
    RegimePeriod,
    public_holidays,
)
from essaim.foundation.hours.slots import InvalidHours, Slot, Weekday, clock, parse_slots, spoken_slots
from essaim.foundation.hours.weekly import DayException, OpeningState, WeeklyHours

__all__ = [
    "DayException",
    "HolidayPolicy",
    "InvalidHours",
    "OpeningState",
    "Regime",
    "RegimePeriod",
    "Slot",
    "Weekday",
    "WeeklyHours",
    "clock",
    "parse_slots",
    "public_holidays",
    "spoken_slots",
]
