"""When the authority's own place is open: its hours with the calendars of where it stands."""

from __future__ import annotations

from essaim.foundation.hours import Opening, SchoolCalendar, SchoolHolidays, SchoolZone, WeeklyHours, school_zone_of
from essaim.foundation.kept import Kept
from essaim.foundation.models import SchoolPeriod, Territory
from essaim.geography.queries import department_around, served_communes


def department_code_of(territory: Territory) -> str:
    """« 86 »: the département where most inhabitants of a territory live; empty when it is not known."""
    found = department_around(served_communes(frozenset({territory.siren})))
    return found.code if found is not None else ""


def school_zone_from(territory: Territory) -> SchoolZone | None:
    """The zone that the officer chose, else the one of the département; None in Corsica and overseas."""
    if territory.school_zone:
        return SchoolZone(territory.school_zone)
    return school_zone_of(department_code_of(territory))


def _calendar(pk: int) -> dict[int, tuple[SchoolHolidays, ...]]:
    """The school years that the officer wrote."""
    years: dict[int, list[SchoolHolidays]] = {}
    for row in SchoolPeriod.objects.filter(territory_id=pk).order_by("first"):
        years.setdefault(row.year, []).append(SchoolHolidays(row.first, row.last, row.name))
    return {year: tuple(items) for year, items in years.items()}


_calendars = Kept(_calendar)


def school_calendar_of(territory: Territory) -> SchoolCalendar:
    """The school calendar of a territory: at most one query, none when nothing has changed."""
    return SchoolCalendar(school_zone_from(territory), _calendars.of(territory.pk or 0))


def opening_of(territory: Territory, hours: WeeklyHours | None = None) -> Opening:
    """The opening hours of the authority; `hours` tries others in their place (the preview of a form)."""
    return Opening(
        WeeklyHours.from_json(territory.hours) if hours is None else hours,
        school_calendar_of(territory),
        department_code_of(territory),
    )
