"""A postal address that a resident can read, from the eight columns of SIRENE."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

# Abbreviations of `typeVoieEtablissement` (INSEE, dictionary of the SIRENE variables); the rest is written in full.
STREET_TYPES = {
    "ALL": "allée", "AV": "avenue", "BD": "boulevard", "CAR": "carrefour", "CHE": "chemin", "CHS": "chaussée",
    "CITE": "cité", "COR": "corniche", "CRS": "cours", "DOM": "domaine", "DSC": "descente", "ECA": "écart",
    "ESP": "esplanade", "FG": "faubourg", "GR": "grande rue", "HAM": "hameau", "HLE": "halle", "IMP": "impasse",
    "LD": "lieu-dit", "LOT": "lotissement", "MAR": "marché", "MTE": "montée", "PAS": "passage", "PL": "place",
    "PLN": "plaine", "PLT": "plateau", "PRO": "promenade", "PRV": "parvis", "QUA": "quartier", "QUAI": "quai",
    "RES": "résidence", "RLE": "ruelle", "ROC": "rocade", "RPT": "rond-point", "RTE": "route", "RUE": "rue",
    "SEN": "sentier", "SQ": "square", "TPL": "terre-plein", "TRA": "traverse", "VLA": "villa", "VLGE": "village",
    "VOIE": "voie", "ZA": "zone d’activité", "ZAC": "zone d’aménagement concerté", "ZI": "zone industrielle",
}  # fmt: skip
REPETITIONS = {"B": "bis", "T": "ter", "Q": "quater", "C": "quinquies"}

_SMALL_WORDS = frozenset(
    (
        "de",
        "du",
        "des",
        "la",
        "le",
        "les",
        "lès",
        "l",
        "d",
        "et",
        "à",
        "a",
        "au",
        "aux",
        "en",
        "sur",
        "sous",
        "par",
        "chez",
    )
)
# Written in capitals by whoever writes them.
_INITIALS = frozenset(("BP", "CS", "TSA", "ZA", "ZI", "ZAC", "ZAE", "ZUP", "RN", "RD", "HLM", "CHU", "MJC", "CCI"))
_WORD = re.compile(r"[^\W\d_]+")
# « L EGLISE », « D ARTAGNAN »: SIRENE drops apostrophes.
_ELISION = re.compile(r"\b([LD]) (?=[AEIOUYHÀÂÉÈÊËÎÏÔÙÛŒ])")


def readable(text: str, *, inside: bool = False) -> str:
    """« RUE DE LA PAIX » → « Rue de la Paix »; a text that already has small letters is left alone.

    `inside`: something stands before it on the line (« rue » + « de la Paix »).
    """
    text = " ".join(text.split())
    if text != text.upper():
        return text

    text = _ELISION.sub(r"\1’", text)

    def one(match: re.Match[str]) -> str:
        if match[0] in _INITIALS:
            return match[0]
        word = match[0].lower()
        is_small = word in _SMALL_WORDS and match.end() < len(text)
        return word if is_small and (inside or match.start()) else word.capitalize()

    return _WORD.sub(one, text)


def postal_address(row: Mapping[str, Any]) -> str:
    """One line, without postcode nor commune, at most 300 characters. Missing parts are skipped."""
    kind = str(row.get("street_type") or "").strip()
    words = str(row.get("street_name") or "").upper().split()
    if STREET_TYPES.get(kind.upper(), kind).upper() in words:
        kind = ""  # « RUE » + « GRAND RUE »
    repetition = str(row.get("repetition") or "").strip()
    street = " ".join(
        part
        for part in (
            str(row.get("street_number") or "").strip(),
            REPETITIONS.get(repetition.upper(), repetition.lower()),
            STREET_TYPES.get(kind.upper(), kind.lower()),
            readable(str(row.get("street_name") or ""), inside=bool(kind)),
        )
        if part
    )
    others = (readable(str(row.get(name) or "")) for name in ("address_complement", "special_distribution"))
    complement, distribution = others
    return ", ".join(part for part in (complement, street, distribution) if part)[:300]
