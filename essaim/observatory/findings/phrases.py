"""The pieces of a finding: a value in words, a fraction, what is not known. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from essaim.observatory.enums import Status
from essaim.observatory.evaluation import EXACT, HUNDRED, Figure
from essaim.observatory.indicators import Indicator, Unit
from essaim.observatory.wording import interval_text
from essaim.ui.typography import FIXED, french, is_plural, measured_percent, number, percent, vintage

NEAR = Decimal("0.5")
"""Points: a share this near to a tenth is that tenth (« sept sur dix »)."""
ABOUT = Decimal("2.5")
"""Points: up to there it is « plus de » or « près de » that tenth; past it the percentage is written."""
_TENTHS = ("", "", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf")


@dataclass(frozen=True, slots=True)
class Count:
    """A thing that is counted: « emploi de l’ESS », « emplois de l’ESS »."""

    one: str
    several: str


JOBS = Count("emploi de l’ESS", "emplois de l’ESS")
EMPLOYERS = Count("établissement employeur de l’ESS", "établissements employeurs de l’ESS")


def nouns_of(indicator: Indicator) -> Count:
    """What an indicator counts, « de l’ESS » when it counts the ESS."""
    one, _, several = indicator.noun.partition(",")
    whose = (
        " de l’ESS" if "ess" in indicator.key.split("-") else " du secteur privé" if "private" in indicator.key else ""
    )
    return Count(one + whose, several + whose)


def is_exact(figure: Figure) -> bool:
    """Whether it is a count or a share that somebody observed, and that makes sense."""
    return figure.status in EXACT and exact_value(figure) is not None


def exact_value(figure: Figure) -> Decimal | None:
    """The one number of a figure: what was observed or published, or an estimate whose bounds meet; else None.

    A share above 100 % is no number that one may show.
    """
    value = figure.value
    if figure.status == Status.ESTIMATED:
        meet = figure.low is None or figure.low == figure.high
        value = (figure.value if figure.low is None else figure.low) if meet else None
    elif figure.status not in EXACT:
        value = None
    if value is not None and figure.indicator.unit == Unit.PERCENT and value > HUNDRED:
        return None
    return value


def whole(value: Decimal) -> int:
    """A count as it is written: halves go up, as `typography.number` has it."""
    return int(value.quantize(Decimal(1), ROUND_HALF_UP))


def share_text(value: Decimal, *, aligned: bool = False) -> str:
    """A percentage that never says nothing or all when it is only nearly so: « moins de 0,1 % », « plus de 99,9 % ».

    `aligned`: read beside others, so always with one decimal.
    """
    shown = value.quantize(Decimal("0.1"), ROUND_HALF_UP)
    if value > 0 and not shown:
        return f"moins de {percent(Decimal('0.1'))}"
    if value < HUNDRED and shown == HUNDRED:
        return f"plus de {percent(Decimal('99.9'))}"
    return measured_percent(value) if aligned else percent(value, 1)


def count_text(value: Decimal, things: Count) -> str:
    """« 1 000 emplois », « 1 emploi », « moins d’un emploi » for what rounds to nothing and is something."""
    shown = whole(value)
    if value > 0 and not shown:
        return f"moins d’un {things.one}"
    return f"{number(shown)}{FIXED}{things.several if is_plural(shown) else things.one}"


def value_words(figure: Figure) -> str:
    """A figure with its noun or its sign: « 11,4 % », « 1 000 emplois », « entre 9 et 14 emplois », or nothing."""
    percentage = figure.indicator.unit == Unit.PERCENT
    things = nouns_of(figure.indicator)
    value = exact_value(figure)
    if value is not None:
        return share_text(value) if percentage else count_text(value, things)
    if figure.status != Status.ESTIMATED or figure.low is None or (percentage and figure.low > HUNDRED):
        return ""
    if percentage and (figure.high is None or figure.high > HUNDRED):
        return f"au moins {percent(figure.low, 1)}"
    top = figure.low if figure.high is None else figure.high
    return interval_text(figure) if percentage else f"{interval_text(figure)}{FIXED}{_noun(top, things)}"


def _noun(value: Decimal, things: Count) -> str:
    return things.several if is_plural(whole(value)) else things.one


def when(figure: Figure) -> str:
    """« en 2018 », « en octobre 2026 »; nothing when no year is known."""
    said = vintage(figure.period) if figure.period else str(figure.year or "")
    return f"en {said}" if said else ""


def unknown_words(figure: Figure, *, feminine: bool = False) -> str:
    """The end of a sentence on a figure that is not known: why it is not."""
    mark = "e" if feminine else ""
    if figure.status == Status.SECRET:
        return f"est couvert{mark} par le secret statistique {when(figure)}".rstrip()
    return f"n’est pas connu{mark} {when(figure)}".rstrip()


def hidden_words(hidden: Sequence[Figure], part: str, *, feminine: bool = False) -> str:
    """« (2 secteurs sous secret statistique) » after a ranking that leaves parts out; empty when all are known."""
    if not hidden:
        return ""
    secret = sum(figure.status == Status.SECRET for figure in hidden)
    other = len(hidden) - secret
    mark = "e" if feminine else ""
    said = []
    if secret:
        said.append(f"{_counted(secret, part)} sous secret statistique")
    if other:
        said.append(f"{_counted(other, part)} non connu{mark}{'s' if is_plural(other) else ''}")
    return f" ({', '.join(said)})"


def _counted(count: int, part: str) -> str:
    return f"{count}{FIXED}{part}{'s' if is_plural(count) else ''}"


def fraction(share: Decimal, things: Count) -> str:
    """A share in words, the subject of a plural verb: « Huit emplois sur dix », « Plus de la moitié des emplois ».

    Within NEAR of a tenth (two to nine) it is that tenth, within ABOUT « près de » or « plus de »; else a percentage.
    """
    tenth = int((share / 10).quantize(Decimal(1), ROUND_HALF_UP))
    gap = share - 10 * tenth
    if not 2 <= tenth <= 9 or abs(gap) > ABOUT:
        return capital(f"{share_text(share)} des {things.several}")
    about = "" if abs(gap) <= NEAR else "plus de " if gap > 0 else "près de "
    said = f"la moitié des {things.several}" if tenth == 5 else f"{_TENTHS[tenth]} {things.several} sur dix"
    return capital(about + said)


def capital(text: str) -> str:
    """The same with a capital."""
    return text[:1].upper() + text[1:]


def listed(names: Sequence[str]) -> str:
    """« a, b et c »."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} et {names[-1]}"


def sentence(text: str, figure: Figure | None = None) -> str:
    """One clean sentence about a figure; an estimate says that it is one."""
    return guess(text, figure is not None and figure.status == Status.ESTIMATED)


def guess(text: str, guessed: bool) -> str:
    """One clean sentence, « (estimation) » after it when it rests on an estimate."""
    return french(" ".join(filter(None, text.split(" ")))) + (" (estimation)" if guessed else "")
