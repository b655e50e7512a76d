"""Days that are not like the others: public holidays, and periods of another regime."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from zoneinfo import ZoneInfo

import holidays

from essaim.foundation.hours.slots import InvalidHours

# Alsace and Moselle keep two more days (local law); the overseas departments keep the day of the abolition of slavery.
_SUBDIVISIONS = {"57": "57", "67": "57", "68": "57", **{code: code for code in ("971", "972", "973", "974", "976")}}

_ZONES = {
    "971": "America/Guadeloupe",
    "972": "America/Martinique",
    "973": "America/Cayenne",
    "974": "Indian/Reunion",
    "975": "America/Miquelon",
    "976": "Indian/Mayotte",
    "977": "America/St_Barthelemy",
    "978": "America/Marigot",
    "986": "Pacific/Wallis",
    "987": "Pacific/Tahiti",
    "988": "Pacific/Noumea",
}


def zone_of(department: str) -> ZoneInfo:
    """The clock of a département or an overseas collectivity; metropolitan France's for all the others."""
    return ZoneInfo(_ZONES.get(department, "Europe/Paris"))


class Regime(StrEnum):
    """The weeks that a place can describe; the last one that is in force and described wins."""

    NORMAL = "normal"
    SCHOOL_HOLIDAYS = "school_holidays"
    SUMMER = "summer"

    @property
    def label(self) -> str:
        """French name of the regime."""
        return {"normal": "Toute l’année", "school_holidays": "Vacances scolaires", "summer": "Été"}[self.value]


class HolidayPolicy(StrEnum):
    """What the place does on public holidays. ``UNKNOWN``: it did not say, the sentence warns."""

    UNKNOWN = "unknown"
    CLOSED = "closed"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class RegimePeriod:
    """Days, both included, on which a regime is in force (the school calendar is data of the caller)."""

    regime: Regime
    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise InvalidHours(["La fin d’une période ne peut pas précéder son début."])


def regimes_on(day: date, periods: Iterable[RegimePeriod]) -> tuple[Regime, ...]:
    """The regimes in force on a day, the strongest first; NORMAL is always there, last."""
    found = {period.regime for period in periods if period.first <= day <= period.last} | {Regime.NORMAL}
    return tuple(regime for regime in reversed(Regime) if regime in found)


@lru_cache(maxsize=256)
def public_holidays(year: int, department: str = "") -> Mapping[date, str]:
    """The public holidays of a year with their French names; ``department`` is an INSEE code (« 86 », « 67 », « 974 »).

    Good Friday of Alsace-Moselle is counted everywhere there, though in law only communes with a Protestant church
    keep it.
    """
    found = holidays.country_holidays("FR", subdiv=_SUBDIVISIONS.get(department), years=year, language="fr")
    return MappingProxyType({day: name.replace("'", "’") for day, name in sorted(found.items())})
