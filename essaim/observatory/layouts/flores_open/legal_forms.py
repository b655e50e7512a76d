"""Which establishments a code of LEGAL_FORM_WITH_PUBLIC counts: the question that parts 11 % from 19 %.

The labels of the file's own `_metadata.csv` decide. Without them, what Insee wrote there for 2024 does: the only code
of the communes, « 1T9X7 », is « Ensemble hors particuliers employeurs », public and private together (26.6 million jobs
in France). Its letters could be read « 1 to 9 except 7 », that is « private », 7 being public law in the legal
categories of Sirene: the label and the national total say otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from essaim.foundation.search.text import plain_words
from essaim.observatory.enums import Population
from essaim.observatory.reading import quoted

PUBLISHED = {"1T9X7": "Ensemble hors particuliers employeurs", "_T": "Total"}
"""Labels of Insee's metadata of 2024, for a CSV that comes alone."""

MOST_LEFT = 10
"""Forms left aside that a report names."""
_HOUSEHOLDS = "hors particuliers employeurs"


@dataclass(frozen=True, slots=True)
class Forms:
    """Code → population, one code a population; `said`: what was taken for what and why, what stays unknown."""

    populations: dict[str, Population] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)


def meaning(label: str) -> Population | None:
    """What a label counts, or None when it does not say: « Ensemble », « secteur privé », « fonction publique »."""
    words = plain_words(label)
    without_public = re.search(r"\b(hors|sauf|sans)\b.*\bpubli", words) is not None
    public = "publi" in words and not without_public
    private = re.search(r"\bprive", words) is not None or without_public
    if private and not public:
        return Population.PRIVATE
    if public and not private:
        return Population.PUBLIC
    whole = words.startswith(("ensemble", "total", "toutes", "tous"))
    return Population.ALL if whole or (public and private) else None


def choose(codes: Sequence[str], labels: Mapping[str, str]) -> Forms:
    """Which of the file's codes to read. The whole without households comes before the whole with them.

    `labels` of the file's metadata, empty when it came without. No population at all: `said` tells why.
    """
    populations: dict[str, Population] = {}
    said: list[str] = []
    left = 0
    ordered = sorted(codes, key=lambda code: (_HOUSEHOLDS not in plain_words(_label(code, labels)), code))
    for code in ordered:
        label = _label(code, labels)
        found = meaning(label)
        if found is None or found in populations.values():
            left += 1
            if left <= MOST_LEFT:
                whose = f" ({quoted(label)})" if label else ""
                said.append(f"Forme juridique {quoted(code)}{whose} : laissée de côté.")
            continue
        populations[code] = found
        why = "selon les métadonnées du fichier" if code in labels else "libellé publié par l’Insee en 2024"
        said.append(f"Forme juridique {quoted(code)} = {found.label} : {quoted(label)}, {why}.")
    if left > MOST_LEFT:
        said.append(f"{left - MOST_LEFT} autres formes juridiques sont laissées de côté.")
    if not populations:
        said.append("Aucune forme juridique du fichier ne dit si elle compte le public, le privé ou l’ensemble.")
        if not labels:
            said.append("Chargez l’archive ZIP de l’Insee : elle contient les libellés.")
    elif Population.ALL not in populations.values() and Population.PUBLIC not in populations.values():
        said.append("Le fichier ne compte que le privé : les parts dans tous les emplois resteront manquantes.")
    elif Population.PRIVATE not in populations.values():
        said.append("Le fichier ne sépare pas le privé : les parts dans l’emploi privé resteront manquantes.")
    return Forms(populations, said)


def _label(code: str, labels: Mapping[str, str]) -> str:
    return labels.get(code) or ("" if labels else PUBLISHED.get(code, ""))
