"""What a visitor asks, as it is written in an address: `?q=velo&famille=association&page=2`.

Cleaned once, here; the same state always makes the same address, whatever the order in which it was typed.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from essaim.directory.search.documents import CLOSED, NO, OPEN, RURAL, URBAN, YES
from essaim.directory.wording import ESUS
from essaim.foundation.search import Box, Near
from essaim.nomenclature.naf import activity_groups
from essaim.nomenclature.perimeter import Family, SubFamily
from essaim.nomenclature.publics import all_publics
from essaim.nomenclature.siae import all_siae_kinds

LONGEST_TEXT = 200
LAST_PAGE = 10_000
MOST_VALUES = 60
EVERY_STATE = "toutes"
FILTERS = {
    "famille": "family",
    "sous_famille": "sub_family",
    "commune": "commune",
    "milieu": "urban",
    "activite": "activity",
    "employeur": "employer",
    "label": "label",
    "etat": "state",
    "confirmee": "confirmed",
    "public": "audience",
}
NAMES = (*FILTERS, "q", "tri", "pres", "lat", "lon", "rayon", "zone", "page")
"""Every parameter that an address of the search may hold."""
"""Name of each filter in an address → facet of the index, in the order of canonical addresses."""
TITLES = {
    "famille": "Famille",
    "sous_famille": "Statut précis",
    "commune": "Commune",
    "milieu": "Ville ou campagne",
    "activite": "Activité",
    "employeur": "Emploi",
    "label": "Label",
    "etat": "Ouverte ou fermée",
    "confirmee": "Fiche confirmée",
    "public": "Pour qui",
}
_COMMUNE = re.compile(r"[0-9][0-9AB][0-9]{3}")


class Order(StrEnum):
    """Sort asked by the visitor."""

    RELEVANCE = "pertinence"
    NAME = "nom"
    DISTANCE = "distance"


@lru_cache(maxsize=1)
def known_values() -> Mapping[str, Mapping[str, str]]:
    """For each filter with a closed list: its values in the order of the screen, with their French label."""
    return {
        "famille": {family.value: family.plural for family in Family},
        "sous_famille": {sub.value: sub.label for sub in SubFamily},
        "milieu": {URBAN: "En ville", RURAL: "À la campagne"},
        "activite": {group.key: group.label for group in activity_groups()},
        "employeur": {YES: "Avec des salariés", NO: "Sans salarié"},
        "label": {ESUS: "ESUS, utilité sociale", **{kind.code: kind.label for kind in all_siae_kinds()}},
        "etat": {OPEN: "Ouvertes", CLOSED: "Fermées"},
        "confirmee": {YES: "Confirmées", NO: "Pas encore confirmées"},
        "public": {public.key: public.label.capitalize() for public in all_publics()},
    }


@dataclass(frozen=True, slots=True)
class SearchParams:
    """One state of the directory's search; every field is clean. Build it with `from_querydict`.

    `filters`: values by filter name. A value that nobody knows stays (it finds nothing) and is told in `notes`.
    `place`: what the visitor typed for « près de »; `position`: (latitude, longitude) given by the browser. One
    at most: a place that is typed replaces the position that the form still carries.
    """

    text: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    order: Order = Order.RELEVANCE
    place: str = ""
    position: tuple[float, float] | None = None
    radius_km: float | None = None
    box: Box | None = None
    page: int = 1
    notes: tuple[str, ...] = ()

    @classmethod
    def from_querydict(cls, data: Mapping[str, Any]) -> SearchParams:
        """Read a `QueryDict` (or any mapping of text or lists). Never fails: what is odd is set aside and told."""
        notes: list[str] = []
        filters = {}
        for name in FILTERS:
            values = _values(data, name)
            unknown = [value for value in values if not _is_known(name, value)]
            notes += [f"Le filtre « {TITLES[name]} » ne connaît pas « {value} »." for value in unknown]
            if values:
                filters[name] = values
        if EVERY_STATE in filters.get("etat", ()):
            filters["etat"] = (EVERY_STATE,)
        asked = _one(data, "tri")
        order = next((order for order in Order if order.value == asked), None)
        if asked and order is None:
            notes.append("Ce tri n’existe pas : les résultats sont triés par pertinence.")
        latitude, longitude = _number(_one(data, "lat"), -90, 90), _number(_one(data, "lon"), -180, 180)
        place = clean_text(_one(data, "pres"), 100)
        position = None if place or latitude is None or longitude is None else (latitude, longitude)
        return cls(
            text=clean_text(_one(data, "q"), LONGEST_TEXT),
            filters=filters,
            order=order or _usual_order(place, position),
            place=place,
            position=position,
            radius_km=_number(_one(data, "rayon"), 0.1, 500),
            box=_box(_one(data, "zone")),
            page=_page(_one(data, "page")),
            notes=tuple(notes),
        )

    def urlencode(self) -> str:
        """The canonical query string of this state, empty for the bare directory; give it to `?…`."""
        pairs: list[tuple[str, str]] = []
        if self.text:
            pairs.append(("q", self.text))
        for name in FILTERS:
            pairs += [(name, value) for value in self.filters.get(name, ())]
        if self.order is not _usual_order(self.place, self.position):
            pairs.append(("tri", self.order.value))
        if self.place:
            pairs.append(("pres", self.place))
        if self.position:
            pairs += [("lat", _short(self.position[0])), ("lon", _short(self.position[1]))]
        if self.radius_km is not None:
            pairs.append(("rayon", _short(self.radius_km)))
        if self.box:
            corners = (self.box.south, self.box.west, self.box.north, self.box.east)
            pairs.append(("zone", ",".join(map(_short, corners))))
        if self.page > 1:
            pairs.append(("page", str(self.page)))
        return urlencode(pairs)

    def at_page(self, page: int) -> SearchParams:
        """The same search at another page."""
        return replace(self, page=max(1, page))

    def toggled(self, name: str, value: str) -> SearchParams:
        """The same search with one value of a filter put or removed, back on its first page."""
        now = self.filters.get(name, ())
        kept = tuple(v for v in now if v != value) if value in now else tuple(sorted((*now, value)))
        filters = {key: values for key, values in {**self.filters, name: kept}.items() if values}
        return replace(self, filters=filters, page=1)

    @property
    def usual_order(self) -> Order:
        """The order when the visitor asks for none."""
        return _usual_order(self.place, self.position)

    @property
    def is_filtered(self) -> bool:
        """True when something other than the words narrows the results."""
        return bool(self.filters or self.radius_km or self.box)

    def engine_filters(self) -> dict[str, tuple[str, ...]]:
        """Filters by facet of the index. Closed structures are left out unless the visitor says otherwise."""
        found = {FILTERS[name]: values for name, values in self.filters.items()}
        if found.get("state") == (EVERY_STATE,):
            del found["state"]
        else:
            found.setdefault("state", (OPEN,))
        return found

    def near(self, centre: tuple[float, float] | None) -> Near | None:
        """The place to measure from: the browser's position, else the centre of the place typed."""
        here = self.position or centre
        return Near(*here, self.radius_km) if here else None


