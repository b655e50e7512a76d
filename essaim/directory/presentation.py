"""What a card and a page say of a structure, in words. View models of the templates: they run no query of their own."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.utils import timezone

from essaim.directory.models import Card, Criterion, Establishment, Label, Structure
from essaim.directory.naming import readable, shown_name
from essaim.directory.rows import shown_establishment
from essaim.foundation.hours import WeeklyHours
from essaim.nomenclature.headcount import band
from essaim.nomenclature.legal import legal_label
from essaim.nomenclature.naf import NafSubClass, naf
from essaim.nomenclature.perimeter import CriterionCode, Family
from essaim.nomenclature.siae import siae_kind
from essaim.ui import typography

# A card nobody confirmed for this long says so on the page (design: yearly campaign, stale after eighteen months).
STALE_AFTER = timedelta(days=548)
SHORT_SOURCES = {"SIRENE": "Insee, Sirene"}
DEMO_SOURCE = "Fichiers de la démonstration"
ESUS = "ESUS"
ESUS_NAME = "Entreprise solidaire d’utilité sociale (ESUS)"
ESUS_PLAIN = (
    "Un agrément de l’État pour les entreprises qui cherchent d’abord à être utiles à la société, et qui encadrent "
    "leurs salaires."
)


@dataclass(frozen=True, slots=True)
class TagView:
    """One small mark; `tone` is a tone of the style guide or empty."""

    text: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class WhyView:
    """The one line that says why the card is there."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class LabelView:
    """One label in words; `expired` is computed on the day of reading."""

    code: str
    name: str
    plain: str
    source: str
    as_of: str
    valid_from: date | None
    valid_until: date | None
    expired: bool


@dataclass(frozen=True, slots=True)
class ReasonView:
    """One reason why the structure is ESS: what the rule means, and what of the structure answered to it.

    `short` is the reason in a few words, for a card; `short_source` the source without its technical details.
    """

    code: str
    name: str
    explanation: str
    source: str
    short_source: str
    reference: str
    as_of: str
    short: str


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
        self.approximate = establishment.position_quality == "street"
        self.siret = spaced(establishment.siret or "")
        self.successor_siret = spaced(establishment.successor_siret)
        self.successor_name = successor.name if successor else ""
        self.successor_url = successor.url if successor else ""


class StructureView:
    """Everything that a card or a page says of a structure fetched by `queries.with_card_data`."""

    def __init__(
        self,
        structure: Structure,
        *,
        distance: float | None = None,
        now: datetime | None = None,
        successors: Mapping[str, Successor] | None = None,
    ) -> None:
        """`distance` in metres from where the visitor stands; `now` the moment of reading; successors by SIRET."""
        self.structure = structure
        self.distance = distance
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
        return naf((self.main.naf if self.main else "") or self.structure.naf)

    @cached_property
    def headcount(self) -> str:
        """« 3 à 5 salariés (2024) », or empty."""
        return headcount_text(self.structure.headcount_band, self.structure.headcount_year)

    @cached_property
    def summary(self) -> str:
        """« Épicerie · Lusignan · 3 à 5 salariés (2024) »."""
        activity = self.activity.plain if self.activity else ""
        commune = self.main.commune.name if self.main else ""
        return " · ".join(part for part in (activity, commune, self.headcount) if part)

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

    @cached_property
    def sleeping_since(self) -> int | None:
        """The year of the last sign of life when it is too old."""
        return sleeping_since(self.structure, self.today)

    @property
    def sleeping_text(self) -> str:
        """Why the structure is called sleeping: the criterion is always said."""
        years = settings.SLEEPING_AFTER_YEARS
        return (
            f"Les fichiers officiels ne notent plus rien sur cette structure depuis {self.sleeping_since} "
            f"(plus de {years} ans). Elle existe peut-être toujours : si vous la connaissez, signalez-le nous."
        )

    @cached_property
    def tags(self) -> list[TagView]:
        """The small marks of a card."""
        marks: list[TagView] = []
        if self.structure.is_closed:
            marks.append(TagView("Fermée", "danger"))
        marks += [TagView(label.name, "leaf") for label in self.labels if not label.expired]
        if len(self.structure.scoped_establishments) > 1:
            marks.append(TagView(f"{len(self.structure.scoped_establishments)} adresses ici"))
        if self.sleeping_since:
            marks.append(TagView(f"Sans nouvelle depuis {self.sleeping_since}", "line"))
        return marks

    @cached_property
    def why(self) -> WhyView | None:
        """The card's line: its confirmation by the structure, else the first criterion with its source and date."""
        if self.confirmed_on and not self.card_is_stale:
            return WhyView("Fiche confirmée", f"par la structure le {typography.day_name(self.confirmed_on)}")
        if not self.reasons:
            return None
        first = self.reasons[0]
        dated = f"{first.short_source}, {typography.vintage(first.as_of)}" if first.as_of else first.short_source
        return WhyView("Pourquoi l’ESS ?", f"{first.short} ({dated})")

    @property
    def confirmed_on(self) -> date | None:
        """The day the structure last confirmed its card."""
        return timezone.localdate(self.card.confirmed_at) if self.card and self.card.confirmed_at else None

    @property
    def card_is_stale(self) -> bool:
        """Nobody has confirmed the card for eighteen months."""
        return bool(self.card and self.card.confirmed_at and self.now - self.card.confirmed_at > STALE_AFTER)

    @cached_property
    def hours(self) -> WeeklyHours | None:
        """The claimed opening hours."""
        return WeeklyHours.from_json(self.card.hours) if self.card and self.card.hours else None

    @cached_property
    def hours_now(self) -> str:
        """« Ouvert, jusqu’à 17 h 30 », or empty when the hours are unknown."""
        if not self.card or not self.card.hours:
            return ""
        # One sentence a minute and a week: the same for every card with the same hours.
        minute = self.now.replace(second=0, microsecond=0)
        return _sentence_at(json.dumps(self.card.hours, sort_keys=True), minute)

    @cached_property
    def hours_week(self) -> list[tuple[str, str]]:
        """Days (neighbours of like hours together) and their slots, in words."""
        return self.hours.lines() if self.hours else []

    @property
    def has_contact(self) -> bool:
        """The structure gave a way to reach it, or its hours."""
        return bool(self.card and (self.card.phone or self.card.email or self.card.website or self.card.hours))

    @property
    def website_text(self) -> str:
        """The site's name without the technical ends."""
        parts = urlsplit(self.card.website if self.card else "")
        return (parts.netloc.removeprefix("www.") + parts.path).rstrip("/")

    @property
    def map_url(self) -> str:
        """The directory around the structure's point, or empty without one."""
        if self.main is None or self.main.latitude is None or self.main.longitude is None:
            return ""
        here = {"lat": f"{self.main.latitude:.4f}", "lon": f"{self.main.longitude:.4f}", "tri": "distance"}
        return f"/annuaire/?{urlencode(here)}"

    @property
    def source(self) -> str:
        """« Insee, Sirene, novembre 2026 »: where the official facts come from, and of when."""
        origin = DEMO_SOURCE if self.structure.fictitious else self.structure.source
        vintage = typography.vintage(self.structure.vintage)
        return f"{origin}, {vintage}" if vintage else origin

    @cached_property
    def identity(self) -> list[tuple[str, str]]:
        """The official facts, label and value; the empty ones are left out by the component."""
        structure = self.structure
        official = "" if self.name == structure.name else structure.name
        known = {self.name.casefold(), structure.name.casefold()}
        aliases = dict.fromkeys([*structure.usual_names, structure.rna_title])
        others = ", ".join(readable(name) for name in aliases if name and name.casefold() not in known)
        return [
            ("Dénomination officielle", official),
            ("Sigle", structure.acronym),
            ("Autres noms", others),
            ("Forme juridique", legal_label(structure.legal_category) if structure.legal_category else ""),
            ("SIREN", spaced(structure.siren or "")),
            ("Numéro RNA", structure.rna or ""),
            ("Activité officielle (NAF)", f"{self.activity.code} · {self.activity.label}" if self.activity else ""),
            ("Effectif", self.headcount),
            ("Créée le", typography.day_name(structure.created_on) if structure.created_on else ""),
            ("Fermée le", typography.day_name(structure.closed_on) if structure.closed_on else ""),
            ("Société à mission", "oui" if structure.mission_company else ""),
        ]


