"""A figure that the authority announces, beside the one that is worked out: do they agree, and has it aged?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from django.utils import timezone

from essaim.observatory.book import FactNote
from essaim.observatory.enums import FactRole, Status
from essaim.observatory.evaluation import EXACT, Figure
from essaim.observatory.indicators import CATALOGUE, Unit
from essaim.observatory.wording import interval_text, value_text
from essaim.ui.typography import FIXED, NARROW, number

AGED_AFTER = 3
"""Years. Insee publishes a year of Flores some two years after its end: beyond three, a newer one exists somewhere."""
_SAID = ("", "un an", *(f"{word}{FIXED}ans" for word in "deux trois quatre cinq six sept huit neuf dix".split()))


class Verdict(StrEnum):
    """What the computed figure makes of the announced one."""

    AGREES = "agrees"
    DIFFERS = "differs"
    UNCHECKED = "unchecked"


@dataclass(frozen=True, slots=True)
class Announced:
    """One announced figure. `computed`: of the same year when there is one, else the figure shown, else None.

    `sentence` says all of it; `newer` is the figure of a later year that is known, if any.
    """

    fact: FactNote
    computed: Figure | None
    verdict: Verdict
    sentence: str
    newer: Figure | None = None
    age: int = 0

    @property
    def is_aged(self) -> bool:
        """Whether it is time to announce another one."""
        return self.newer is not None or self.age > AGED_AFTER

    @property
    def text(self) -> str:
        """The figure as it is announced: its own words, else its value."""
        return self.fact.wording or announced_text(self.fact)


def announced_beside(
    figures: Mapping[str, Figure],
    facts: Iterable[FactNote],
    history: Mapping[str, Sequence[Figure]] | None = None,
) -> dict[str, Announced]:
    """The announced figure of each indicator shown, compared. Several for one indicator: the latest year counts.

    `history` (see `Profile.history`) finds the figure of the very year announced, when it is not the one shown.
    """
    latest: dict[str, FactNote] = {}
    for fact in facts:
        shown = figures.get(fact.indicator)
        if fact.role != FactRole.ANNOUNCED or shown is None:
            continue
        if (fact.level, fact.code) != (shown.territory.level, shown.territory.code):
            continue
        known = latest.get(fact.indicator)
        if known is None or fact.year > known.year:
            latest[fact.indicator] = fact
    past = history or {}
    return {key: compare(fact, figures[key], past.get(key, ())) for key, fact in latest.items()}


def compare(fact: FactNote, shown: Figure, history: Sequence[Figure] = ()) -> Announced:
    """One announced figure beside the figure shown and those of the other years."""
    known = [figure for figure in (shown, *history) if figure.is_known]
    computed = next((figure for figure in known if figure.year == fact.year), None)
    verdict = Verdict.UNCHECKED if computed is None else _verdict(fact, computed)
    official = shown if shown.status in EXACT else None
    newer = official if official is not None and (official.year or 0) > fact.year else None
    age = max(0, timezone.localdate().year - fact.year)
    if computed is None and shown.is_known:
        computed = shown
    sentence = " ".join(_sentences(fact, computed, verdict, newer, age))
    return Announced(fact, computed, verdict, sentence, newer, age)


def announced_text(fact: FactNote) -> str:
    """The value as it was announced, never rounded again: « 11 % », « 1 000 »."""
    unit = CATALOGUE[fact.indicator].unit if fact.indicator in CATALOGUE else Unit.COUNT
    sign = {Unit.PERCENT: f"{NARROW}%", Unit.EURO: f"{FIXED}€"}.get(unit, "")
    return f"{number(fact.value)}{sign}"


def precision(value: Decimal, unit: Unit) -> Decimal:
    """The step at which a value was rounded, as its digits show it.

    11 → 1, 11.4 → 0.1. A count that ends with zeros was rounded, but two digits of it are meant: 1 000 → 100,
    10 900 → 100, 1 003 → 1.
    """
    exact = value.normalize()
    exponent = exact.as_tuple().exponent
    assert isinstance(exponent, int), "a fact is a finite number"
    if exponent <= 0 or unit == Unit.PERCENT:
        return Decimal(1).scaleb(min(exponent, 0))
    return Decimal(1).scaleb(min(exponent, max(0, exact.adjusted() - 1)))


def _verdict(fact: FactNote, computed: Figure) -> Verdict:
    """At the rounding of what was announced: a figure agrees within half a step, an interval when the step meets it."""
    half = precision(fact.value, computed.indicator.unit) / 2
    if computed.status == Status.ESTIMATED:
        low = computed.low if computed.low is not None else computed.value
        if low is None:
            return Verdict.UNCHECKED
        # No upper bound: whatever is above the lower one agrees.
        agrees = fact.value + half >= low and (computed.high is None or fact.value - half <= computed.high)
    elif computed.value is None:
        return Verdict.UNCHECKED
    else:
        agrees = abs(computed.value - fact.value) <= half
    return Verdict.AGREES if agrees else Verdict.DIFFERS


def _sentences(fact: FactNote, computed: Figure | None, verdict: Verdict, newer: Figure | None, age: int) -> list[str]:
    said = [f"Annoncé : {announced_text(fact)} ({fact.source_title}, {fact.year})."]
    if computed is not None:
        said.append(_computed(computed))
    estimated = computed is not None and computed.status == Status.ESTIMATED
    match verdict:
        case Verdict.AGREES:
            said.append(
                "L’annonce tient dans l’intervalle." if estimated else "Les deux s’accordent, à l’arrondi près."
            )
        case Verdict.DIFFERS:
            said.append("L’annonce sort de l’intervalle." if estimated else "Les deux diffèrent.")
        case Verdict.UNCHECKED:
            said.append(f"Aucun fichier publié ne permet de le vérifier pour {fact.year}.")
    if newer is not None and newer is not computed:
        said.append(f"Un chiffre plus récent est connu : {value_text(newer)}, {newer.source_line}.")
    elif newer is not None:
        said.append("Un chiffre plus récent est donc connu.")
    if age > AGED_AFTER:
        said.append(f"Ce chiffre a {_SAID[age] if age < len(_SAID) else f'{age}{FIXED}ans'}.")
    return said


def _computed(figure: Figure) -> str:
    match figure.status:
        case Status.ESTIMATED:
            return f"Estimé : {interval_text(figure)}. {figure.source_line}."
        case Status.PUBLISHED:
            return f"Publié : {value_text(figure)}, {figure.source_line}."
        case _:
            return f"Calculé : {value_text(figure)}, {figure.source_line}."
