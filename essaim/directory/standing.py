"""What a structure is called when its family alone would say too much.

A label (insertion, Esus) is no reason to be « société commerciale de l’ESS »: a company whose criteria are labels only
may be an ordinary company. A fonds de dotation has no legal category of its own (SIRENE files it under 9300,
« Fondation »), and a cooperative in SAS or SARL has none either: there, only the name tells.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Case, CharField, Exists, OuterRef, Q, Value, When

from essaim.directory.models import Criterion
from essaim.directory.queries import in_scope, public_structures
from essaim.foundation.search.text import stem, tokenize
from essaim.nomenclature.perimeter import CriterionCode, Family

LABELS = frozenset({CriterionCode.SIAE, CriterionCode.ESUS})
"""Criteria that say what a structure does, not what it is (law of 31 July 2014, articles 1 and 11)."""


class Beside(StrEnum):
    """Why a structure is not told as its family: the value is the code, the label what is written instead."""

    INTEGRATION = "siae"
    ESUS = "esus"
    COOPERATIVE_BY_NAME = "coop"
    FUND = "fund"

    @property
    def label(self) -> str:
        """What is written in the place of the family."""
        return _BESIDE[self]


_BESIDE = {
    Beside.INTEGRATION: "Structure d’insertion",
    Beside.ESUS: "Entreprise agréée Esus",
    Beside.COOPERATIVE_BY_NAME: "Coopérative d’après son nom",
    Beside.FUND: "Fonds de dotation",
}
# Without accents, as `tokenize` gives them.
_COOPERATIVES = frozenset(stem(word) for word in ("cooperative", "cooperatif", "coop", "scop", "scic"))
_FUND = frozenset(stem(word) for word in ("fonds", "dotation"))


@dataclass(frozen=True, slots=True)
class Standing:
    """How a structure is told. `family` is empty when its mark would say what it is not."""

    family: str
    label: str
    beside: Beside | None = None


def label_alone(structure: str = "pk", family: str = "family") -> Case:
    """Annotation: « siae » or « esus » for a company that labels alone bring here, else an empty text.

    `structure`, `family`: how the rows annotated name them.
    """
    criteria = Criterion.objects.filter(structure=OuterRef(structure))
    return Case(
        When(~Q(**{family: Family.COMPANY.value}), then=Value("")),
        When(Exists(criteria.exclude(code__in=sorted(LABELS))), then=Value("")),
        When(Exists(criteria.filter(code=CriterionCode.SIAE)), then=Value(Beside.INTEGRATION.value)),
        default=Value(Beside.ESUS.value),
        output_field=CharField(),
    )


def standing_of(family: str, alone: str, names: Iterable[str | None]) -> Standing:
    """How to tell a structure: `alone` is what `label_alone` says of it, `names` those it goes by."""
    beside = Beside(alone) if alone else _by_name(family, names)
    return Standing("", beside.label, beside) if beside else Standing(family, Family(family).label)


def _by_name(family: str, names: Iterable[str | None]) -> Beside | None:
    if family not in (Family.COMPANY, Family.FOUNDATION):
        return None
    for name in names:
        words = [stem(part) for token in tokenize(name or "", limit=60, chars=500) for part in token.parts]
        if family == Family.COMPANY and not _COOPERATIVES.isdisjoint(words):
            return Beside.COOPERATIVE_BY_NAME
        if family == Family.FOUNDATION and set(words) >= _FUND:
            return Beside.FUND
    return None


def beside_their_family(families: Collection[str], scope: Collection[str]) -> dict[int, Beside]:
    """Public structures of these families and EPCI that are no example of their family, with why; one query at most."""
    asked = sorted({Family.COMPANY.value, Family.FOUNDATION.value} & set(families))
    if not asked:
        return {}
    rows = (
        public_structures()
        .filter(family__in=asked, pk__in=in_scope(scope).filter(family__in=asked).values("pk"))
        .order_by("pk")
        .annotate(label_alone=label_alone())
        .values_list("pk", "family", "label_alone", "name", "card__name")
    )
    found = ((pk, standing_of(family, alone, names).beside) for pk, family, alone, *names in rows)
    return {pk: beside for pk, beside in found if beside}
