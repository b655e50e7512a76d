"""Official codes and dates in the words of a page or of a card. No query."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings

from essaim.directory.models import Criterion, Establishment, Label, Structure
from essaim.nomenclature.headcount import band
from essaim.nomenclature.legal import legal_label
from essaim.nomenclature.naf import NafSubClass, naf
from essaim.nomenclature.perimeter import CriterionCode
from essaim.nomenclature.siae import siae_kind

# A card nobody confirmed for this long says so on the page (design: yearly campaign, stale after eighteen months).
STALE_AFTER = timedelta(days=548)
SHORT_SOURCES = {"SIRENE": "Insee, Sirene"}
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

    def __str__(self) -> str:
        """In one cell of a table: « Atelier ou chantier d’insertion (jusqu’au 2027-12-31) »."""
        return f"{self.name} (jusqu’au {self.valid_until.isoformat()})" if self.valid_until else self.name


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


def label_name(kind: str) -> str:
    """A label's name in words; its code when nobody knows it."""
    known = siae_kind(kind)
    return ESUS_NAME if kind == ESUS else (known.label if known else kind)


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
        name=label_name(label.kind),
        plain=ESUS_PLAIN if is_esus else (kind.plain if kind else ""),
        source=label.source,
        as_of=label.as_of,
        valid_from=label.valid_from,
        valid_until=label.valid_until,
        expired=not label.is_valid_on(today),
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


def activity_of(structure: Structure, place: Establishment | None) -> NafSubClass | None:
    """The activity of the place shown, else of the legal unit; None when neither has one that is known."""
    return naf((place.naf if place else "") or structure.naf)


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
    return sleeping_year(structure.last_processed_on, today) if may_sleep(structure) else None


def may_sleep(structure: Structure) -> bool:
    """Nothing but its date in the official file says that the structure lives. Needs `card` and `shown_labels`."""
    awake = structure.is_employer or structure.is_closed or getattr(structure, "card", None) is not None
    return not awake and not structure.shown_labels


def sleeping_year(last: date | None, today: date) -> int | None:
    """The year of a last sign of life that is too old, else None."""
    return last.year if last and last.year <= today.year - settings.SLEEPING_AFTER_YEARS else None
