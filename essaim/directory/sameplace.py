"""Addresses as two hands write them: « 12 B AV DU GAL LECLERC » and « 12 bis avenue du Général-Leclerc »."""

from __future__ import annotations

from functools import lru_cache

from essaim.directory.models import Establishment, Structure
from essaim.foundation.search.text import plain_words

_SHORT = {
    "av": "avenue", "ave": "avenue", "bd": "boulevard", "bld": "boulevard", "bvd": "boulevard", "pl": "place",
    "r": "rue", "che": "chemin", "chem": "chemin", "imp": "impasse", "rte": "route", "all": "allee", "sq": "square",
    "fg": "faubourg", "fbg": "faubourg", "crs": "cours", "pass": "passage", "res": "residence", "ham": "hameau",
    "gal": "general", "gen": "general", "mal": "marechal", "cdt": "commandant", "col": "colonel", "dr": "docteur",
    "st": "saint", "ste": "sainte", "pdt": "president", "prof": "professeur", "bis": "b", "ter": "t",
}  # fmt: skip
_EMPTY = frozenset("de du des la le les l d et a au aux".split())


@lru_cache(maxsize=50_000)
def address_key(address: str) -> str:
    """The words of an address that tell a place, sorted; empty when they do not tell one (no word besides a number)."""
    words = [_SHORT.get(word, word) for word in plain_words(address).split()]
    telling = [word for word in words if word not in _EMPTY]
    return " ".join(sorted(telling)) if len([word for word in telling if not word.isdecimal()]) > 1 else ""


def doubled_places(source: Structure, target: Structure) -> list[tuple[Establishment, Establishment]]:
    """Places of `source` without SIRET that say again where `target` is, each with the one it doubles."""
    known = list(Establishment.objects.filter(structure=target, is_closed=False).order_by("-is_head_office", "pk"))
    found = []
    for place in Establishment.objects.filter(structure=source, siret=None).order_by("pk"):
        for other in known:
            same = address_key(place.address) == address_key(other.address)
            if other.commune_id == place.commune_id and (same or not place.address):
                found.append((place, other))
                break
    return found
