"""Draws names that sound right, each once."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from essaim.directory.demo.kinds import Kind
from essaim.directory.demo.places import Place, official_spelling
from essaim.directory.demo.words import ADJECTIVES, ARTS, CLUBS, LANDMARKS, NOUNS, with_a, with_de, with_de_commune

# Acronyms of real structures, or of public bodies, that initials may form by chance.
_REAL_ACRONYMS = frozenset(
    [
        "ADMR",
        "ANAH",
        "MAIF",
        "MACIF",
        "MAAF",
        "MATMUT",
        "SEI",
        "EVHA",
        "ADIE",
        "APF",
        "APEI",
        "UDAF",
        "UFCV",
        "MFR",
        "SPA",
        "CAF",
        "CPAM",
        "CCAS",
        "MSA",
        "AFP",
        "AFM",
        "ADAPEI",
        "ANPAA",
        "APAJH",
        "CAP",
        "CEA",
        "CIF",
        "CLIC",
        "CNAM",
        "CRESS",
        "CSC",
        "DLA",
        "FAP",
        "FCPE",
        "FDJ",
        "FFF",
        "FFR",
        "FNE",
        "FO",
        "FSU",
        "GMF",
        "LPO",
        "MGEN",
        "MJC",
        "PEP",
        "SNCF",
        "UNSA",
        "UFC",
        "UNEF",
        "USEP",
    ]
)
_SMALL = frozenset(["de", "du", "des", "d", "la", "le", "les", "l", "et", "à", "a", "en", "pour"])


class Names:
    """Names of one demonstration: never twice the same official spelling."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._taken: set[str] = set()

    def draw(self, kind: Kind, place: Place) -> str:
        """A name in natural case for a structure of this kind in this commune."""
        for attempt in range(12):
            name = self._fill(self._rng.choice(kind.names), place)
            if attempt >= 4:
                name = f"{name} {with_de_commune(place.name)}"
            if self._take(name):
                return name
        number = 2
        while not self._take(f"{name} n° {number}"):
            number += 1
        return f"{name} n° {number}"

    def first_free(self, brands: Sequence[str], place: Place) -> str:
        """The first of these names that nobody has yet, else the first one with the commune's name."""
        for name in brands:
            if self._take(name):
                return name
        name, number = f"{brands[0]} – {place.name}", 2
        while not self._take(name):
            name, number = f"{brands[0]} – {place.name} {number}", number + 1
        return name

    def _take(self, name: str) -> bool:
        spelling = official_spelling(name)
        if spelling in self._taken:
            return False
        self._taken.add(spelling)
        return True

    def _fill(self, pattern: str, place: Place) -> str:
        rng = self._rng
        landmark = rng.choice(LANDMARKS)
        noun, gender = rng.choice(NOUNS)
        adjective = rng.choice(ADJECTIVES)
        filled = pattern.format(
            de=with_de(landmark),
            a=with_a(landmark),
            lieu=landmark,
            n=f"{noun} {adjective[gender]}",
            dec=with_de_commune(place.name),
            club=rng.choice(CLUBS),
            art=rng.choice(ARTS),
        )
        return filled[0].upper() + filled[1:]


def acronym_of(rng: random.Random, name: str) -> str:
    """Initials of the words that matter, for a third of the names; empty when too short or somebody's."""
    words = [word for word in re.split(r"[\s’',–-]+", name) if word and word.lower() not in _SMALL]
    initials = official_spelling("".join(word[0] for word in words if word[0].isalpha()))
    if not 3 <= len(initials) <= 6 or initials in _REAL_ACRONYMS or rng.random() > 0.4:
        return ""
    return initials


def official_name(rng: random.Random, kind: Kind, name: str) -> str:
    """The denomination as SIRENE writes it: capitals, no accents, sometimes « ASSOCIATION » first, apostrophes lost."""
    text = re.sub(r"[«»,–]", " ", name)
    spelling = re.sub(r"\s+", " ", official_spelling(text)).strip()
    if rng.random() < 0.4:
        spelling = spelling.replace("'", " ")
    if kind.family.value == "association" and rng.random() < 0.22 and not spelling.startswith(("ASSOC", "AMICALE")):
        spelling = f"{rng.choice(('ASSOCIATION', 'ASS', 'ASSOC'))} {spelling}"
    return spelling
