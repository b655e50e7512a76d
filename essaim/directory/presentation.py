"""What a card and a page say of a structure, in words. View models of the templates: they run no query of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.utils import timezone

from essaim.directory.cards import CardView, listed, open_now
from essaim.directory.cardwords import audience_labels
from essaim.directory.enums import PositionQuality
from essaim.directory.models import Card, Establishment, Structure
from essaim.directory.naming import other_names, shown_name
from essaim.directory.provenance import confirmed_words, said_by
from essaim.directory.rows import shown_establishment
from essaim.directory.wording import (
    LabelView,
    ReasonView,
    TagView,
    activity_of,
    headcount_text,
    label_views,
    reason_view,
)
from essaim.foundation.hours import WeeklyHours
from essaim.nomenclature.departments import department_code
from essaim.nomenclature.legal import legal_label
from essaim.nomenclature.naf import NafSubClass, naf
from essaim.nomenclature.perimeter import Family
from essaim.ui import typography

POINTS: dict[str, str] = {
    PositionQuality.EXACT: "point au numéro",
    PositionQuality.STREET: "point à la rue, pas au numéro",
    PositionQuality.COMMUNE: "point quelque part dans la commune, non montré sur la carte",
}


@dataclass(frozen=True, slots=True)
class Successor:
    """Who took over a closed establishment, when the directory knows it."""

    name: str
    url: str


class PlaceView:
    """One establishment in words."""

    def __init__(self, establishment: Establishment, successor: Successor | None = None) -> None:
        self.establishment = establishment
        self.name = establishment.usual_name or (establishment.signs[0] if establishment.signs else "")
        self.activity = naf(establishment.naf)
        self.headcount = headcount_text(establishment.headcount_band, establishment.headcount_year)
        self.hidden = establishment.diffusion == "P"
        self.point = POINTS.get(establishment.position_quality, "")
        self.siret = spaced(establishment.siret or "")
        self.successor_siret = spaced(establishment.successor_siret)
        self.successor_name = successor.name if successor else ""
        self.successor_url = successor.url if successor else ""


@dataclass(frozen=True, slots=True)
class WelcomeView:
    """A place where the structure welcomes people, as it says itself: where, how to enter, when."""

    name: str
    where: str
    access: str
    now: str
    week: Sequence[tuple[str, str]]


class StructureView:
    """Everything that a card or a page says of a structure fetched by `queries.with_card_data`."""

    def __init__(
        self,
        structure: Structure,
        *,
        now: datetime | None = None,
        successors: Mapping[str, Successor] | None = None,
    ) -> None:
        """`now` the moment of reading; successors by SIRET."""
        self.structure = structure
        self.now = now or timezone.now()
        self.today = timezone.localdate(self.now)
        self.card: Card | None = getattr(structure, "card", None)
        self.name = shown_name(structure)
        self.main = shown_establishment(structure)
        self._successors = successors or {}

    @property
    def family_label(self) -> str:
        """« Association »."""
        return Family(self.structure.family).label

    @cached_property
    def activity(self) -> NafSubClass | None:
        """The activity of the place shown, else of the legal unit."""
        return activity_of(self.structure, self.main)

    @cached_property
    def headcount(self) -> str:
        """« 3 à 5 salariés (2024) », or empty."""
        return headcount_text(self.structure.headcount_band, self.structure.headcount_year)

    @cached_property
    def listed(self) -> CardView:
        """The same structure as a card of a list."""
        places = self.structure.scoped_establishments
        scope = {place.commune.epci_id for place in places if place.commune.epci_id}
        return CardView(listed(self.structure, places), now=self.now, scope=scope)

    @property
    def summary(self) -> str:
        """« Épicerie · Lusignan · 3 à 5 salariés (2024) »."""
        return self.listed.summary

    @cached_property
    def places(self) -> list[PlaceView]:
        """Its establishments in the territory, open ones and the head office first."""
        found: list[Establishment] = self.structure.scoped_establishments
        return [PlaceView(place, self._successors.get(place.successor_siret)) for place in found]

    @property
    def more_places(self) -> int:
        """How many addresses stand behind the first twelve."""
        return max(0, len(self.places) - 12)

    @cached_property
    def labels(self) -> list[LabelView]:
        """One line a kind: the label that lasts longest when several places carry it."""
        return label_views(self.structure.shown_labels, self.today)

    @cached_property
    def reasons(self) -> list[ReasonView]:
        """The traced criteria."""
        return [reason_view(criterion) for criterion in self.structure.shown_criteria]

    @property
    def sleeping_since(self) -> int | None:
        """The year of the last sign of life when it is too old."""
        return self.listed.sleeping_since

    @property
    def sleeping_text(self) -> str:
        """Why the structure is called sleeping: the criterion is always said."""
        years = settings.SLEEPING_AFTER_YEARS
        return (
            f"Les fichiers officiels ne notent plus rien sur cette structure depuis {self.sleeping_since} "
            f"(plus de {years} ans). Elle existe peut-être toujours : si vous la connaissez, signalez-le nous."
        )

    @property
    def tags(self) -> list[TagView]:
        """The small marks under the name."""
        return self.listed.tags

    @property
    def confirmed_on(self) -> date | None:
        """The day the card was last confirmed."""
        return self.listed.confirmed_on

    @property
    def said_by(self) -> str:
        """« par la structure », « par l’équipe ESS »…: who wrote what the card says."""
        return said_by(self.card) if self.card else ""

    @property
    def confirmed_words(self) -> str:
        """« confirmé par l’équipe ESS », or empty."""
        return confirmed_words(self.card) if self.card else ""

    @property
    def card_is_stale(self) -> bool:
        """Nobody has confirmed the card for eighteen months."""
        return self.listed.is_stale

    @cached_property
    def hours(self) -> WeeklyHours | None:
        """The claimed opening hours."""
        return WeeklyHours.from_json(self.card.hours) if self.card and self.card.hours else None

    @property
    def hours_now(self) -> str:
        """« Ouvert, jusqu’à 17 h 30 », or empty when the hours are unknown."""
        return self.listed.hours_now

    @cached_property
    def hours_week(self) -> list[tuple[str, str]]:
        """Days (neighbours of like hours together) and their slots, in words."""
        return self.hours.lines() if self.hours else []

    @cached_property
    def audiences(self) -> list[str]:
        """For whom it says that it works; empty: for everybody."""
        return audience_labels(self.card.audiences) if self.card else []

    @cached_property
    def welcomes(self) -> list[WelcomeView]:
        """The places where it welcomes people, with « ouvert maintenant »."""
        if self.card is None:
            return []
        department = department_code(self.main.commune_id) if self.main else ""
        return [_welcome(place, self.now, department) for place in self.card.places]

    @property
    def easy_summary(self) -> str:
        """The easy-to-read summary, once the team has accepted it."""
        return self.card.easy_summary if self.card and self.card.easy_accepted_at else ""

    @property
    def says_more(self) -> bool:
        """It says for whom it works, or what it proposes."""
        return bool(self.card and (self.card.audiences or self.card.services))

    @property
    def has_contact(self) -> bool:
        """The structure gave a way to reach it, or its hours."""
        return bool(
            self.card
            and (self.card.phone or self.card.email or self.card.website or self.card.hours or self.card.links)
        )

    @property
    def website(self) -> str:
        """The site's address, or empty."""
        return self.card.web_address if self.card else ""

    @property
    def website_text(self) -> str:
        """The site's name without the technical ends."""
        parts = urlsplit(self.website)
        return (parts.netloc.removeprefix("www.") + parts.path).rstrip("/")

    @property
    def map_url(self) -> str:
        """The directory around the structure's point, or empty without one."""
        if self.main is None or not self.main.has_true_point:
            return ""
        here = {"lat": f"{self.main.latitude:.4f}", "lon": f"{self.main.longitude:.4f}", "tri": "distance"}
        return f"/annuaire/?{urlencode(here)}"

    @property
    def source(self) -> str:
        """« Insee, Sirene, novembre 2026 »: where the official facts come from, and of when."""
        vintage = typography.vintage(self.structure.vintage)
        return f"{self.structure.source}, {vintage}" if vintage else self.structure.source

    @cached_property
    def identity(self) -> list[tuple[str, str]]:
        """The official facts, label and value; the empty ones are left out by the component."""
        structure = self.structure
        official = "" if self.name == structure.name else structure.name
        return [
            ("Dénomination officielle", official),
            ("Sigle", structure.acronym),
            ("Autres noms", ", ".join(other_names(structure))),
            ("Forme juridique", legal_label(structure.legal_category) if structure.legal_category else ""),
            ("SIREN", spaced(structure.siren or "")),
            ("Numéro RNA", structure.rna or ""),
            ("Activité officielle (NAF)", f"{self.activity.code} · {self.activity.label}" if self.activity else ""),
            ("Effectif", self.headcount),
            ("Créée le", typography.day_name(structure.created_on) if structure.created_on else ""),
            ("Fermée le", typography.day_name(structure.closed_on) if structure.closed_on else ""),
            ("Société à mission", "oui" if structure.mission_company else ""),
        ]


def _welcome(place: Mapping[str, Any], now: datetime, department: str) -> WelcomeView:
    town = " ".join(part for part in (place.get("postcode", ""), place.get("city", "")) if part)
    where = ", ".join(part for part in (place.get("address", ""), town) if part)
    hours = place.get("hours") or {}
    week = WeeklyHours.from_json(hours).lines() if hours else []
    now_words = open_now(hours, now, department)
    return WelcomeView(place.get("name", ""), where, place.get("access", ""), now_words, week)


def spaced(digits: str) -> str:
    """A SIREN or SIRET as people read it: « 999 123 456 00012 », with no-break spaces."""
    groups = [digits[i : i + 3] for i in range(0, min(len(digits), 9), 3)] + ([digits[9:]] if len(digits) > 9 else [])
    return "\u00a0".join(groups)
