"""Communes of a territory, two sources of one territory, territories side by side."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from essaim.geography.models import LAST_URBAN_LEVEL
from essaim.observatory.enums import Status
from essaim.observatory.evaluation import HUNDRED, Figure
from essaim.observatory.findings.phrases import (
    EMPLOYERS,
    count_text,
    exact_value,
    fraction,
    guess,
    hidden_words,
    listed,
    sentence,
    value_words,
    when,
    whole,
)
from essaim.observatory.places import at_place, named, subject
from essaim.observatory.profile import SideBySide
from essaim.ui.placenames import elided
from essaim.ui.typography import number

if TYPE_CHECKING:
    from essaim.observatory.communes import CommuneRow


def urban_rural(rows: Sequence[CommuneRow]) -> str:
    """« Trois établissements employeurs de l’ESS sur dix sont dans une commune rurale »."""
    if not rows or any(row.density is None for row in rows):
        return "La densité des communes n’est pas connue : villes et campagnes ne se distinguent pas ici"
    values = [exact_value(row.establishments) for row in rows]
    known = [value for value in values if value is not None]
    hidden = tuple(row.establishments for row, value in zip(rows, values, strict=True) if value is None)
    rural = sum((exact_value(row.establishments) or Decimal(0) for row in rows if _is_rural(row)), Decimal(0))
    estimated = any(row.establishments.status == Status.ESTIMATED for row in rows)
    if not known:
        return "Le nombre d’établissements employeurs de l’ESS de chaque commune n’est pas connu"
    aside = hidden_words(hidden, "commune", feminine=True)
    if any(exact_value(row.establishments) is None for row in rows if _is_rural(row)):
        some, none = f"au moins {count_text(rural, EMPLOYERS)}", f"un nombre inconnu {elided('de', EMPLOYERS.several)}"
        sure = some if rural else none
        return guess(f"Les communes rurales comptent {sure}{aside}", estimated)
    if hidden:
        sure = count_text(rural, EMPLOYERS) if rural else f"zéro {EMPLOYERS.one}"
        return guess(f"Les communes rurales comptent {sure}{aside}", estimated)
    total = sum(known, Decimal(0))
    if not total:
        return f"Aucun {EMPLOYERS.one} n’est compté"
    if not rural:
        return guess(f"Aucun {EMPLOYERS.one} n’est dans une commune rurale", estimated)
    return guess(f"{fraction(HUNDRED * rural / total, EMPLOYERS)} sont dans une commune rurale", estimated)


def _is_rural(row: CommuneRow) -> bool:
    return row.density is not None and row.density > LAST_URBAN_LEVEL


def communes(rows: Sequence[CommuneRow]) -> str:
    """« Poitiers vient en tête : 612 établissements employeurs de l’ESS », ties named, communes left out counted."""
    known = [(value, row) for row in rows if (value := exact_value(row.establishments)) is not None]
    hidden = tuple(row.establishments for row in rows if exact_value(row.establishments) is None)
    if not known:
        return "Le nombre d’établissements employeurs de l’ESS de chaque commune n’est pas connu"
    best = max(value for value, _ in known)
    estimated = any(row.establishments.status == Status.ESTIMATED for _, row in known)
    aside = hidden_words(hidden, "commune", feminine=True)
    if not best:
        return guess(f"Aucun {EMPLOYERS.one} n’est compté{aside}", estimated)
    names = [named(row.territory) for value, row in known if value == best]
    among = " des communes connues" if hidden else ""
    said = count_text(best, EMPLOYERS)
    if len(names) == 1:
        return guess(f"{names[0]} vient en tête{among} : {said}{aside}", estimated)
    if len(names) <= 3:
        return guess(f"{listed(names)} viennent en tête{among} à égalité : {said} chacune{aside}", estimated)
    return guess(f"{len(names)} communes viennent en tête{among} à égalité : {said} chacune{aside}", estimated)


def side_by_side(both: SideBySide) -> str:
    """« Sirene compte 1 120 établissements employeurs de l’ESS, le comptage officiel 1 000 : 120 de plus »."""
    official = exact_value(both.official) if both.official is not None else None
    counted = exact_value(both.sirene) if both.sirene is not None else None
    if official is None and counted is None:
        return "Aucune source ne compte les établissements employeurs de l’ESS ici"
    if counted is None and both.official is not None and official is not None:
        return sentence(f"Le comptage officiel donne {count_text(official, EMPLOYERS)} {when(both.official)}")
    if official is None and both.sirene is not None and counted is not None:
        return sentence(f"Sirene compte {count_text(counted, EMPLOYERS)} {when(both.sirene)}")
    assert official is not None
    assert counted is not None
    gap = whole(counted) - whole(official)
    more = f"{number(abs(gap))} de {'plus' if gap > 0 else 'moins'}" if gap else "le même nombre"
    return sentence(
        f"Sirene compte {count_text(counted, EMPLOYERS)}, le comptage officiel {number(whole(official))} : {more}"
    )


def compared(figures: Sequence[Figure]) -> str:
    """« Part de l’ESS dans tous les emplois salariés : Grand Poitiers vient en tête, avec 11,4 % en 2018 ».

    For figures of one indicator that may be compared (`comparison`). Exact numbers are ranked; an interval is first
    only when its lower bound is above all the others; otherwise nobody is first.
    """
    if not figures:
        return "Aucun territoire à comparer"
    label = figures[0].indicator.label
    known = [figure for figure in figures if value_words(figure)]
    hidden = [figure for figure in figures if not value_words(figure)]
    aside = hidden_words(hidden, "territoire")
    if not known:
        return guess(f"{label} : aucun de ces territoires n’est connu{aside}", False)
    guessed = any(figure.status == Status.ESTIMATED for figure in known)
    if len(known) == 1:
        return guess(f"{label} {at_place(known[0].territory)} : {_said(known[0])}{aside}", guessed)
    spans = [_span(figure) for figure in known]
    best = max(low for low, _ in spans)
    first = [figure for figure, (low, _) in zip(known, spans, strict=True) if low == best]
    rest = [span for figure, span in zip(known, spans, strict=True) if figure is not first[0]]
    among = " de ceux qui sont connus" if hidden else ""
    if len(first) == 1 and all(high is not None and high < best for _, high in rest):
        who = subject(first[0].territory)
        return guess(f"{label} : {who} vient en tête{among}, avec {_said(first[0])}{aside}", guessed)
    if all(low == high for low, high in spans):
        who = listed([subject(figure.territory) for figure in first])
        year = f" {when(first[0])}".rstrip()
        tie = f"avec {value_words(first[0])}{year}{_among_invented(first)}"
        return guess(f"{label} : {who} viennent en tête{among} à égalité, {tie}{aside}", guessed)
    return guess(f"{label} : les intervalles se recouvrent, nul ne peut être dit premier{aside}", guessed)


def _said(figure: Figure) -> str:
    """« 11,4 % en 2018 », « 11,6 % en 2018 (chiffre inventé) »."""
    return " ".join(filter(None, (value_words(figure), when(figure), "(chiffre inventé)" if figure.fictitious else "")))


def _among_invented(figures: Sequence[Figure]) -> str:
    names = [subject(figure.territory) for figure in figures if figure.fictitious]
    return f" (chiffre inventé : {listed(names)})" if names else ""


def _span(figure: Figure) -> tuple[Decimal, Decimal | None]:
    value = exact_value(figure)
    return (value, value) if value is not None else (figure.low or Decimal(0), figure.high)
