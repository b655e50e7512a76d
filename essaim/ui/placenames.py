"""The name of a place inside a French sentence: « d’Angers », « du Mans », « de la Communauté de communes du Cap ».

A site serves any territory of France, under a name its team typed: no sentence writes « de » and a name by itself.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_VOWELS = "aeiouœæ"
# No list says which h is mute: usage elides before e, i and y (Hénin, Hyères), not before a, o, u (Haguenau, Houilles).
# The best known names that do otherwise, without accents, by the beginning of their first word.
_MUTE = ("halluin", "harfleur", "hasparren", "haubourdin", "hautmont", "hazebrouck", "hopital", "hossegor", "huez")
_ASPIRATED = ("hem", "hettange", "hirsingue")
# y is a vowel before a consonant (Yvetot) and, by usage, at the head of these.
_SUNG_Y = ("yerres", "yevre", "yonne")
# Common nouns that open the names of authorities and want their article.
_FEMININE = ("cc", "ca", "cu", "communaute", "metropole", "collectivite", "vallee", "ville")
_FEMININE_ELIDED = ("agglomeration", "agglo", "eurometropole", "intercommunalite")
_MASCULINE_ELIDED = ("etablissement",)
_MASCULINE = ("pays", "territoire", "syndicat", "departement")


def elides(text: str) -> bool:
    """Whether « de » becomes « d’ » before that word."""
    plain = _plain(text)
    first, second = plain[:1], plain[1:2]
    word = plain.replace("-", " ").partition(" ")[0]
    if first == "h":
        return word.startswith(_MUTE) or (second in set("eiy") and word not in _ASPIRATED)
    if first == "y":
        return word.startswith(_SUNG_Y) or second not in _VOWELS
    return first != "" and first in _VOWELS


def elided(word: str, text: str) -> str:
    """`elided("de", "Amiens")` → « d’Amiens », `elided("que", "elle")` → « qu’elle »."""
    return f"{word[:-1]}’{text}" if elides(text) else f"{word} {text}"


@lru_cache(maxsize=256)
def parts(name: str) -> tuple[str, str]:
    """The article that contracts, with its space (« le », « les », « la », « l’ » or none), and what follows it.

    « Le Mans » → (« le », « Mans »), « Pays de Dreux » → (« le », « Pays de Dreux »), « La Rochelle » → (none, the
    whole): the article of a town keeps its capital and stays, unless it is one that de and à swallow.
    """
    name = " ".join(name.split())
    head, _, rest = name.partition(" ")
    bare = _plain(name).replace("'", "’")
    for article in ("le", "la", "les"):
        if rest and _plain(head) == article and (article != "la" or _noun(rest)):
            return f"{article} ", rest
    if bare.startswith("l’") and _noun(name[2:]):
        return "l’", name[2:]
    return _noun(name), name


def the_name(name: str) -> str:
    """Subject or object: « Grand Poitiers », « Le Mans », « la Communauté de communes du Cap »."""
    article, rest = parts(name)
    return f"{article}{rest}" if _noun(rest) else " ".join(name.split())


def of_name(name: str) -> str:
    """« de Grand Poitiers », « d’Angers », « du Mans », « de La Rochelle », « de la Communauté de communes du Cap ».

    Nothing gives nothing.
    """
    article, rest = parts(name)
    if not rest:
        return ""
    contracted = {"le ": "du ", "les ": "des "}.get(article)
    if contracted:
        return contracted + rest
    return f"de {article}{rest}" if article else elided("de", rest)


def at_name(name: str) -> str:
    """« à Grand Poitiers », « au Mans », « aux Herbiers », « dans la Communauté de communes du Cap »."""
    article, rest = parts(name)
    if not rest:
        return ""
    if _noun(rest):
        return f"dans {article}{rest}"
    return {"le ": "au ", "les ": "aux "}.get(article, f"à {article}") + rest


def _noun(name: str) -> str:
    """The article of the common noun that a name begins with, with its space; empty when it begins with none."""
    head, _, rest = _plain(name).partition(" ")
    if not rest:
        return ""
    if head in _FEMININE:
        return "la "
    if head in _MASCULINE:
        return "le "
    return "l’" if head in _FEMININE_ELIDED + _MASCULINE_ELIDED else ""


def _plain(text: str) -> str:
    """Small letters without accents."""
    spread = unicodedata.normalize("NFD", text.strip().lower())
    return "".join(letter for letter in spread if not unicodedata.combining(letter))
