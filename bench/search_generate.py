"""Invented structures for bench/search.py: names, activities, communes and proportions of the real directory.

Deterministic. 35 000 communes; half of the names begin with a word that thousands share, the rest follow Zipf's law
over a vocabulary of real words (those of the activities) and invented ones. Nothing in it is real.
"""

import random
from collections.abc import Iterator
from itertools import accumulate

from essaim.directory.search.documents import _activity_words, naf_prefixes
from essaim.foundation.search import Document
from essaim.nomenclature.legal import legal_label
from essaim.nomenclature.naf import all_naf, naf
from essaim.nomenclature.perimeter import Family

COMMUNES = 35_000
HEADS = (
    ("ASSOCIATION", 22), ("AMICALE", 7), ("COMITE DES FETES", 6), ("CLUB", 6), ("ASSOCIATION SPORTIVE", 6),
    ("ASSOCIATION DES PARENTS D'ELEVES", 4), ("LES AMIS", 4), ("FOYER RURAL", 2), ("SOCIETE DE CHASSE", 3),
    ("ACCA", 2), ("COMPAGNIE", 3), ("ECOLE DE MUSIQUE", 1), ("GROUPEMENT", 1), ("COLLECTIF", 2), ("CHORALE", 1),
    ("EPICERIE SOLIDAIRE", 1), ("LA RESSOURCERIE", 1), ("L'ATELIER", 2), ("VELO", 1), ("LES JARDINS", 1),
    ("UNION", 3), ("CENTRE", 2), ("", 19),
)  # fmt: skip
# Activity, family, sub-family, legal category and share (per thousand) among the structures of the ESS.
KINDS = (
    ("94.99Z", "association", "declared", "9220", 420), ("93.12Z", "association", "declared", "9220", 150),
    ("90.01Z", "association", "declared", "9220", 60), ("88.99B", "association", "declared", "9220", 50),
    ("85.52Z", "association", "declared", "9220", 25), ("93.29Z", "association", "declared", "9220", 30),
    ("94.91Z", "association", "declared", "9220", 20), ("88.10A", "association", "declared", "9220", 15),
    ("88.91A", "association", "declared", "9220", 12), ("85.59A", "association", "declared", "9220", 25),
    ("47.79Z", "association", "declared", "9220", 8), ("47.11B", "association", "declared", "9220", 3),
    ("95.29Z", "association", "declared", "9220", 5), ("01.61Z", "cooperative", "farming", "6317", 12),
    ("64.19Z", "cooperative", "bank", "5195", 10), ("43.21A", "cooperative", "scop", "5458", 6),
    ("62.01Z", "cooperative", "scop", "5458", 3), ("65.12Z", "mutual", "health_mutual", "8210", 6),
    ("94.99Z", "foundation", "foundation", "9300", 3), ("70.22Z", "company", "", "5710", 7),
)  # fmt: skip
OTHERS = 0.13
"""Share of associations with any other of the 732 activities."""
LABELS = ("ACI", "EI", "AI", "ETTI", "ESUS", "EA", "ESAT", "GEIQ")
SYLLABLES = [consonant + vowel for consonant in "bcdfglmnprstv" for vowel in "aeio"]
Town = tuple[str, str, str, bool, float, float]


def communes(chance: random.Random) -> list[Town]:
    """Code, name, EPCI, urban, latitude and longitude; the hundredth is Poitiers, for the mix of queries."""
    towns: list[Town] = []
    for number in range(COMMUNES):
        name = "".join(chance.choices(SYLLABLES, k=chance.randint(2, 4))).capitalize()
        before, after = chance.choice(("Saint-", "La ", "", "")), chance.choice(("", "", "-sur-Clain", "-le-Vieux"))
        name = "Poitiers" if number == 100 else before + name + after
        place = (chance.uniform(42.5, 51), chance.uniform(-4.5, 8))
        towns.append((f"{number:05d}", name, f"99{number // 28:07d}", number % 5 == 0, *place))
    return towns


def vocabulary(chance: random.Random) -> tuple[list[str], list[float]]:
    """Words, the commonest first, and their cumulated weights (Zipf)."""
    real = sorted({word for sub in all_naf() for phrase in sub.words for word in phrase.split() if len(word) > 3})
    chance.shuffle(real)
    invented = ["".join(chance.choices(SYLLABLES, k=chance.randint(2, 5))) for _ in range(120_000)]
    words = [word for pair in zip(real, invented, strict=False) for word in pair] + invented[len(real) :]
    return words, list(accumulate(1 / (rank + 8) for rank in range(len(words))))


def documents(size: int, seed: int = 86) -> Iterator[Document]:
    """`size` documents, the same for the same seed: one EPCI of 40 communes up to 50 000, the country beyond."""
    chance = random.Random(seed)
    towns = communes(chance)
    towns = towns if size > 50_000 else towns[100:140]
    words, weights = vocabulary(chance)
    heads, shares = zip(*HEADS, strict=True)
    others = [(sub.code, "association", "declared", "9220") for sub in all_naf()]
    kinds, kind_shares = [kind[:4] for kind in KINDS], [kind[4] for kind in KINDS]
    for number in range(1, size + 1):
        kind = chance.choice(others) if chance.random() < OTHERS else chance.choices(kinds, kind_shares)[0]
        # Big towns hold most: the cube bends a uniform draw.
        town = towns[int(chance.random() ** 3 * len(towns))]
        pieces = [chance.choices(heads, shares)[0], *chance.choices(words, cum_weights=weights, k=chance.randint(1, 3))]
        name = " ".join([*pieces, town[1] if chance.random() < 0.3 else ""]).strip()
        yield _document(number, name, kind, town, chance)


def _document(number: int, name: str, kind: tuple[str, ...], town: Town, chance: random.Random) -> Document:
    activity, family, sub_family, legal = kind
    code, town_name, epci, urban, latitude, longitude = town
    closed, employer, old = chance.random() < 0.2, chance.random() < 0.12, chance.random() < 0.25
    asleep = old and not employer and not closed
    labels = [chance.choice(LABELS)] if chance.random() < 0.012 else []
    confirmed = chance.random() < 0.02
    initials = "".join(word[0] for word in name.split())
    awake_rank = 50 - 20 * employer - 10 * bool(labels) - 12 * confirmed
    known = naf(activity)
    return Document(
        id=number,
        names=[name.upper(), initials.upper()] if chance.random() < 0.2 else [name.upper()],
        texts=[_activity_words(activity), Family(family).label, legal_label(legal) or "", town_name, f"{code[:3]}00"],
        codes=[f"999{number:06d}", f"999{number:06d}00014"],
        facets={
            "family": [family],
            "sub_family": [sub_family] if sub_family else [],
            "urban": ["urbain" if urban else "rural"],
            "activity": [known.group_key] if known else [],
            "employer": ["oui" if employer else "non"],
            "label": labels,
            "state": ["fermee" if closed else "ouverte"],
            "confirmed": ["oui" if confirmed else "non"],
            "commune": [code],
            "naf": naf_prefixes(activity),
            "epci": [epci],
        },
        rank=95 if closed else 90 if asleep else awake_rank,
        back=closed or asleep,
        points=[(latitude + chance.gauss(0, 0.02), longitude + chance.gauss(0, 0.02))] if chance.random() < 0.9 else [],
    )
