"""What a card and a page say of a structure, in words: the view models of the templates, no query of their own."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils import timezone

from essaim.directory.models import Card, Criterion, Establishment, Label, Structure
from essaim.directory.rows import shown_establishment
from essaim.foundation.hours import WeeklyHours
from essaim.nomenclature.headcount import band
from essaim.nomenclature.legal import legal_label
from essaim.nomenclature.naf import NafSubClass, naf
from essaim.nomenclature.perimeter import CriterionCode, Family
from essaim.nomenclature.siae import siae_kind

# A card nobody confirmed for this long says so on the page (design: yearly campaign, stale after eighteen months).
STALE_AFTER = timedelta(days=548)
ESUS = "ESUS"
ESUS_PLAIN = "Entreprise solidaire d’utilité sociale : un agrément de l’État, pour cinq ans (deux pour les plus jeunes)."


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
    """One reason why the structure is ESS, with what the rule means."""

    name: str
    explanation: str
    source: str
    reference: str
    as_of: str


@dataclass(frozen=True, slots=True)
class PlaceView:
    """One establishment in words."""

    establishment: Establishment
    name: str
    activity: NafSubClass | None
    headcount: str
    hidden: bool
    approximate: bool


@dataclass(frozen=True, slots=True)
class StructureView:
    """Everything a card or a page says of a structure."""

    name: str
    official_name: str
    differs: bool
    family: Family
    family_label: str
    legal_form: str
    activity: NafSubClass | None
    headcount: str
    sleeping_since: int | None
    place: PlaceView | None
    places: list[PlaceView]
    labels: list[LabelView]
    reasons: list[ReasonView]
    card: Card | None
    hours: WeeklyHours | None
    card_is_stale: bool
    distance: float | None


def structure_view(structure: Structure, distance: float | None = None, on: date | None = None) -> StructureView:
    """Describe a structure fetched by `queries.with_everything_shown`; `distance` in metres, `on` the day of reading."""
    today = on or timezone.localdate()
    card: Card | None = getattr(structure, "card", None)
    main = shown_establishment(structure)
    places = [place_view(place) for place in structure.scoped_establishments]  # type: ignore[attr-defined]
    name = (card.name if card else "") or readable(structure.name)
    return StructureView(
        name=name,
        official_name=structure.name,
        differs=name.casefold() != structure.name.casefold(),
        family=Family(structure.family),
        family_label=Family(structure.family).label,
        legal_form=legal_label(structure.legal_category) if structure.legal_category else "",
        activity=naf((main.naf if main else "") or structure.naf),
        headcount=headcount_text(structure.headcount_band, structure.headcount_year),
        sleeping_since=sleeping_since(structure, today),
        place=next((place for place in places if main and place.establishment.pk == main.pk), None),
        places=places,
        labels=label_views(structure.labels.all(), today),
        reasons=[reason_view(criterion) for criterion in structure.criteria.all()],
        card=card,
        hours=WeeklyHours.from_json(card.hours) if card and card.hours else None,
        card_is_stale=bool(card and card.confirmed_at and is_stale(card.confirmed_at)),
        distance=distance,
    )


def place_view(place: Establishment) -> PlaceView:
    """Describe one establishment."""
    return PlaceView(
        establishment=place,
        name=place.usual_name or (place.signs[0] if place.signs else ""),
        activity=naf(place.naf),
        headcount=headcount_text(place.headcount_band, place.headcount_year),
        hidden=place.diffusion == "P",
        approximate=place.position_quality == "street",
    )


def label_views(labels: Collection[Label], today: date) -> list[LabelView]:
    """The labels, one line a kind: the one that lasts longest when several places carry it."""
    longest: dict[str, Label] = {}
    for label in labels:
        kept = longest.get(label.kind)
        if kept is None or (label.valid_until or date.max) > (kept.valid_until or date.max):
            longest[label.kind] = label
    return [_label_view(label, today) for label in longest.values()]


def _label_view(label: Label, today: date) -> LabelView:
    kind = siae_kind(label.kind)
    return LabelView(
        code=label.kind,
        name=kind.label if kind else label.kind,
        plain=kind.plain if kind else (ESUS_PLAIN if label.kind == ESUS else ""),
        source=label.source,
        as_of=label.as_of,
        valid_from=label.valid_from,
        valid_until=label.valid_until,
        expired=label.valid_until is not None and label.valid_until < today,
    )


def reason_view(criterion: Criterion) -> ReasonView:
    """A traced criterion with its explanation."""
    code = CriterionCode(criterion.code)
    return ReasonView(code.label, code.explanation, criterion.source, criterion.reference, criterion.as_of)


def headcount_text(code: str, year: str) -> str:
    """« 3 à 5 salariés (2024) »; empty when the file says nothing (band NN mixes « none » and « unknown »)."""
    found = band(code) if code and code != "NN" else None
    if found is None:
        return ""
    return f"{found.label} ({year})" if year else found.label


def sleeping_since(structure: Structure, today: date) -> int | None:
    """The year of the last sign of life when it is too old, for a structure without employee, label or claimed card."""
    last = structure.last_processed_on
    awake = structure.is_employer or structure.is_closed or getattr(structure, "card", None) is not None
    if last is None or awake or structure.labels.all():
        return None
    return last.year if last.year <= today.year - settings.SLEEPING_AFTER_YEARS else None


def is_stale(confirmed_at: datetime) -> bool:
    """Nobody has confirmed the card for eighteen months."""
    return timezone.now() - confirmed_at > STALE_AFTER


def readable(name: str) -> str:
    """An official name in capitals, in sentence case with its little words low; other names are left as they are.

    >>> readable("LES PANIERS DE LA BOIVRE")
    'Les Paniers de la Boivre'
    """
    if not name.isupper():
        return name
    return " ".join(_readable_word(word, position) for position, word in enumerate(name.split()))


_LOW = {"de", "du", "des", "la", "le", "les", "et", "à", "a", "au", "aux", "en", "sur", "pour", "par", "d", "l", "un"}
_HIGH = {"SCOP", "SCIC", "SARL", "SAS", "SA", "ESAT", "EHPAD", "CUMA", "AMAP", "ADMR", "MJC", "GEIQ", "CAE", "ESS", "OGEC"}


def _readable_word(word: str, position: int) -> str:
    bare = word.strip("()«»\"',.")
    if bare in _HIGH or (len(bare) <= 3 and not any(c in "AEIOUYÀÂÉÈÊËÎÏÔÙÛ" for c in bare)):
        return word
    lowered = word.lower()
    if position and lowered in _LOW:
        return lowered
    head, apostrophe, tail = lowered.replace("'", "’").partition("’")
    if apostrophe and head in {"d", "l", "qu", "s", "n", "j", "m", "t", "c"}:
        first = head.capitalize() if position == 0 else head
        return f"{first}’{_capital(tail)}"
    return _capital(lowered.replace("'", "’"))


def _capital(word: str) -> str:
    return "-".join(part[:1].upper() + part[1:] if part not in _LOW else part for part in word.split("-"))
