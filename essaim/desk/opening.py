"""What the desk says of the authority's hours: the years of the school calendar, and the panel of the home."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from essaim.foundation.hours import (
    Opening,
    SchoolCalendar,
    SchoolHolidays,
    official_year,
    school_year,
    year_label,
)
from essaim.foundation.registries import DeskLink, DeskPanel, ToComplete, ToCompleteSource, to_complete
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
    return {"sentence": opening_of(home()).sentence(timezone.now())}


def missing_school_year(opening: Opening, today: date) -> int | None:
    """The school year that must be written by hand soon: the hours change with it and nobody knows its holidays."""
    until = opening.known_until(today)
    if not opening.follows_school or (until is not None and until - today >= SOON):
        return None
    return school_year(today if until is None else until + timedelta(days=1))


def lacking() -> list[ToComplete]:
    """What the team has not said yet of its own place."""
    territory = home()
    if territory._state.adding:  # nothing is served yet
        return []
    found = []
    if not territory.email:
        advice = "Sans lui, les messages des visiteurs n’arrivent qu’aux adresses des comptes de l’équipe."
        found.append(ToComplete("Le courriel de la mission", advice, reverse("desk:settings")))
    if not territory.address or not territory.phone:
        advice = "La page Contact dit qu’ils manquent."
        found.append(ToComplete("L’adresse et le téléphone de l’accueil", advice, reverse("desk:settings")))
    if not territory.hours:
        advice = "La page Contact dit de téléphoner."
        found.append(ToComplete("Les horaires de l’accueil", advice, reverse("desk:hours")))
    opening = opening_of(territory)
    missing = missing_school_year(opening, opening.today(timezone.now()))
    if missing is not None:
        advice = (
            "Vos horaires changent pendant les vacances scolaires, et le calendrier officiel de cette année n’est pas "
            "connu du site : d’ici là, il dit « à vérifier »."
        )
        title = f"Les vacances scolaires {year_label(missing)}"
        found.append(ToComplete(title, advice, reverse("desk:hours_school", args=[missing])))
    return found


def _all_lacking(_person: Any) -> Mapping[str, Any]:
    return {"items": [item for source in to_complete for item in source.items()]}


TO_COMPLETE = ToCompleteSource("accueil", lacking, order=10)
TO_COMPLETE_PANEL = DeskPanel("a-completer", "À compléter", 5, "desk/parts/to_complete_panel.html", _all_lacking)


HOURS_PANEL = DeskPanel("horaires", "Vos horaires d’accueil", 60, "desk/parts/hours_panel.html", _panel)
HOURS_LINK = DeskLink(
    "horaires", "Horaires", "desk:hours", "Heures d’ouverture, fermetures exceptionnelles, vacances.", order=905
)
