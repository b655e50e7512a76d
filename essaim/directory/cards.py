"""What a list shows of a structure, small enough to travel with its document in the search index.

A list needs no query for its cards: the index gives them with the results. The index follows each change on commit.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import Any

from django.utils import timezone

from essaim.directory.models import Card, Establishment, Structure
from essaim.directory.naming import shown_name
from essaim.directory.provenance import confirmed_words
from essaim.directory.rows import standing_for
from essaim.directory.standing import LABELS
from essaim.directory.wording import (
    STALE_AFTER,
    TagView,
    WhyView,
    activity_of,
    headcount_text,
    label_name,
    may_sleep,
    reason_view,
    sleeping_year,
)
from essaim.foundation.hours import WeeklyHours
from essaim.nomenclature.departments import department_code
from essaim.ui import typography


@dataclass(frozen=True, slots=True)
class Listed:
    """The facts of one card, free of the day on which they are read and of the territory that asks.

    `places`: for each EPCI (SIREN), the commune and the activity of the place that stands for the structure, and how
    many places it has there; `departments`: where that place is. `labels`: name and last day of validity (ISO, empty
    when none). `quiet_since`: the last official sign of life (ISO) of a structure that may be called sleeping, else
    empty. `unanswered`: nobody has ever confirmed the card, and a campaign has asked in vain.
    """

    url: str
    name: str
    family: str
    closed: bool
    headcount: str
    places: Mapping[str, Sequence[Any]]
    departments: Mapping[str, str]
    labels: Sequence[Sequence[str]]
    phone: str
    hours: Mapping[str, Any]
    confirmed_at: str
    confirmed_words: str
    quiet_since: str
    why: Sequence[str]
    unanswered: bool = False

    def dump(self) -> bytes:
        """Bytes for the index."""
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def load(cls, raw: bytes) -> Listed:
        """What `dump` wrote."""
        return cls(**json.loads(raw))


def listed(structure: Structure, places: Sequence[Establishment]) -> Listed:
    """The facts of a structure whose card, `shown_labels` and `shown_criteria` are fetched; `places` with communes."""
    card: Card | None = getattr(structure, "card", None)
    # What the structure is comes before the labels that it holds.
    criteria = sorted(structure.shown_criteria, key=lambda criterion: criterion.code in LABELS)
    reasons = [reason_view(criterion) for criterion in criteria]
    quiet = structure.last_processed_on if may_sleep(structure) else None
    grouped = _by_epci(places)
    standing = {epci: place for epci, mine in grouped.items() if (place := standing_for(mine))}
    return Listed(
        url=structure.get_absolute_url(),
        name=shown_name(structure),
        family=structure.family,
        closed=structure.is_closed,
        headcount=headcount_text(structure.headcount_band, structure.headcount_year),
        places={epci: _told(structure, place, len(grouped[epci])) for epci, place in standing.items()},
        departments={epci: department_code(place.commune_id) for epci, place in standing.items()},
        labels=[
            (label_name(label.kind), label.valid_until.isoformat() if label.valid_until else "")
            for label in structure.shown_labels
        ],
        phone=card.phone if card else "",
        hours=card.hours if card else {},
        confirmed_at=card.confirmed_at.isoformat() if card and card.confirmed_at else "",
        confirmed_words=confirmed_words(card) if card else "",
        quiet_since=quiet.isoformat() if quiet else "",
        why=(reasons[0].short, reasons[0].short_source, reasons[0].as_of) if reasons else (),
        unanswered=bool(getattr(structure, "asked_in_vain", False)) and not (card and card.confirmed_at),
    )


def _by_epci(places: Sequence[Establishment]) -> dict[str, list[Establishment]]:
    found: dict[str, list[Establishment]] = {}
    for place in places:
        if place.commune.epci_id:
            found.setdefault(place.commune.epci_id, []).append(place)
    return found


def _told(structure: Structure, place: Establishment, count: int) -> tuple[str, str, int]:
    activity = activity_of(structure, place)
    return (place.commune.name, activity.plain if activity else "", count)


class CardView:
    """One card in words, on the day and for the territory of the reader."""

    def __init__(self, facts: Listed, *, now: datetime, scope: Collection[str], distance: float | None = None) -> None:
        """`scope`: the EPCI that are asked; `distance` in metres from where the visitor stands."""
        self.facts = facts
        self.now = now
        self.distance = distance
        asked = [epci for epci in sorted(scope) if epci in facts.places]
        self._places = [facts.places[epci] for epci in asked]
        self._department = facts.departments[asked[0]] if asked else ""

    @property
    def summary(self) -> str:
        """« Épicerie · Lusignan · 3 à 5 salariés (2024) »."""
        commune, activity, _ = self._places[0] if self._places else ("", "", 0)
        return " · ".join(part for part in (activity, commune, self.facts.headcount) if part)

    @property
    def hours_now(self) -> str:
        """« Ouvert, jusqu’à 17 h 30 », or empty when the hours are unknown."""
        return open_now(self.facts.hours, self.now, self._department)

    @cached_property
    def confirmed_on(self) -> date | None:
        """The day the structure last confirmed its card."""
        given = self.facts.confirmed_at
        return timezone.localdate(datetime.fromisoformat(given)) if given else None

    @property
    def is_stale(self) -> bool:
        """Nobody has confirmed the card for eighteen months, or ever though a campaign asked: see `directory.stale`."""
        given = self.facts.confirmed_at
        return self.now - datetime.fromisoformat(given) > STALE_AFTER if given else self.facts.unanswered

    @property
    def sleeping_since(self) -> int | None:
        """The year of the last sign of life when it is too old."""
        quiet = self.facts.quiet_since
        return sleeping_year(date.fromisoformat(quiet), timezone.localdate(self.now)) if quiet else None

    @property
    def tags(self) -> list[TagView]:
        """The small marks of a card."""
        today = timezone.localdate(self.now).isoformat()
        marks = [TagView("Fermée", "danger")] if self.facts.closed else []
        valid = dict.fromkeys(name for name, until in self.facts.labels if not until or until >= today)
        marks += [TagView(name, "leaf") for name in valid]
        count = sum(place[2] for place in self._places)
        if count > 1:
            marks.append(TagView(f"{count} adresses ici"))
        if self.is_stale and not self.facts.closed:
            marks.append(TagView("Fiche à vérifier", "line"))
        if self.sleeping_since:
            marks.append(TagView(f"Sans nouvelle depuis {self.sleeping_since}", "line"))
        return marks

    @property
    def why(self) -> WhyView | None:
        """The card's line: its confirmation by the structure, else the first criterion with its source and date."""
        if self.confirmed_on and not self.is_stale:
            return WhyView(
                "Fiche tenue à jour", f"({self.facts.confirmed_words} le {typography.day_name(self.confirmed_on)})"
            )
        if not self.facts.why:
            return None
        short, source, as_of = self.facts.why
        return WhyView("Pourquoi l’ESS ?", f"{short} ({source}, {typography.vintage(as_of)})" if as_of else short)


def open_now(hours: Mapping[str, Any], now: datetime, department: str) -> str:
    """« Ouvert, jusqu’à 17 h 30 » at that moment, or empty when the hours are unknown."""
    if not hours:
        return ""
    # One sentence a minute, a week and a département: the same for every card with the same hours.
    return _sentence_at(json.dumps(hours, sort_keys=True), now.replace(second=0, microsecond=0), department)


@lru_cache(maxsize=2_000)
def _sentence_at(hours: str, minute: datetime, department: str) -> str:
    state = WeeklyHours.from_json(json.loads(hours)).state_at(minute, department=department)
    return state.sentence if state else ""
