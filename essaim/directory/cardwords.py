"""A card's values in words: what a history, a comparison or an export shows of each field."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from essaim.directory.cardfields import FIELDS, LABELS
from essaim.foundation.hours import HolidayPolicy, InvalidHours, WeeklyHours
from essaim.foundation.hours.rendering import long_date
from essaim.nomenclature.publics import all_publics
from essaim.ui import typography

_HOLIDAYS = {HolidayPolicy.CLOSED: "Fermé les jours fériés", HolidayPolicy.OPEN: "Ouvert les jours fériés"}


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that changes: its words before and after, line by line (an empty list: nothing was written)."""

    name: str
    label: str
    before: list[str]
    after: list[str]


def differences(
    before: Mapping[str, Any], after: Mapping[str, Any], fields: Collection[str] | None = None
) -> list[Difference]:
    """The fields of `after` (or those named) in the order of a card, each with its words on both sides."""
    return [
        Difference(name, LABELS[name], words_of(name, before.get(name)), words_of(name, after[name]))
        for name in FIELDS
        if name in after and (fields is None or name in fields)
    ]


def words_of(name: str, value: Any) -> list[str]:
    """The value of one field, line by line; empty when there is none."""
    if not value:
        return []
    if name == "audiences":
        return audience_labels(value)
    if name in {"services", "keywords"}:
        return [str(item) for item in value]
    if name == "hours":
        return hours_words(value)
    if name == "places":
        return [line for place in value for line in place_words(place)]
    if name == "links":
        return [f"{link.get('label', '')} : {link.get('url', '')}" for link in value]
    if name == "phone":
        return [typography.phone(str(value))]
    return [line for line in str(value).splitlines() if line.strip()]


def audience_labels(keys: Collection[str]) -> list[str]:
    """The publics of these keys, as people say them, in the order of the list."""
    return [public.label for public in all_publics() if public.key in keys]


def hours_words(value: Any) -> list[str]:
    """Opening hours: the usual week, the days apart, what holds on public holidays, the remark."""
    try:
        hours = WeeklyHours.from_json(value)
    except InvalidHours:
        return ["Horaires illisibles"]
    told = [f"{days} : {slots}" for days, slots in hours.lines()]
    for item in hours.exceptions:
        days = long_date(item.first) if item.first == item.last else f"{long_date(item.first)} – {long_date(item.last)}"
        told.append(f"{days} : {item.reason}" if item.reason else days)
    if hours.holiday_policy in _HOLIDAYS:
        told.append(_HOLIDAYS[hours.holiday_policy])
    return [*told, hours.remark] if hours.remark else told


def place_words(place: Mapping[str, Any]) -> list[str]:
    """One place on its lines: who and where, how to enter, when."""
    town = " ".join(part for part in (place.get("postcode", ""), place.get("city", "")) if part)
    where = ", ".join(part for part in (place.get("name", ""), place.get("address", ""), town) if part)
    told = [where]
    if place.get("access"):
        told.append(f"Pour entrer : {place['access']}")
    return [*told, *hours_words(place.get("hours") or {})]


def one_line(lines: Sequence[str]) -> str:
    """The same on one line, for a table."""
    return " · ".join(lines)
