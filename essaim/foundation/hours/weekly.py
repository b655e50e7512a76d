"""``WeeklyHours``: the value object kept as JSON, and whether a place is open at a given moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from essaim.foundation.hours import rendering
from essaim.foundation.hours.calendar import (
    HolidayPolicy,
    Regime,
    RegimePeriod,
    public_holidays,
    regimes_on,
    zone_of,
)
from essaim.foundation.hours.slots import DAY, InvalidHours, Slot, Weekday, check_day, spoken_slots

MAX_EXCEPTIONS = 60
MAX_TEXT = 300
HORIZON = 120
"""Days looked ahead for the next opening: longer than any summer closure."""

Week = Mapping[Weekday, tuple[Slot, ...]]


@dataclass(frozen=True, slots=True)
class DayException:
    """Days, both included, whose slots replace the usual ones; no slot: closed."""

    first: date
    last: date
    slots: tuple[Slot, ...] = ()
    reason: str = ""

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise InvalidHours(["La fin d’une fermeture ne peut pas précéder son début."])
        object.__setattr__(self, "slots", check_day(self.slots))


@dataclass(frozen=True, slots=True)
class OpeningState:
    """Open or closed at ``moment``. ``until``/``opens`` are aware local times, None when nothing changes in sight.

    ``doubtful_holiday`` names the public holiday on which the place did not say what it does.
    """

    moment: datetime
    is_open: bool
    until: datetime | None = None
    opens: datetime | None = None
    doubtful_holiday: str = ""

    @property
    def sentence(self) -> str:
        """« Ouvert, jusqu’à 17 h 30 », « Fermé, ouvre lundi à 8 h 30 »."""
        return rendering.sentence(self)


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """Opening hours: one week per regime, exceptions, public holidays, a free remark. Empty: nothing is known.

    Raises InvalidHours when slots of one day, or of a night and the next day, overlap.
    """

    regimes: Mapping[Regime, Week] = field(default_factory=dict)
    exceptions: tuple[DayException, ...] = ()
    holiday_policy: HolidayPolicy = HolidayPolicy.UNKNOWN
    remark: str = ""

    def __post_init__(self) -> None:
        problems: list[str] = []
        regimes: dict[Regime, Week] = {}
        for regime, week in self.regimes.items():
            checked: dict[Weekday, tuple[Slot, ...]] = {}
            for day in Weekday:
                try:
                    checked[day] = check_day(week.get(day, ()))
                except InvalidHours as error:
                    problems.extend(f"{_place(regime, day)} {text}" for text in error.problems)
            problems.extend(_night_overlaps(regime, checked))
            regimes[regime] = MappingProxyType(checked)
        if regimes and Regime.NORMAL not in regimes:
            problems.append("Donnez d’abord les horaires de toute l’année.")
        if len(self.exceptions) > MAX_EXCEPTIONS:
            problems.append(f"Au plus {MAX_EXCEPTIONS} dates particulières peuvent être gardées.")
        if len(self.remark) > MAX_TEXT or any(len(item.reason) > MAX_TEXT for item in self.exceptions):
            problems.append(f"Une remarque compte au plus {MAX_TEXT} caractères.")
        if problems:
            raise InvalidHours(problems)
        object.__setattr__(self, "regimes", MappingProxyType(regimes))
        object.__setattr__(self, "exceptions", tuple(sorted(self.exceptions, key=lambda item: (item.first, item.last))))

    def __bool__(self) -> bool:
        return bool(self.regimes or self.exceptions or self.remark)

    @classmethod
    def from_json(cls, content: Any) -> "WeeklyHours":
        """Read the form of ``to_json``; ``{}`` and None are empty hours. Raises InvalidHours with every problem."""
        return _read(content)

    def to_json(self) -> dict[str, Any]:
        """The JSON form; absent parts are left out.

        ``{"regimes": {"normal": {"mon": [["09:00", "12:30"]]}}, "exceptions": [{"first": "2026-12-24", "last":
        "2027-01-02", "slots": [], "reason": "Fêtes"}], "holidays": "closed", "remark": "Sur rendez-vous"}``
        """
        content: dict[str, Any] = {}
        if self.regimes:
            content["regimes"] = {
                regime.value: {
                    day.key: [[slot.opens, slot.closes] for slot in slots] for day, slots in week.items() if slots
                }
                for regime, week in self.regimes.items()
            }
        if self.exceptions:
            content["exceptions"] = [
                {
                    "first": item.first.isoformat(),
                    "last": item.last.isoformat(),
                    "slots": _pairs(item.slots),
                    "reason": item.reason,
                }
                for item in self.exceptions
            ]
        if self.holiday_policy is not HolidayPolicy.UNKNOWN:
            content["holidays"] = self.holiday_policy.value
        if self.remark:
            content["remark"] = self.remark
        return content

    def slots_on(self, day: date, *, periods: Sequence[RegimePeriod] = (), department: str = "") -> tuple[Slot, ...]:
        """The slots that begin on a day: an exception first, then a public holiday, then the regime in force."""
        for item in self.exceptions:
            if item.first <= day <= item.last:
                return item.slots
        if self.holiday_policy is HolidayPolicy.CLOSED and day in public_holidays(day.year, department):
            return ()
        for regime in regimes_on(day, periods):
            if regime in self.regimes:
                return self.regimes[regime][Weekday(day.weekday())]
        return ()

    def state_at(
        self,
        moment: datetime,
        *,
        periods: Sequence[RegimePeriod] = (),
        department: str = "",
    ) -> OpeningState | None:
        """Open or closed at an aware moment, or None when no slot is known at all.

        Clock times and public holidays are those of the département. On the night when the clock goes back, a time that
        occurs twice is its first occurrence; when it goes forward, a time that does not exist is one hour later. Raises
        ValueError on a naive moment.
        """
        if moment.tzinfo is None:
            raise ValueError("Le moment doit porter son fuseau horaire.")
        if not self.regimes and not self.exceptions:
            return None
        zone = zone_of(department)
        now = moment.astimezone(UTC)
        local = moment.astimezone(zone)
        until: datetime | None = None
        doubt = ""
        for offset in range(-1, HORIZON):
            day = _shift(local.date(), offset)
            if day is None:
                continue
            slots = self.slots_on(day, periods=periods, department=department)
            for start, end in sorted(
                (_instant(day, slot.start, zone), _instant(day, slot.end, zone)) for slot in slots
            ):
                if end <= max(start, now):
                    continue
                if until is None:
                    doubt = self._doubt(day, department)
                    if start > now:
                        return OpeningState(local, False, opens=start.astimezone(zone), doubtful_holiday=doubt)
                    until = end
                elif start <= until:
                    until = max(until, end)
                else:
                    return OpeningState(local, True, until=until.astimezone(zone), doubtful_holiday=doubt)
        if until is None:
            return OpeningState(local, False)
        unbroken = until - now >= timedelta(days=HORIZON - 2)
        return OpeningState(local, True, until=None if unbroken else until.astimezone(zone), doubtful_holiday=doubt)

    def _doubt(self, day: date, department: str) -> str:
        """The public holiday of that day, when the place neither said what it does on holidays nor on that day."""
        if self.holiday_policy is not HolidayPolicy.UNKNOWN or self._has_exception(day):
            return ""
        return public_holidays(day.year, department).get(day, "")

    def _has_exception(self, day: date) -> bool:
        return any(item.first <= day <= item.last for item in self.exceptions)

    def lines(self, regime: Regime = Regime.NORMAL) -> list[tuple[str, str]]:
        """The week in French, days alike together: [("Du lundi au vendredi", "9 h – 18 h"), ("Samedi", "fermé")…]."""
        return rendering.lines(self.regimes.get(regime, {}))

    def schema_org(self, periods: Sequence[RegimePeriod] = ()) -> list[dict[str, Any]]:
        """The list of OpeningHoursSpecification of schema.org."""
        return rendering.schema_org(self, periods)


def _pairs(slots: Sequence[Slot]) -> list[list[str]]:
    return [[slot.opens, slot.closes] for slot in slots]


def _shift(day: date, offset: int) -> date | None:
    try:
        return day + timedelta(days=offset)
    except OverflowError:
        return None


def _instant(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """The UTC instant of a clock time, counted on the clock and not on elapsed hours."""
    wall = datetime(day.year, day.month, day.day) + timedelta(minutes=minutes)
    return wall.replace(tzinfo=zone).astimezone(UTC)


def _place(regime: Regime, day: Weekday) -> str:
    return f"{day.label.capitalize()} ({regime.label.lower()}) :"


def _night_overlaps(regime: Regime, week: Week) -> list[str]:
    problems = []
    for day in Weekday:
        tomorrow = Weekday((day + 1) % 7)
        if week.get(day) and week.get(tomorrow):
            night, morning = week[day][-1], week[tomorrow][0]
            if night.end - DAY > morning.start:
                problems.append(
                    f"{_place(regime, day)} la plage {spoken_slots([night])} empiète sur celle de {tomorrow.label}."
                )
    return problems


def _read(content: Any) -> WeeklyHours:
    if content is None or content == {}:
        return WeeklyHours()
    if not isinstance(content, dict):
        raise InvalidHours(["Les horaires enregistrés ont une forme inconnue."])
    problems = [
        f"Rubrique inconnue dans les horaires : « {str(key)[:40]} »."
        for key in content
        if key not in ("regimes", "exceptions", "holidays", "remark")
    ]
    regimes = _read_regimes(content.get("regimes", {}), problems)
    exceptions = _read_exceptions(content.get("exceptions", []), problems)
    policy = HolidayPolicy.UNKNOWN
    try:
        policy = HolidayPolicy(content.get("holidays", "unknown"))
    except ValueError:
        problems.append("Pour les jours fériés, choisissez « fermé », « ouvert » ou « non précisé ».")
    remark = content.get("remark", "")
    if not isinstance(remark, str):
        problems.append("La remarque doit être un texte.")
    if problems:
        raise InvalidHours(problems)
    return WeeklyHours(regimes, exceptions, policy, remark)


def _read_regimes(content: Any, problems: list[str]) -> dict[Regime, Week]:
    if not isinstance(content, dict):
        problems.append("Les semaines d’ouverture ont une forme inconnue.")
        return {}
    days = {day.key: day for day in Weekday}
    regimes: dict[Regime, Week] = {}
    for name, week in content.items():
        if name not in set(Regime) or not isinstance(week, dict):
            problems.append(f"Période inconnue : « {str(name)[:40]} ».")
            continue
        found: dict[Weekday, tuple[Slot, ...]] = {}
        for key, slots in week.items():
            if key not in days:
                problems.append(f"Jour inconnu : « {str(key)[:40]} ».")
                continue
            found[days[key]] = _read_slots(slots, _place(Regime(name), days[key]), problems)
        regimes[Regime(name)] = found
    return regimes


def _read_slots(content: Any, place: str, problems: list[str]) -> tuple[Slot, ...]:
    slots: list[Slot] = []
    for pair in content if isinstance(content, list) else [content]:
        if not (isinstance(pair, list | tuple) and len(pair) == 2 and all(isinstance(text, str) for text in pair)):
            problems.append(f"{place} une plage se donne par deux heures, l’ouverture et la fermeture.")
            continue
        try:
            slots.append(Slot.between(*pair))
        except InvalidHours as error:
            problems.extend(f"{place} {text}" for text in error.problems)
    return tuple(slots)


def _read_exceptions(content: Any, problems: list[str]) -> tuple[DayException, ...]:
    if not isinstance(content, list):
        problems.append("Les dates particulières ont une forme inconnue.")
        return ()
    found: list[DayException] = []
    for item in content[: MAX_EXCEPTIONS + 1]:
        known = isinstance(item, dict) and all(
            isinstance(item.get(key, ""), str) for key in ("first", "last", "reason")
        )
        try:
            first = date.fromisoformat(item["first"]) if known else None
            last = date.fromisoformat(item.get("last") or item["first"]) if known else None
        except (KeyError, ValueError):
            first = last = None
        if first is None or last is None:
            problems.append("Une date particulière se donne par son premier et son dernier jour (2026-12-24).")
            continue
        place = f"Le {rendering.long_date(first)} :"
        slots = _read_slots(item.get("slots", []), place, problems)
        try:
            found.append(DayException(first, last, slots, item.get("reason", "")))
        except InvalidHours as error:
            problems.extend(f"{place} {text}" for text in error.problems)
    return tuple(found)