@lru_cache(maxsize=2_000)
def _sentence_at(hours: str, minute: datetime) -> str:
    state = WeeklyHours.from_json(json.loads(hours)).state_at(minute)
    return state.sentence if state else ""


def label_views(labels: Collection[Label], today: date) -> list[LabelView]:
    """The labels in words, one a kind."""
    longest: dict[str, Label] = {}
    for label in labels:
        kept = longest.get(label.kind)
        if kept is None or (label.valid_until or date.max) > (kept.valid_until or date.max):
            longest[label.kind] = label
    return [_label_view(label, today) for label in longest.values()]


def _label_view(label: Label, today: date) -> LabelView:
    kind = siae_kind(label.kind)
    is_esus = label.kind == ESUS
    return LabelView(
        code=label.kind,
        name=ESUS_NAME if is_esus else (kind.label if kind else label.kind),
        plain=ESUS_PLAIN if is_esus else (kind.plain if kind else ""),
        source=label.source,
        as_of=label.as_of,
        valid_from=label.valid_from,
        valid_until=label.valid_until,
        expired=label.valid_until is not None and label.valid_until < today,
    )


def reason_view(criterion: Criterion) -> ReasonView:
    """A traced criterion with its explanation, its codes said in words."""
    code = CriterionCode(criterion.code)
    reference = criterion.reference
    short = code.label
    if code is CriterionCode.LEGAL_CATEGORY:
        short = legal_label(reference) or code.label
        reference = f"{short} (catégorie juridique {criterion.reference})"
    elif code is CriterionCode.SIRENE_FLAG:
        reference = ""
    source, _, _ = criterion.source.partition(",")
    return ReasonView(
        code=code.value,
        name=code.label,
        explanation=code.explanation,
        source=criterion.source,
        short_source=SHORT_SOURCES.get(source, source),
        reference=reference,
        as_of=criterion.as_of,
        short=short,
    )


def headcount_text(code: str, year: str) -> str:
    """« 3 à 5 salariés (2024) »; empty when the file says nothing (band NN mixes « none » and « unknown »)."""
    found = band(code) if code and code != "NN" else None
    if found is None:
        return ""
    return f"{found.label} ({year})" if year else found.label


def sleeping_since(structure: Structure, today: date) -> int | None:
    """The year of the last official sign of life when it is older than SLEEPING_AFTER_YEARS, else None.

    A structure that employs, holds a label, has a card or is closed is never called sleeping.
    """
    last = structure.last_processed_on
    awake = structure.is_employer or structure.is_closed or getattr(structure, "card", None) is not None
    if last is None or awake or structure.shown_labels:
        return None
    return last.year if last.year <= today.year - settings.SLEEPING_AFTER_YEARS else None


def spaced(digits: str) -> str:
    """A SIREN or SIRET as people read it: « 999 123 456 00012 », with no-break spaces."""
    groups = [digits[i : i + 3] for i in range(0, min(len(digits), 9), 3)] + ([digits[9:]] if len(digits) > 9 else [])
    return "\u00a0".join(groups)
