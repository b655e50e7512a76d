"""What figures say, in one French sentence, worked out from them: still true after any reload. Pure functions.

No sentence ranks what is not known: a part that is secret is said to be so beside the first of those that are known.
Two fields, or an estimate and a count, are never compared. Sentences have no full stop: they are titles.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

from essaim.geography.models import LAST_URBAN_LEVEL
from essaim.observatory.enums import FamilyGroup, Field, Status
from essaim.observatory.evaluation import HUNDRED, Figure
from essaim.observatory.indicators import Unit
from essaim.observatory.phrases import (
    Count,
    capital,
    count_text,
    exact_value,
    fraction,
    hidden_words,
    is_exact,
    listed,
    nouns_of,
    share_text,
    unknown_words,
    value_words,
    when,
    whole,
)
from essaim.observatory.places import at_place, elided, named, of_place, subject
from essaim.observatory.profile import SIZE_GROUPS, Breakdown, SideBySide
from essaim.ui.typography import MINUS, french, number, percent

if TYPE_CHECKING:
    from essaim.observatory.communes import CommuneRow

_WHOLES = {
    "ess-job-share": "des emplois salariés",
    "ess-private-job-share": "des emplois du secteur privé",
    "ess-establishment-share": "des établissements employeurs",
    "urssaf-ess-private-share": "de l’emploi privé",
}
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


# --- one figure -----------------------------------------------------------------------------------------------------


def headline(figure: Figure) -> str:
    """One figure with its territory and its year: a share of the ESS, a share of women, or a count."""
    if figure.indicator.key == "ess-women-share":
        return women(figure)
    if figure.indicator.unit == Unit.PERCENT:
        return share(figure)
    return count(figure)


def share(figure: Figure) -> str:
    """« L’ESS pèse 11,4 % des emplois salariés de Grand Poitiers en 2018 »."""
    base = _WHOLES.get(figure.indicator.key, "du total")
    where = of_place(figure.territory)
    said = value_words(figure)
    if not said:
        return _sentence(f"La part de l’ESS dans {_in_the(base)} {where} {unknown_words(figure, feminine=True)}")
    return _sentence(f"L’ESS pèse {said} {base} {where} {when(figure)}", figure)


def count(figure: Figure) -> str:
    """« Grand Poitiers compte 1 000 établissements employeurs de l’ESS en 2018 »."""
    things = nouns_of(figure.indicator)
    who = named(figure.territory)
    said = value_words(figure)
    if not said:
        return _sentence(
            f"Le nombre {elided('de', things.several)} {of_place(figure.territory)} {unknown_words(figure)}"
        )
    if exact_value(figure) == 0:
        return _sentence(f"{who} ne compte aucun {things.one} {when(figure)}", figure)
    return _sentence(f"{who} compte {said} {when(figure)}", figure)


def women(figure: Figure) -> str:
    """« Sept emplois de l’ESS sur dix sont occupés par des femmes à Grand Poitiers en 2018 »."""
    where = at_place(figure.territory)
    value = exact_value(figure)
    if value is None or value > HUNDRED:
        said = value_words(figure)
        if not said:
            return _sentence(
                f"La part des femmes dans les emplois de l’ESS {where} {unknown_words(figure, feminine=True)}"
            )
        return _sentence(f"Les femmes occupent {said} des emplois de l’ESS {where} {when(figure)}", figure)
    who = fraction(value, Count("emploi de l’ESS", "emplois de l’ESS"))
    return _sentence(f"{who} sont occupés par des femmes {where} {when(figure)}", figure)


# --- years ----------------------------------------------------------------------------------------------------------


def history(figures: Sequence[Figure]) -> str:
    """« De 2017 à 2018, Grand Poitiers gagne 9 établissements employeurs de l’ESS (+0,9 %) ».

    The two latest years of one field, the reference field first; never across two fields. One year alone is told alone.
    """
    if not figures:
        return "Aucun fichier publié ne donne cette série"
    couples = [
        (before, after)
        for before, after in pairwise(sorted(filter(is_exact, figures), key=_order))
        if before.field is not None and before.field == after.field and (before.year or 0) < (after.year or 0)
    ]
    if couples:
        return _change(*couples[-1])
    known = [figure for figure in figures if value_words(figure)]
    return headline(max(known or figures, key=_order))


def _order(figure: Figure) -> tuple[bool, str, int]:
    """Fields one after the other, the one that only counts some posts first, so that the reference comes last."""
    return (figure.field != Field.NON_ANNEX_POSTS, figure.field or "", figure.year or 0)


def _change(before: Figure, after: Figure) -> str:
    years = f"De {before.year} à {after.year}"
    where = of_place(after.territory)
    if after.indicator.unit == Unit.PERCENT:
        old, new = value_words(before), value_words(after)
        moved = f"passe de {old} à {new}" if old != new else f"reste à {new}"
        base = _in_the(_WHOLES.get(after.indicator.key, "du total"))
        return _sentence(f"{years}, la part de l’ESS dans {base} {where} {moved}", after)
    things = nouns_of(after.indicator)
    # The reader subtracts what is written: so do we.
    old_value, new_value = (whole(figure.value or Decimal(0)) for figure in (before, after))
    gap = new_value - old_value
    if not gap:
        return _sentence(
            f"{years}, le nombre {elided('de', things.several)} {where} reste à {number(new_value)}", after
        )
    verb = "gagne" if gap > 0 else "perd"
    rate = percent(abs(HUNDRED * gap / old_value), 1) if old_value else ""
    sign = "+" if gap > 0 else MINUS
    told = f" ({sign}{rate})" if rate and not rate.startswith("0\u202f") else ""
    return _sentence(f"{years}, {subject(after.territory)} {verb} {count_text(Decimal(abs(gap)), things)}{told}", after)


# --- parts of a whole -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ranking:
    """The parts of a breakdown that can be compared, by one measure. `first`: labels of the greatest, several if equal.

    `total` is None when it is unknown or contradicts the parts. `hidden`: figures of the parts that are not known.
    """

    first: tuple[str, ...]
    value: Decimal | None
    total: Decimal | None
    hidden: tuple[Figure, ...]
    things: Count
    estimated: bool

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
    if total is not None and total < sum((value for _, value, _ in known), Decimal(0)):
        total = None
    things = (
        Count("emploi de l’ESS", "emplois de l’ESS")
        if by_jobs
        else Count("établissement employeur de l’ESS", "établissements employeurs de l’ESS")
    )
    return Ranking(
        tuple(key for key, value, _ in known if value == best),
        best,
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
        return _sentence(f"{capital(names)} viennent en tête à égalité, avec chacune {found.amount}{aside}", found)
    name, inside = _FAMILIES[found.first[0]]
    if found.total and found.value is not None:
        who = fraction(HUNDRED * found.value / found.total, found.things)
        return _sentence(f"{who} sont {inside}{aside}", found)
    return _sentence(f"{capital(name)} viennent en tête{_known(found)}, avec {found.amount}{aside}", found)


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
        return _sentence(f"Premiers secteurs{known} à égalité : {names}, avec chacun {found.amount}{aside}", found)
    known = " connu" if found.hidden else ""
    return _sentence(f"Le premier secteur{known} est {_SECTORS[found.first[0]]} : {found.amount}{aside}", found)


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
        return _sentence(f"Aucun {found.things.one} n’est compté{aside}", found)
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
    things = Count("établissement employeur de l’ESS", "établissements employeurs de l’ESS")
    estimated = any(one.establishments.status == Status.ESTIMATED for one in breakdown.slices)
    under = Decimal(0)
    for one, value in zip(breakdown.slices, values, strict=True):
        before, under = under, under + value
        if 2 * under < total:
            continue
        bound = _BOUNDS.get(one.key)
        if bound is None:
            who = fraction(HUNDRED * (total - before) / total, things)
            return _estimated(f"{who} comptent 250 salariés ou plus", estimated)
        who = fraction(HUNDRED * under / total, things)
        if bound == 1:
            return _estimated(f"{who} n’ont aucun salarié au 31 décembre", estimated)
        return _estimated(f"{who} comptent moins de {number(bound)} salariés", estimated)
    raise AssertionError("The last group holds what is left of the whole.")


# The first number of the next group: « moins de 6 salariés » for those of 0 to 5.
_BOUNDS = {
    key: int(following.partition("-")[0].rstrip("+")) for (key, _, _), (following, _, _) in pairwise(SIZE_GROUPS)
}


# --- communes -------------------------------------------------------------------------------------------------------


def urban_rural(rows: Sequence[CommuneRow]) -> str:
    """« Trois établissements employeurs de l’ESS sur dix sont dans une commune rurale »."""
    if not rows or any(row.density is None for row in rows):
        return "La densité des communes n’est pas connue : villes et campagnes ne se distinguent pas ici"
    things = Count("établissement employeur de l’ESS", "établissements employeurs de l’ESS")
    values = [exact_value(row.establishments) for row in rows]
    known = [value for value in values if value is not None]
    hidden = tuple(row.establishments for row, value in zip(rows, values, strict=True) if value is None)
    rural = sum((exact_value(row.establishments) or Decimal(0) for row in rows if _is_rural(row)), Decimal(0))
    estimated = any(row.establishments.status == Status.ESTIMATED for row in rows)
    if not known:
        return "Le nombre d’établissements employeurs de l’ESS de chaque commune n’est pas connu"
    aside = hidden_words(hidden, "commune", feminine=True)
    if any(exact_value(row.establishments) is None for row in rows if _is_rural(row)):
        sure = f"au moins {count_text(rural, things)}" if rural else f"un nombre inconnu {elided('de', things.several)}"
        return _estimated(f"Les communes rurales comptent {sure}{aside}", estimated)
    if hidden:
        sure = count_text(rural, things) if rural else f"zéro {things.one}"
        return _estimated(f"Les communes rurales comptent {sure}{aside}", estimated)
    total = sum(known, Decimal(0))
    if not total:
        return f"Aucun {things.one} n’est compté"
    if not rural:
        return _estimated(f"Aucun {things.one} n’est dans une commune rurale", estimated)
    return _estimated(f"{fraction(HUNDRED * rural / total, things)} sont dans une commune rurale", estimated)


def _is_rural(row: CommuneRow) -> bool:
    return row.density is not None and row.density > LAST_URBAN_LEVEL


def communes(rows: Sequence[CommuneRow]) -> str:
    """« Poitiers vient en tête : 612 établissements employeurs de l’ESS », ties named, communes left out counted."""
    known = [(value, row) for row in rows if (value := exact_value(row.establishments)) is not None]
    hidden = tuple(row.establishments for row in rows if exact_value(row.establishments) is None)
    if not known:
        return "Le nombre d’établissements employeurs de l’ESS de chaque commune n’est pas connu"
    things = Count("établissement employeur de l’ESS", "établissements employeurs de l’ESS")
    best = max(value for value, _ in known)
    estimated = any(row.establishments.status == Status.ESTIMATED for _, row in known)
    aside = hidden_words(hidden, "commune", feminine=True)
    if not best:
        return _estimated(f"Aucun {things.one} n’est compté{aside}", estimated)
    names = [named(row.territory) for value, row in known if value == best]
    among = " des communes connues" if hidden else ""
    said = count_text(best, things)
    if len(names) == 1:
        return _estimated(f"{names[0]} vient en tête{among} : {said}{aside}", estimated)
    if len(names) <= 3:
        return _estimated(f"{listed(names)} viennent en tête{among} à égalité : {said} chacune{aside}", estimated)
    return _estimated(f"{len(names)} communes viennent en tête{among} à égalité : {said} chacune{aside}", estimated)


# --- two counts -----------------------------------------------------------------------------------------------------


def side_by_side(both: SideBySide) -> str:
    """« Sirene compte 1 120 établissements employeurs de l’ESS, le comptage officiel 1 000 : 120 de plus »."""
    official = exact_value(both.official) if both.official is not None else None
    counted = exact_value(both.sirene) if both.sirene is not None else None
    if official is None and counted is None:
        return "Aucune source ne compte les établissements employeurs de l’ESS ici"
    things = Count("établissement employeur de l’ESS", "établissements employeurs de l’ESS")
    if counted is None and both.official is not None and official is not None:
        return _sentence(f"Le comptage officiel donne {count_text(official, things)} {when(both.official)}")
    if official is None and both.sirene is not None and counted is not None:
        return _sentence(f"Sirene compte {count_text(counted, things)} {when(both.sirene)}")
    assert official is not None
    assert counted is not None
    gap = whole(counted) - whole(official)
    more = f"{number(abs(gap))} de {'plus' if gap > 0 else 'moins'}" if gap else "le même nombre"
    return _sentence(
        f"Sirene compte {count_text(counted, things)}, le comptage officiel {number(whole(official))} : {more}"
    )


# --- pieces ---------------------------------------------------------------------------------------------------------


def _in_the(whole: str) -> str:
    """« des emplois salariés » → « les emplois salariés »."""
    article, _, rest = whole.partition(" ")
    return {"des": f"les {rest}", "du": f"le {rest}"}.get(article, rest)


def _sentence(text: str, what: Figure | Ranking | None = None) -> str:
    """One clean sentence; an estimate says that it is one."""
    guessed = what.estimated if isinstance(what, Ranking) else what is not None and what.status == Status.ESTIMATED
    return _estimated(text, guessed)


def _estimated(text: str, guessed: bool) -> str:
    return french(" ".join(filter(None, text.split(" ")))) + (" (estimation)" if guessed else "")
