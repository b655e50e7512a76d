"""Names as people read them: the claimed one, else the official one brought down from its capitals."""

from __future__ import annotations

from functools import lru_cache

from essaim.directory.models import Structure

_LOW = frozenset("de du des la le les et à a au aux en sur pour par un une dans sous d l".split())
_HIGH = frozenset(
    "SCOP SCIC SARL SAS SA ESAT EHPAD CUMA AMAP MJC GEIQ CAE ESS OGEC FC US AS ASPTT SESSAD IME CSC CPIE SEL".split()
)
_ELISIONS = frozenset("d l qu s n j m t c".split())
_VOWELS = frozenset("AEIOUYÀÂÉÈÊËÎÏÔÙÛŒ")
_EDGES = "()«»\"',.:;"


def shown_name(structure: Structure) -> str:
    """The name of a page: the one the structure uses (its card), else its official name made readable."""
    card = getattr(structure, "card", None)
    return (card.name if card else "") or readable(structure.name)


def other_names(structure: Structure) -> list[str]:
    """The names it also bears, made readable: those in use, its title at the RNA."""
    known = {shown_name(structure).casefold(), structure.name.casefold()}
    aliases = dict.fromkeys([*structure.usual_names, structure.rna_title])
    return [readable(name) for name in aliases if name and name.casefold() not in known]


@lru_cache(maxsize=20_000)
def readable(name: str) -> str:
    """An official name in capitals, in title case with its little words low; other names are left as they are.

    >>> readable("LES PANIERS DE LA BOIVRE")
    'Les Paniers de la Boivre'
    >>> readable("CUMA DE L'AUXANCE")
    'CUMA de l’Auxance'
    """
    if not name.isupper():
        return name
    return " ".join(_word(word, first=position == 0) for position, word in enumerate(name.split()))


def _word(word: str, *, first: bool) -> str:
    bare = word.strip(_EDGES)
    if bare in _HIGH or (1 < len(bare) <= 3 and bare.isalpha() and not _VOWELS & set(bare)):
        return word
    lowered = word.lower().replace("'", "’")
    if lowered in _LOW and not first:
        return lowered
    head, apostrophe, tail = lowered.partition("’")
    if apostrophe and head in _ELISIONS:
        return f"{head.capitalize() if first else head}’{_capital(tail)}"
    return _capital(lowered)


def _capital(word: str) -> str:
    """Capitalise each part of a hyphenated word, little words but the first left low; brackets are stepped over."""
    parts = word.split("-")
    return "-".join(part if place and part in _LOW else _first_letter_up(part) for place, part in enumerate(parts))


def _first_letter_up(text: str) -> str:
    for position, letter in enumerate(text):
        if letter.isalnum():
            return text[:position] + letter.upper() + text[position + 1 :]
    return text
