"""The authority's opening hours: the usual weeks, the days that are not like the others, the school calendar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from essaim.foundation import journal
from essaim.foundation.hours import DayException, InvalidHours, SchoolHolidays, SchoolZone, WeeklyHours, year_label
from essaim.foundation.hours.rendering import long_date
from essaim.foundation.hours.school import check_year
from essaim.foundation.journal import Author
from essaim.foundation.models import SchoolPeriod, Territory

KEPT_EXCEPTIONS = timedelta(days=366)
"""How long a day that is past stays in the list."""


@dataclass(frozen=True)
class UsualHours:
    """What the officer sets on one screen; the exceptions have a screen of their own."""

    hours: WeeklyHours
    source: str
    school_zone: str


def save_hours(*, by: Author, territory: Territory, usual: UsualHours) -> Territory:
    """Write the usual weeks, what happens on public holidays, the remark, the zone; the exceptions stay as they are.

    Nothing is written nor recorded when nothing changes. Raises InvalidHours when both together cannot be kept.
    """
    if usual.school_zone and usual.school_zone not in set(SchoolZone):
        raise InvalidHours(["Cette zone de vacances scolaires n’existe pas."])
    with transaction.atomic():
        locked = Territory.objects.select_for_update().get(pk=territory.pk)
        former = WeeklyHours.from_json(locked.hours)
        hours = WeeklyHours(
            usual.hours.regimes, former.exceptions, usual.hours.holiday_policy, usual.hours.remark
        ).to_json()
        wanted = {"hours": hours, "hours_source": usual.source, "school_zone": usual.school_zone}
        return _write(locked, wanted, by=by, verb="horaires enregistrés")


def add_exception(*, by: Author, territory: Territory, item: DayException) -> Territory:
    """Add a closure or an opening out of the ordinary. Raises InvalidHours when these days already have one.

    Those that ended more than a year ago leave the list; the journal keeps them.
    """
    with transaction.atomic():
        locked = Territory.objects.select_for_update().get(pk=territory.pk)
        former = WeeklyHours.from_json(locked.hours)
        oldest = timezone.localdate() - KEPT_EXCEPTIONS
        kept = [other for other in former.exceptions if other.last >= oldest]
        for other in kept:
            if other.first <= item.last and item.first <= other.last:
                raise InvalidHours(
                    [
                        "Ces jours ont déjà une date particulière, "
                        f"qui commence le {long_date(other.first)} : retirez-la d’abord."
                    ]
                )
        hours = WeeklyHours(former.regimes, (*kept, item), former.holiday_policy, former.remark)
        return _write(
            locked, {"hours": hours.to_json()}, by=by, verb="date particulière ajoutée", reason=spoken_exception(item)
        )


def remove_exception(*, by: Author, territory: Territory, first: date, last: date) -> Territory:
    """Take a closure or an opening away: these days become ordinary again. Raises InvalidHours when it is not there."""
    with transaction.atomic():
        locked = Territory.objects.select_for_update().get(pk=territory.pk)
        former = WeeklyHours.from_json(locked.hours)
        gone = [item for item in former.exceptions if (item.first, item.last) == (first, last)]
        if not gone:
            raise InvalidHours(["Cette date particulière n’est plus dans la liste."])
        kept = tuple(item for item in former.exceptions if item not in gone)
        hours = WeeklyHours(former.regimes, kept, former.holiday_policy, former.remark)
        return _write(
            locked,
            {"hours": hours.to_json()},
            by=by,
            verb="date particulière retirée",
            reason=spoken_exception(gone[0]),
        )


def spoken_exception(item: DayException) -> str:
    """« du 24 décembre 2026 au 1er janvier 2027, fermé : inventaire »."""
    days = f"le {long_date(item.first)}"
    if item.last != item.first:
        days = f"du {long_date(item.first)} au {long_date(item.last)}"
    return f"{days}, {'ouvert' if item.slots else 'fermé'}" + (f" : {item.reason}" if item.reason else "")


def _write(locked: Territory, wanted: Mapping[str, object], *, by: Author, verb: str, reason: str = "") -> Territory:
    before, after = journal.changes({name: getattr(locked, name) for name in wanted}, dict(wanted))
    if not after:
        return locked
    for name, value in after.items():
        setattr(locked, name, value)
    locked.full_clean(validate_unique=False)
    locked.save(update_fields=list(after))
    journal.record(by=by, verb=verb, obj=locked, reason=reason, before=before, after=after)
    return locked


def save_school_year(*, by: Author, territory: Territory, year: int, holidays: Sequence[SchoolHolidays]) -> None:
    """Write the holidays of one school year, whole; none gives the year back to the official calendar.

    Raises InvalidHours when they overlap or do not belong to that year.
    """
    ordered = check_year(year, tuple(holidays))
    with transaction.atomic():
        Territory.objects.select_for_update().get(pk=territory.pk)
        rows = SchoolPeriod.objects.filter(territory=territory, year=year)
        former = [SchoolHolidays(row.first, row.last, row.name) for row in rows]
        if tuple(sorted(former)) == ordered:
            return
        rows.delete()
        SchoolPeriod.objects.bulk_create(
            SchoolPeriod(territory=territory, year=year, name=item.name, first=item.first, last=item.last)
            for item in ordered
        )
        verb = "vacances scolaires enregistrées" if ordered else "vacances scolaires rendues au calendrier officiel"
        journal.record(
            by=by, verb=verb, obj=territory, reason=year_label(year), before=_told(former), after=_told(ordered)
        )


def _told(holidays: Sequence[SchoolHolidays]) -> list[list[str]]:
    return [[item.name, item.first.isoformat(), item.last.isoformat()] for item in holidays]


def complete_territory(*, by: Author, territory: Territory, facts: Mapping[str, Any]) -> Territory:
    """Write the public facts of a known authority where nothing has been said yet: what the officer set always stays.

    `facts`: address, phone, website, hours (the JSON of `WeeklyHours`), hours_source, school_zone. Raises InvalidHours.
    """
    with transaction.atomic():
        locked = Territory.objects.select_for_update().get(pk=territory.pk)
        wanted = {
            name: facts[name]
            for name in ("address", "phone", "website", "school_zone")
            if facts.get(name) and not getattr(locked, name)
        }
        if facts.get("hours") and not locked.hours:
            wanted["hours"] = WeeklyHours.from_json(facts["hours"]).to_json()
            wanted["hours_source"] = facts.get("hours_source", "")
        return _write(locked, wanted, by=by, verb="faits publics du territoire repris")
