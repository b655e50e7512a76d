"""Hours of one day: slots, how they are typed, and how they are said."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise

DAY = 24 * 60
MAX_SLOTS = 6
_NBSP = "\u00a0"
_TIME = re.compile(r"([0-9]{1,2})\s*(?:[h:]\s*([0-9]{2})?|(?=$))")
_DASH = re.compile(r"\s*(?:[-–—]|\bà\b|\bjusqu[’']à\b)\s*")
_COMMA = re.compile(r"\s*(?:[,;/]|\bet\b|\bpuis\b)\s*")


class InvalidHours(ValueError):
    """The hours cannot be read. ``problems`` holds every reason, in French, for the form."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__(" ".join(self.problems))


class Weekday(IntEnum):
    """Days as ``datetime.date.weekday`` numbers them."""

    MONDAY = 0
    TUESDAY = 1
    WEDNESDAY = 2
    THURSDAY = 3
    FRIDAY = 4
    SATURDAY = 5
    SUNDAY = 6

    @property
    def label(self) -> str:
        """French name, lower case."""
        return ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")[self]

    @property
    def key(self) -> str:
        """Key in the JSON form."""
        return ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[self]


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """From ``start`` to ``end``, minutes since the midnight that opens the day; ``end`` passes 1440 after midnight.

    Raises InvalidHours unless 0 ≤ start < 1440, start < end, and the slot lasts at most 24 hours.
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        if not (0 <= self.start < DAY and self.start < self.end <= self.start + DAY):
            raise InvalidHours(["Une plage d’ouverture commence dans la journée et dure au plus vingt-quatre heures."])

    @classmethod
    def between(cls, opens: str, closes: str) -> "Slot":
        """Read two clock times; a closing time before the opening one is on the next day (22 h – 2 h)."""
        start, end = parse_time(opens), parse_time(closes)
        if start == DAY:
            start = 0
        if start == end:
            raise InvalidHours(
                [f"L’ouverture et la fermeture sont à la même heure ({clock(start)}). Pour la journée : 0 h – 24 h."]
            )
        return cls(start, end if end > start else end + DAY)

    @property
    def opens(self) -> str:
        """« 09:00 »."""
        return f"{self.start // 60:02}:{self.start % 60:02}"

    @property
    def closes(self) -> str:
        """« 18:00 »; « 24:00 » at midnight, and the next day's clock after it (« 02:00 »)."""
        end = self.end if self.end <= DAY else self.end - DAY
        return f"{end // 60:02}:{end % 60:02}"


def parse_time(text: str) -> int:
    """Minutes since midnight of « 9 h 30 », « 9h », « 09:30 », « 18 », « 24:00 », « midi » or « minuit ».

    « minuit » is the end of the day (1440); as an opening time ``Slot.between`` takes it for 0. Raises InvalidHours.
    """
    bare = text.replace(_NBSP, " ").replace("\u202f", " ").strip().lower()
    if bare in ("midi", "minuit"):
        return DAY // 2 if bare == "midi" else DAY
    found = _TIME.fullmatch(bare)
    if found:
        minutes = int(found[1]) * 60 + int(found[2] or 0)
        if int(found[2] or 0) < 60 and minutes <= DAY:
            return minutes
    raise InvalidHours([f"« {text[:20]} » n’est pas une heure : écrivez par exemple 9 h 30 ou 09:30."])


def clock(minutes: int) -> str:
    """« 9 h », « 17 h 30 », « minuit », with no-break spaces."""
    if minutes % DAY == 0:
        return "minuit"
    hour, minute = divmod(minutes % DAY, 60)
    return f"{hour}{_NBSP}h" + (f"{_NBSP}{minute:02}" if minute else "")


def check_day(slots: Sequence[Slot]) -> tuple[Slot, ...]:
    """The slots in order; raises InvalidHours when they overlap or are more than MAX_SLOTS."""
    ordered = tuple(sorted(slots))
    if len(ordered) > MAX_SLOTS:
        raise InvalidHours([f"Une journée compte au plus {MAX_SLOTS} plages d’ouverture."])
    for before, after in pairwise(ordered):
        if after.start < before.end:
            raise InvalidHours([f"Deux plages se chevauchent : {spoken_slots([before])} et {spoken_slots([after])}."])
    return ordered


def parse_slots(text: str) -> tuple[Slot, ...]:
    """Read what a person types for one day: « 9h-12h30, 14h-18h », « 22 h – 2 h », « fermé » or nothing.

    Raises InvalidHours with a sentence that says which part cannot be read.
    """
    bare = text.replace(_NBSP, " ").replace("\u202f", " ").strip().lower().rstrip(".")
    if bare in ("", "fermé", "ferme", "fermée", "-", "–"):
        return ()
    if bare in ("24h/24", "24 h/24", "24 h / 24", "jour et nuit"):
        return (Slot(0, DAY),)
    slots = []
    for part in _COMMA.split(bare):
        ends = _DASH.split(part.removeprefix("de ").strip())
        if len(ends) != 2:
            raise InvalidHours([f"« {part[:40]} » ne se lit pas : écrivez par exemple 9 h – 12 h 30, 14 h – 18 h."])
        slots.append(Slot.between(*ends))
    return check_day(slots)


def spoken_slots(slots: Sequence[Slot]) -> str:
    """« 9 h – 12 h 30, 14 h – 18 h », « fermé », or « jour et nuit »; ``parse_slots`` reads it back."""
    if not slots:
        return "fermé"
    if len(slots) == 1 and slots[0] == Slot(0, DAY):
        return "jour et nuit"
    return ", ".join(f"{_opening(slot.start)}{_NBSP}–{_NBSP}{clock(slot.end)}" for slot in slots)


def _opening(minutes: int) -> str:
    return clock(minutes) if minutes else f"0{_NBSP}h"