def _usual_order(place: str, position: tuple[float, float] | None) -> Order:
    """Who says near what to look expects the nearest first; the others, the most useful."""
    return Order.DISTANCE if place or position else Order.RELEVANCE


def clean_text(text: str, longest: int) -> str:
    """One line without control nor formatting characters, single spaces, cut at `longest`."""
    kept = "".join(" " if unicodedata.category(c) in {"Cc", "Cs"} else c for c in text[: longest * 4])
    kept = "".join(c for c in kept if unicodedata.category(c) != "Cf")
    return " ".join(kept.split())[:longest].rstrip()


def _raw(data: Mapping[str, Any], name: str) -> Sequence[str]:
    read = getattr(data, "getlist", None)
    found = read(name) if read else data.get(name, ())
    return [str(value) for value in found] if isinstance(found, list | tuple) else [str(found)]


def _one(data: Mapping[str, Any], name: str) -> str:
    found = _raw(data, name)
    return found[-1].strip() if found else ""


def _values(data: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """Values of a filter, repeated (`a=1&a=2`) or separated by commas (`a=1,2`), without doubles, in order."""
    pieces = (piece for raw in _raw(data, name)[:MOST_VALUES] for piece in raw[:1000].split(","))
    return tuple(sorted({clean for piece in pieces if (clean := clean_text(piece, 40))})[:MOST_VALUES])


def _is_known(name: str, value: str) -> bool:
    if name == "commune":
        return bool(_COMMUNE.fullmatch(value))
    return value in known_values()[name] or (name == "etat" and value == EVERY_STATE)


def _number(text: str, low: float, high: float) -> float | None:
    try:
        value = float(text[:32].replace(",", "."))
    except ValueError:
        return None
    return round(value, 5) if math.isfinite(value) and low <= value <= high else None


def _box(text: str) -> Box | None:
    limits = ((-90, 90), (-180, 180), (-90, 90), (-180, 180))
    pieces = text.split(",")
    if len(pieces) != len(limits):
        return None
    south, west, north, east = (_number(p, low, high) for p, (low, high) in zip(pieces, limits, strict=True))
    if south is None or west is None or north is None or east is None or south > north or west > east:
        return None
    return Box(south, west, north, east)


def _page(text: str) -> int:
    try:
        return min(LAST_PAGE, max(1, int(text[:12])))
    except ValueError:
        return 1


def _short(value: float) -> str:
    return f"{value:.5f}".rstrip("0").rstrip(".")
