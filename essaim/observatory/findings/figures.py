"""One figure in a sentence, and a series of years."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from essaim.observatory.enums import Field
from essaim.observatory.evaluation import HUNDRED, Figure
from essaim.observatory.findings.phrases import (
    JOBS,
    count_text,
    exact_value,
    fraction,
    is_exact,
    nouns_of,
    sentence,
    unknown_words,
    value_words,
    when,
    whole,
)
from essaim.observatory.indicators import Unit
from essaim.observatory.places import at_place, named, of_place, subject
from essaim.ui.placenames import elided
from essaim.ui.typography import FIXED, MINUS, number, percent

_WHOLES = {
    "ess-job-share": "des emplois salariés",
    "ess-private-job-share": "des emplois du secteur privé",
    "ess-establishment-share": "des établissements employeurs",
    "urssaf-ess-private-share": "de l’emploi privé",
}


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
        return sentence(f"La part de l’ESS dans {_in_the(base)} {where} {unknown_words(figure, feminine=True)}")
    return sentence(f"L’ESS pèse {said} {base} {where} {when(figure)}", figure)


def count(figure: Figure) -> str:
    """« Grand Poitiers compte 1 000 établissements employeurs de l’ESS en 2018 »."""
    things = nouns_of(figure.indicator)
    who = named(figure.territory)
    said = value_words(figure)
    if not said:
        return sentence(
            f"Le nombre {elided('de', things.several)} {of_place(figure.territory)} {unknown_words(figure)}"
        )
    if exact_value(figure) == 0:
        return sentence(f"{who} ne compte aucun {things.one} {when(figure)}", figure)
    return sentence(f"{who} compte {said} {when(figure)}", figure)


def women(figure: Figure) -> str:
    """« Sept emplois de l’ESS sur dix sont occupés par des femmes à Grand Poitiers en 2018 »."""
    where = at_place(figure.territory)
    value = exact_value(figure)
    if value is None or value > HUNDRED:
        said = value_words(figure)
        if not said:
            return sentence(
                f"La part des femmes dans les emplois de l’ESS {where} {unknown_words(figure, feminine=True)}"
            )
        return sentence(f"Les femmes occupent {said} des emplois de l’ESS {where} {when(figure)}", figure)
    who = fraction(value, JOBS)
    return sentence(f"{who} sont occupés par des femmes {where} {when(figure)}", figure)


def history(figures: Sequence[Figure]) -> str:
    """« De 2017 à 2018, Grand Poitiers gagne 9 établissements employeurs de l’ESS (+0,9 %) ».

    The two latest years of one field, the reference field first; never across two fields. One year alone is told alone.
    """
    if not figures:
        return "Aucun fichier publié ne donne cette série"
    couples = [
        (before, after)
        for before, after in pairwise(sorted((one for one in figures if one.year and is_exact(one)), key=_order))
        if before.field is not None and before.field == after.field and before.year != after.year
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
        moved = f"passe de {old} à {new}" if old != new else f"reste à{FIXED}{new}"
        base = _in_the(_WHOLES.get(after.indicator.key, "du total"))
        return sentence(f"{years}, la part de l’ESS dans {base} {where} {moved}", after)
    things = nouns_of(after.indicator)
    # The reader subtracts what is written: so do we.
    old_value, new_value = (whole(figure.value or Decimal(0)) for figure in (before, after))
    gap = new_value - old_value
    if not gap:
        return sentence(
            f"{years}, le nombre {elided('de', things.several)} {where} reste à{FIXED}{number(new_value)}", after
        )
    verb = "gagne" if gap > 0 else "perd"
    rate = percent(abs(HUNDRED * gap / old_value), 1) if old_value else ""
    sign = "+" if gap > 0 else MINUS
    told = f" ({sign}{rate})" if rate and not rate.startswith("0\u202f") else ""
    return sentence(f"{years}, {subject(after.territory)} {verb} {count_text(Decimal(abs(gap)), things)}{told}", after)


def _in_the(whole: str) -> str:
    """« des emplois salariés » → « les emplois salariés »."""
    article, _, rest = whole.partition(" ")
    return {"des": f"les {rest}", "du": f"le {rest}"}.get(article, rest)
