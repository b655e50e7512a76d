"""Vocabulary of the invented names, read from `data/words.toml`, and the French small words that join them."""

from __future__ import annotations

import tomllib
from importlib.resources import files

_WORDS: dict[str, list[str]] = tomllib.loads(
    (files("essaim.directory.demo") / "data" / "words.toml").read_text(encoding="utf-8")
)


def _pairs(items: list[str], separator: str) -> tuple[tuple[str, str], ...]:
    return tuple((left, right) for left, _, right in (item.partition(separator) for item in items))


STREETS = _pairs(_WORDS["streets"], " ")
# The sung ones, then a third of the combinations of a ground and its guests, spread over both lists.
LANDMARKS: tuple[str, ...] = tuple(
    dict.fromkeys(
        _WORDS["landmarks"]
        + [
            f"{ground} {guest}"
            for i, ground in enumerate(_WORDS["grounds"])
            for j, guest in enumerate(_WORDS["guests"])
            if (i * 7 + j * 5) % 3 == 0
        ]
    )
)
# (noun with its article, 0 masculine or 1 feminine) and (masculine, feminine) adjectives.
NOUNS: tuple[tuple[str, int], ...] = tuple(
    (noun, rank) for rank, gender in enumerate(("masculine", "feminine")) for noun in _WORDS[gender]
)
ADJECTIVES = _pairs(_WORDS["adjectives"], "/")
CLUBS = tuple(_WORDS["clubs"])
ARTS = tuple(_WORDS["arts"])
BANKS = tuple(_WORDS["banks"])
INSURERS = tuple(_WORDS["insurers"])
HEALTH_MUTUALS = tuple(_WORDS["health_mutuals"])


def with_de(name: str) -> str:
    """« La Borderie » → « de la Borderie », « Le Pré » → « du Pré », « Les Ormes » → « des Ormes »."""
    for article, joined in (("Le ", "du "), ("Les ", "des "), ("La ", "de la "), ("L’", "de l’")):
        if name.startswith(article):
            return joined + name[len(article) :]
    return ("d’" if name[0] in "AEÉÈÊIOUYH" else "de ") + name


def with_a(name: str) -> str:
    """« La Borderie » → « à la Borderie », « Le Pré » → « au Pré », « Les Ormes » → « aux Ormes »."""
    for article, joined in (("Le ", "au "), ("Les ", "aux "), ("La ", "à la "), ("L’", "à l’")):
        if name.startswith(article):
            return joined + name[len(article) :]
    return f"à {name}"


def with_de_commune(name: str) -> str:
    """A commune keeps its feminine article's capital: « de La Puye », « du Vigeant », « d’Orvaise-sur-Lanne »."""
    if name.startswith("La "):
        return f"de {name}"
    return with_de(name)
