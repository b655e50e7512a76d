"""Opening hours as French sentences, and as schema.org."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any

from essaim.foundation.hours.calendar import Regime, RegimePeriod
from essaim.foundation.hours.slots import DAY, Slot, Weekday, clock, spoken_slots

if TYPE_CHECKING:
    from essaim.foundation.hours.weekly import DayException, OpeningState, WeeklyHours

_MONTHS = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()
_SCHEMA_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def long_date(day: date) -> str:
    """« 1er janvier 2027 », « 24 décembre 2026 »."""
    return f"{'1er' if day.day == 1 else day.day} {_MONTHS[day.month - 1]} {day.year}"


def sentence(state: OpeningState) -> str:
    """The state in one sentence without final point; a public holiday left unsaid is a warning at its end."""
    if state.is_open:
        text = "Ouvert" + (f", jusqu’{_ending(state.moment, state.until)}" if state.until else " jour et nuit")
    else:
        text = "Fermé" + (f", ouvre {_beginning(state.moment, state.opens)}" if state.opens else "")
    if state.doubtful_holiday:
        text += f" (jour férié, {state.doubtful_holiday} : à vérifier)"
    return text


def _time(moment: datetime) -> str:
    return clock(moment.hour * 60 + moment.minute)


def _ending(now: datetime, until: datetime) -> str:
    days = (until.date() - now.date()).days
    midnight = until.hour == until.minute == 0
    if days == 0 or (days == 1 and until.hour < 12):
        return f"à {_time(until)}"
    last_day = until.date() - timedelta(days=1 if midnight else 0)
    named = _named_day((last_day - now.date()).days, last_day)
    article = named.removeprefix("le ")
    return f"{'à' if article == named else 'au'} {article} à {_time(until)}"


def _beginning(now: datetime, opens: datetime) -> str:
    days = (opens.date() - now.date()).days
    at = "à " + (_time(opens) if opens.hour or opens.minute else "0\u00a0h")
    return at if days == 0 else f"{_named_day(days, opens.date())} {at}"


def _named_day(days: int, day: date) -> str:
    if days <= 1:
        return ("aujourd’hui", "demain")[days]
    weekday = Weekday(day.weekday()).label
    if days < 7:
        return weekday
    return f"le {weekday} {'1er' if day.day == 1 else day.day} {_MONTHS[day.month - 1]}"


def _runs(week: Mapping[Weekday, tuple[Slot, ...]]) -> list[tuple[Weekday, Weekday, tuple[Slot, ...]]]:
    """Neighbour days with the same slots, as (first, last, slots)."""
    runs = []
    for slots, days in groupby(Weekday, key=lambda day: week.get(day, ())):
        group = list(days)
        runs.append((group[0], group[-1], slots))
    return runs


def lines(week: Mapping[Weekday, tuple[Slot, ...]]) -> list[tuple[str, str]]:
    """The week in French; nothing when the regime is not described."""
    if not week:
        return []
    told = []
    for first, last, slots in _runs(week):
        if first == Weekday.MONDAY and last == Weekday.SUNDAY:
            days = "Tous les jours"
        elif first == last:
            days = first.label.capitalize()
        elif last == first + 1:
            days = f"{first.label.capitalize()} et {last.label}"
        else:
            days = f"Du {first.label} au {last.label}"
        told.append((days, spoken_slots(slots)))
    return told


def schema_org(hours: WeeklyHours, periods: Sequence[RegimePeriod]) -> list[dict[str, Any]]:
    """One entry per slot and set of days. Closed days that override others are written 00:00 to 00:00.

    Regimes other than the normal one are written for the periods given, with their dates.
    """
    found: list[dict[str, Any]] = []
    for regime, week in hours.regimes.items():
        if regime is Regime.NORMAL:
            found.extend(_schema_week(week, None))
        else:
            for period in periods:
                if period.regime is regime:
                    found.extend(_schema_week(week, (period.first, period.last)))
    return found + special_days((), hours.exceptions)


def special_days(closed: Iterable[date], exceptions: Iterable[DayException]) -> list[dict[str, Any]]:
    """Entries of days that are not like the others, with their dates: days closed, then exceptions."""
    found = [_schema_entry([], None, (day, day)) for day in closed]
    for item in exceptions:
        found.extend(_schema_entry([], slot, (item.first, item.last)) for slot in item.slots or (None,))
    return found


def _schema_week(week: Mapping[Weekday, tuple[Slot, ...]], dates: tuple[date, date] | None) -> list[dict[str, Any]]:
    days_of: dict[Slot | None, list[Weekday]] = {}
    for day in Weekday:
        slots: Sequence[Slot | None] = week.get(day, ()) or ((None,) if dates else ())
        for slot in slots:
            days_of.setdefault(slot, []).append(day)
    return [_schema_entry(days, slot, dates) for slot, days in days_of.items()]


def _schema_entry(days: Sequence[Weekday], slot: Slot | None, dates: tuple[date, date] | None) -> dict[str, Any]:
    entry: dict[str, Any] = {"@type": "OpeningHoursSpecification"}
    if days:
        entry["dayOfWeek"] = [f"https://schema.org/{_SCHEMA_DAYS[day]}" for day in days]
    if dates:
        entry["validFrom"], entry["validThrough"] = dates[0].isoformat(), dates[1].isoformat()
    if slot is None:
        return {**entry, "opens": "00:00", "closes": "00:00"}
    closes = slot.closes if slot.end != DAY else "23:59"
    return {**entry, "opens": slot.opens, "closes": closes}
