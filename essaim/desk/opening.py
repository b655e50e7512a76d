"""What the desk says of the authority's hours: the years of the school calendar, and the panel of the home."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from essaim.foundation.hours import SchoolCalendar, SchoolHolidays, official_year, school_year, year_label
from essaim.foundation.registries import DeskLink, DeskPanel
from essaim.foundation.territories import home
from essaim.geography.opening import opening_of

PREVIEWED = 14
"""Days of the preview."""
AHEAD = 3
"""School years shown: this one and the next ones."""
SOON = timedelta(days=300)
"""How long before the known calendar ends the officer is asked to complete it."""


@dataclass(frozen=True)
class SchoolYear:
    """One school year as the desk lists it."""

    year: int
    holidays: tuple[SchoolHolidays, ...]
    is_own: bool
    has_official: bool

    @property
    def label(self) -> str:
        """« 2026-2027 »."""
        return year_label(self.year)


def school_years(calendar: SchoolCalendar, today: date) -> list[SchoolYear]:
    """This school year and the next ones, then those further that the officer wrote."""
    first = school_year(today)
    years = sorted({*range(first, first + AHEAD), *(year for year in calendar.own if year >= first)})
    return [
        SchoolYear(year, calendar.of_year(year), year in calendar.own, bool(official_year(calendar.zone, year)))
        for year in years
    ]


def _panel(_person: Any) -> Mapping[str, Any]:
    opening = opening_of(home())
    now = timezone.now()
    today = opening.today(now)
    until = opening.known_until(today)
    missing = None
    if opening.follows_school and (until is None or until - today < SOON):
        missing = school_year(today if until is None else until + timedelta(days=1))
    return {
        "sentence": opening.sentence(now),
        "known_until": until,
        "missing": missing,
        "missing_label": "" if missing is None else year_label(missing),
    }


HOURS_PANEL = DeskPanel("horaires", "Vos horaires d’accueil", 60, "desk/parts/hours_panel.html", _panel)
HOURS_LINK = DeskLink(
    "horaires", "Horaires", "desk:hours", "Heures d’ouverture, fermetures exceptionnelles, vacances.", order=905
)
