"""A whole cut in parts: which one is first, as far as one knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from essaim.observatory.enums import FamilyGroup, Status
from essaim.observatory.evaluation import HUNDRED, Figure
from essaim.observatory.findings.phrases import (
    EMPLOYERS,
    JOBS,
    Count,
    capital,
    count_text,
    exact_value,
    fraction,
    guess,
    hidden_words,
    is_exact,
    listed,
    share_text,
)
from essaim.observatory.profile import SIZE_GROUPS, Breakdown
from essaim.ui.typography import number

_FAMILIES: Mapping[str, tuple[str, str]] = {
    FamilyGroup.ASSOCIATION: ("les associations", "dans une association"),
    FamilyGroup.FOUNDATION: ("les fondations", "dans une fondation"),
    FamilyGroup.ASSOCIATION_FOUNDATION: ("les associations et fondations", "dans une association ou une fondation"),
    FamilyGroup.COOPERATIVE: ("les coopératives", "dans une coopérative"),
    FamilyGroup.MUTUAL: ("les mutuelles", "dans une mutuelle"),
    FamilyGroup.COMPANY: ("les sociétés commerciales de l’ESS", "dans une société commerciale de l’ESS"),
}
_SECTORS: Mapping[str, str] = {
    "industry": "l’ensemble agriculture, industrie et construction",
    "finance": "celui des activités financières et d’assurance",
    "education": "l’enseignement",
    "health": "la santé humaine",
    "social": "l’action sociale",
    "social_lodging": "l’hébergement médico-social et social",
    "home_care": "l’aide à domicile",
    "work_aid": "l’aide par le travail",
    "childcare": "l’accueil de jeunes enfants",
    "other_social": "celui des autres actions sociales",
    "arts_sport": "celui des arts, des spectacles, du sport et des loisirs",
    "arts": "celui des arts et spectacles",
    "sport": "celui du sport et des loisirs",
    "unclassified": "celui des organisations non classées ailleurs",
    "services": "celui des services divers",
}


@dataclass(frozen=True, slots=True)
class Ranking:
    """The parts of a breakdown that can be compared, by one measure.

    `first`: keys of the greatest, several if equal, and their `value`. `known`: the sum of the parts that are known.
    `total`: None when it is unknown or contradicts the parts. `hidden`: figures of the parts that are not known.
    """

    first: tuple[str, ...]
    value: Decimal | None
    known: Decimal
    total: Decimal | None
    hidden: tuple[Figure, ...]
    things: Count
    estimated: bool

    @property
    def is_first_for_sure(self) -> bool:
        """Whether what is hidden could not be greater: nothing is, or the whole leaves less room than that."""
        if not self.hidden:
            return True
        return self.total is not None and self.value is not None and self.total - self.known <= self.value

    @property
    def amount(self) -> str:
        """« 36,2 % des emplois de l’ESS », or the count when the whole is not known."""
        if self.value is None:
            return ""
        if self.total:
            return f"{share_text(HUNDRED * self.value / self.total)} des {self.things.several}"
        return count_text(self.value, self.things)


def rank(breakdown: Breakdown) -> Ranking:
    """Jobs when an official table counts them, else establishments; an interval is never ranked."""
    by_jobs = any(is_exact(one.jobs) for one in breakdown.slices)
    parts = [(one.key, one.jobs if by_jobs else one.establishments) for one in breakdown.slices]
    all_of_it = breakdown.total_jobs if by_jobs else breakdown.total_establishments
    known = [(key, value, figure) for key, figure in parts if (value := exact_value(figure)) is not None]
    hidden = tuple(figure for _, figure in parts if exact_value(figure) is None)
    best = max((value for _, value, _ in known), default=None)
    total = exact_value(all_of_it) if all_of_it is not None else None
    told = sum((value for _, value, _ in known), Decimal(0))
    if total is not None and total < told:
        total = None
    things = JOBS if by_jobs else EMPLOYERS
    return Ranking(
        tuple(key for key, value, _ in known if value == best),
        best,
        told,
        total,
        hidden,
        things,
        any(figure.status == Status.ESTIMATED for _, _, figure in known),
    )


def families(breakdown: Breakdown) -> str:
    """« Huit emplois de l’ESS sur dix sont dans une association ou une fondation »: the greatest family known."""
    found = rank(breakdown)
    empty = _nothing_ranked(found, breakdown, "famille")
    if empty:
        return empty
    aside = hidden_words(found.hidden, "famille", feminine=True)
    if len(found.first) > 1:
        names = listed([_FAMILIES[key][0] for key in found.first])
        return guess(
            f"{capital(names)} viennent en tête à égalité, avec chacune {found.amount}{aside}", found.estimated
        )
    name, inside = _FAMILIES[found.first[0]]
    if found.total and found.value is not None and found.is_first_for_sure:
        who = fraction(HUNDRED * found.value / found.total, found.things)
        return guess(f"{who} sont {inside}{aside}", found.estimated)
    return guess(f"{capital(name)} viennent en tête{_known(found)}, avec {found.amount}{aside}", found.estimated)


def sectors(breakdown: Breakdown) -> str:
    """« Le premier secteur est l’action sociale : 36,2 % des emplois de l’ESS »."""
    found = rank(breakdown)
    empty = _nothing_ranked(found, breakdown, "secteur")
    if empty:
        return empty
    aside = hidden_words(found.hidden, "secteur")
    if len(found.first) > 1:
        labels = {one.key: one.label.lower() for one in breakdown.slices}
        names = listed([f"« {labels[key]} »" for key in found.first])
        known = " connus" if found.hidden else ""
        return guess(
            f"Premiers secteurs{known} à égalité : {names}, avec chacun {found.amount}{aside}", found.estimated
        )
    known = " connu" if found.hidden else ""
    return guess(f"Le premier secteur{known} est {_SECTORS[found.first[0]]} : {found.amount}{aside}", found.estimated)


def _known(found: Ranking) -> str:
    return " de celles qui sont connues" if found.hidden else ""


def _nothing_ranked(found: Ranking, breakdown: Breakdown, part: str) -> str:
    """The sentence when nothing can be ranked; empty when something can."""
    if not breakdown.slices:
        return f"Aucun fichier publié ne donne la répartition par {part}"
    if found.value is None:
        if all(figure.status == Status.SECRET for figure in found.hidden):
            return f"La répartition par {part} est couverte par le secret statistique"
        return f"La répartition par {part} n’est pas connue"
    if not found.value:
        aside = hidden_words(found.hidden, part, feminine=part == "famille")
        return guess(f"Aucun {found.things.one} n’est compté{aside}", found.estimated)
    return ""


def sizes(breakdown: Breakdown) -> str:
    """« La moitié des établissements employeurs de l’ESS comptent moins de 6 salariés », counted from the smallest."""
    counts = [exact_value(one.establishments) for one in breakdown.slices]
    if not counts:
        return "Aucun fichier publié ne donne la taille des établissements de l’ESS"
    if None in counts:
        return "La taille des établissements employeurs de l’ESS n’est connue qu’en partie"
    values = [value for value in counts if value is not None]
    total = sum(values, Decimal(0))
    if not total:
        return "Aucun établissement employeur de l’ESS n’est compté"
    things = EMPLOYERS
    estimated = any(one.establishments.status == Status.ESTIMATED for one in breakdown.slices)
    under = Decimal(0)
    for one, value in zip(breakdown.slices, values, strict=True):
        before, under = under, under + value
        if 2 * under < total:
            continue
        bound = _BOUNDS.get(one.key)
        if bound is None:
            who = fraction(HUNDRED * (total - before) / total, things)
            return guess(f"{who} comptent 250 salariés ou plus", estimated)
        who = fraction(HUNDRED * under / total, things)
        if bound == 1:
            return guess(f"{who} n’ont aucun salarié au 31 décembre", estimated)
        return guess(f"{who} comptent moins de {number(bound)} salariés", estimated)
    raise AssertionError("The last group holds what is left of the whole.")


# The first number of the next group: « moins de 6 salariés » for those of 0 to 5.
_BOUNDS = {
    key: int(following.partition("-")[0].rstrip("+")) for (key, _, _), (following, _, _) in pairwise(SIZE_GROUPS)
}
