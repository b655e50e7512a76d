"""Plain text as people read it: what nobody sees (controls, reversed order, signs of no width) leaves it.

Such signs make a message that looks empty, a name that reads backwards, a file that no reader of XML opens.
"""

from __future__ import annotations

import unicodedata

_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufffe\uffff")
"""Signs that show nothing though Unicode files them among letters and others; the last two, XML forbids."""
_WRITTEN = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")
"""Filed as « format », drawn nevertheless: the number signs of Arabic and its neighbours."""
_JOINER = "\u200d"
_BREAKS = {"\r\n": "\n", "\r": "\n", "\u2028": "\n", "\u2029": "\n"}


def _joins_emoji(before: str, after: str) -> bool:
    """Whether a joiner there makes one emoji of two: a family, a trade."""
    return (before == "\ufe0f" or unicodedata.category(before) in ("So", "Sk")) and (
        unicodedata.category(after) in ("So", "Sm")
    )


def clean_text(text: str) -> str:
    """The text with its line breaks, tabs and visible signs; empty when nothing of it can be seen."""
    for written, plain in _BREAKS.items():
        text = text.replace(written, plain)
    kept: list[str] = []
    for rank, sign in enumerate(text):
        kind = unicodedata.category(sign)
        if sign == _JOINER:
            if kept and rank + 1 < len(text) and _joins_emoji(kept[-1], text[rank + 1]):
                kept.append(sign)
        elif sign in "\n\t" or sign in _WRITTEN or (kind not in ("Cc", "Cs", "Cf") and sign not in _BLANK):
            kept.append(sign)
    cleaned = "".join(kept).strip()
    # Accents and selectors alone, without a letter to bear them, show nothing either.
    return cleaned if any(unicodedata.category(sign)[0] not in "MZC" for sign in cleaned) else ""


def clean_line(text: str) -> str:
    """The same on one line: no line break can enter a mail's header by it."""
    return " ".join(clean_text(text).split())
