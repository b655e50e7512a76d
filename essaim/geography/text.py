"""How the name of a place is compared (without accents, hyphens or case, « St » read as « Saint »), its code read."""

from __future__ import annotations

import re
import unicodedata

_LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss"})
_NOT_A_WORD = re.compile(r"[^a-z0-9]+")
_SHORT = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}


def fold_place(text: str) -> str:
    """« St-Julien-l’Ars » → « saint julien l ars ». Letters and digits only, one space between words."""
    plain = unicodedata.normalize("NFKD", text.translate(_LIGATURES))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter)).lower()
    return " ".join(_SHORT.get(word, word) for word in _NOT_A_WORD.sub(" ", plain).split())


def department_of(commune_code: str) -> str:
    """« 86194 » → « 86 », « 2A004 » → « 2A », « 97411 » → « 974 »: the département or the overseas collectivity."""
    return commune_code[: 3 if commune_code.startswith(("97", "98")) else 2]


def place_index(names: list[str], postcodes: list[str]) -> str:
    """The text that a search of places looks into: « ;poitiers;86000; », every name and postcode between semicolons."""
    entries = dict.fromkeys([fold_place(name) for name in names if name] + sorted(postcodes))
    return ";" + "".join(f"{entry};" for entry in entries)
