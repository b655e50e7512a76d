"""One cell of an official table: a number, a secret, nothing; or something that must not be taken for a number."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum, auto

CENT = Decimal("0.01")
LARGEST = Decimal(10) ** 13
"""No count and no sum of pay in France comes near ten thousand billion."""
_LONGEST = 40
_SEPARATORS = " \u00a0\u202f\u2009'’"
_NUMBER = re.compile(
    rf"(?P<whole>\d+|\d{{1,3}}(?P<separator>[{_SEPARATORS}])\d{{3}}(?:(?P=separator)\d{{3}})*)"
    r"(?:[.,](?P<decimals>\d+))?",
    re.ASCII,
)
SECRET_WORDS = ("s", "c", "k", "secret")
"""How official tables write « statistical secret »: one vocabulary for every layout, SQL included."""
MISSING_WORDS = ("", "nd", "n.d.", "-", "–", "—", ".")
"""How they write that there is nothing to tell: never a zero."""


class Gap(Enum):
    """Why a cell has no number."""

    SECRET = auto()
    MISSING = auto()


class BadValue(ValueError):
    """The cell is neither a number nor a gap; the message, in French, says what it is."""


def parse_value(text: str, *, whole: bool = False) -> Decimal | Gap:
    """Read one cell: « 10 900 », « 1'234,5 » → a number to the cent; « s » → SECRET; « ND », « - », empty → MISSING.

    Thousands may be separated by ordinary, no-break or narrow spaces, or by apostrophes, in groups of three and always
    the same; decimals follow a comma or a point. `whole` refuses a part of a unit: half an establishment is a column
    taken for another, or a comma that separates thousands. Raises BadValue.
    """
    bare = text.strip()
    folded = "".join(bare.casefold().split())
    if folded in SECRET_WORDS:
        return Gap.SECRET
    if folded in MISSING_WORDS:
        return Gap.MISSING
    shown = bare if len(bare) <= _LONGEST else f"{bare[:_LONGEST]}…"
    if bare.startswith(("-", "−", "–")) and _NUMBER.fullmatch(bare[1:].strip()):
        raise BadValue(f"« {shown} » est négatif.")
    found = _NUMBER.fullmatch(bare)
    if found is None:
        raise BadValue(f"« {shown} » n’est pas un nombre.")
    digits = "".join(letter for letter in found["whole"] if letter.isdigit())
    exact = Decimal(f"{digits}.{found['decimals'] or '0'}")
    value = exact.quantize(CENT, ROUND_HALF_UP) if exact < LARGEST else LARGEST
    if value >= LARGEST:
        raise BadValue(f"« {shown} » n’est pas vraisemblable.")
    if whole and exact != exact.to_integral_value():
        raise BadValue(f"« {shown} » n’est pas un nombre entier.")
    return value
