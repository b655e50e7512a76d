"""Moments, hours and the colours of the sky: nothing here reads the database."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from enum import Enum
from typing import Any

from django.utils import timezone

from essaim.directory.nearby import Matching
from essaim.nomenclature.naf import all_naf, normal_code
from essaim.nomenclature.perimeter import Family

DAWN = 5 * 60
"""Minutes after midnight when a day begins: what happens at 1 h in the morning ends the day before."""
_DAY = 24 * 60
_CODE = re.compile(r"[0-9]{2}\.?([0-9]{0,2}|[0-9]{2}[A-Za-z])")


class UnknownActivity(ValueError):
    """A code that begins no activity of the NAF; the message says what one looks like."""


class Band(Enum):
    """A part of the day: its name in classes, its French name, the hour when it begins."""

    DAWN = ("dawn", "Au lever", time(5, 0))
    MORNING = ("morning", "Le matin", time(7, 30))
    NOON = ("noon", "À midi", time(10, 45))
    AFTERNOON = ("afternoon", "L’après-midi", time(14, 0))
    DUSK = ("dusk", "Le soir", time(17, 0))
    NIGHT = ("night", "La nuit", time(20, 0))

    def __init__(self, code: str, label: str, begins: time) -> None:
        self.code = code
        self.label = label
        self.begins = begins


def since_dawn(hour: time) -> int:
    """Minutes since the day began (0 at 5 h, 1 200 at 1 h in the night)."""
    return (hour.hour * 60 + hour.minute - DAWN) % _DAY


def band_of(hour: time) -> Band:
    """The part of the day of an hour."""
    begun = [band for band in Band if since_dawn(band.begins) <= since_dawn(hour)]
    return max(begun, key=lambda band: since_dawn(band.begins))


@dataclass(frozen=True, slots=True)
class Moment:
    """One moment, as the officer wrote it."""

    anchor: str
    hour: time
    title: str
    what: str
    kind: str
    form: str
    family: Family
    negative: str
    scene: str
    example: str
    example_source: str
    search: str
    wanted: tuple[Matching, ...]


def moments_of(blocks: Iterable[Any]) -> tuple[Moment, ...]:
    """The moments of a page's stream, in the editor's order; anchors are unique (`h-0715`, then `h-0715-2`)."""
    taken: dict[str, int] = {}
    found = []
    for block in blocks:
        value: Mapping[str, Any] = block.value
        name = f"h-{value['hour']:%H%M}"
        taken[name] = taken.get(name, 0) + 1
        found.append(_moment(value, name if taken[name] == 1 else f"{name}-{taken[name]}"))
    return tuple(found)


def _moment(value: Mapping[str, Any], anchor: str) -> Moment:
    return Moment(
        anchor=anchor,
        hour=value["hour"],
        title=value["title"],
        what=value["what"],
        kind=value["kind"],
        form=value["form"],
        family=Family(value["family"]),
        negative=value["negative"],
        scene=value.get("scene") or "",
        example=value.get("example") or "",
        example_source=value.get("example_source") or "",
        search=value.get("search") or "",
        wanted=tuple(matching_of(clue) for clue in value["clues"]),
    )


def matching_of(clue: Mapping[str, Any]) -> Matching:
    """One clue of the editor's form, ready for the directory."""
    return Matching(
        activities=activities_in(clue.get("activities") or ""),
        words=words_in(clue.get("words") or ""),
        labels=tuple(clue.get("labels") or ()),
        families=tuple(clue.get("families") or ()),
        sub_families=tuple(clue.get("sub_families") or ()),
    )


def activities_in(text: str) -> tuple[str, ...]:
    """« 88.91A, 47.2 » → ("88.91A", "47.2"). Raises UnknownActivity on a code that begins no activity."""
    found = []
    for piece in re.split(r"[\s,;]+", text.strip()):
        if not piece:
            continue
        bare = normal_code(piece).replace(".", "")
        if not _CODE.fullmatch(piece) or not any(item.code.replace(".", "").startswith(bare) for item in all_naf()):
            raise UnknownActivity(
                f"« {piece[:20]} » n’est le début d’aucun code d’activité (NAF). Un code s’écrit comme « 88.91A » ; "
                "ses premiers chiffres suffisent (« 47.2 »). Il est sur la page de chaque structure de l’annuaire."
            )
        found.append(f"{bare[:2]}.{bare[2:]}" if bare[2:] else bare)
    return tuple(dict.fromkeys(found))


def words_in(text: str) -> tuple[str, ...]:
    """Words or expressions, one a line or between commas, without doubles."""
    pieces = (" ".join(piece.split()) for piece in re.split(r"[\n,;]", text))
    return tuple(dict.fromkeys(piece for piece in pieces if piece))


def now_among(moments: Sequence[Moment], now: datetime) -> int | None:
    """The moment that `now` belongs to: the last one begun on the clock of the site, else the night's last.

    Read on the wall: on the two nights when the clock changes, what it says is what counts. None without moments.
    """
    if not moments:
        return None
    wall = since_dawn(timezone.localtime(now).time())
    ranks = sorted(range(len(moments)), key=lambda rank: (since_dawn(moments[rank].hour), rank))
    begun = [rank for rank in ranks if since_dawn(moments[rank].hour) <= wall]
    return begun[-1] if begun else ranks[-1]
