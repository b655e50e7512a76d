"""How the name of a place is compared (without accents, hyphens or case, « St » read as « Saint »)."""

from __future__ import annotations

from essaim.foundation.search.text import plain_words

_SHORT = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}


def fold_place(text: str) -> str:
    """« St-Julien-l’Ars » → « saint julien l ars ». Letters and digits only, one space between words."""
    return " ".join(_SHORT.get(word, word) for word in plain_words(text).split())


def place_index(names: list[str], postcodes: list[str]) -> str:
    """The text that a search of places looks into: « ;poitiers;86000; », every name and postcode between semicolons."""
    entries = dict.fromkeys([fold_place(name) for name in names if name] + sorted(postcodes))
    return ";" + "".join(f"{entry};" for entry in entries)
