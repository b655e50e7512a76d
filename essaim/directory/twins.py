"""Pairs of sheets that are likely one structure, across the whole directory, in a time that grows with its size alone.

Two sheets are compared only when they share something rare: a number, a phone, a site, an address, or a word of their
names in one commune. What too many share (« comité », a house of associations) brings nobody together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations

from essaim.directory.contacts_import import telling_words
from essaim.directory.contacts_import.matching import SURE, likeness
from essaim.directory.likeness import SHARED_ADDRESS, phone_key, site_key
from essaim.directory.models import Card, Contact, Establishment, NotTwins
from essaim.directory.sameplace import address_key
from essaim.foundation.kept import Kept

CROWD = 30
"""Sheets that share one thing, above which it tells nothing."""
FEW = 8
"""The same for a phone, a site or a number: more is a switchboard or a federation."""
STEM = 5
"""First letters of a word by which names meet: endings and typing errors come after."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two sheets and why they are alike; `one` is the lower id."""

    one: int
    other: int
    why: tuple[str, ...]
    score: float


@dataclass
class _Sheet:
    """What one structure is compared by."""

    name: str
    communes: set[str] = field(default_factory=set)


def likely_pairs(scope: Collection[str]) -> list[Pair]:
    """The pairs of open sheets of these EPCI that nobody has told apart, the likeliest first; kept by the process."""
    apart = set(NotTwins.objects.order_by().values_list("one_id", "other_id"))
    return [pair for pair in _pairs.of(frozenset(scope)) if (pair.one, pair.other) not in apart]


def find_pairs(scope: frozenset[str]) -> list[Pair]:
    """The pairs of open sheets of these EPCI, the likeliest first: four queries, then blocks of a bounded size."""
    sheets: dict[int, _Sheet] = {}
    blocks: dict[Hashable, set[int]] = defaultdict(set)
    rows = Establishment.objects.filter(
        commune__epci_id__in=sorted(scope), is_closed=False, structure__is_closed=False,
        structure__merged_into__isnull=True,
    ).order_by("structure_id", "pk")  # fmt: skip
    for pk, name, rna, commune, address in rows.values_list(
        "structure_id", "structure__name", "structure__rna", "commune_id", "address"
    ):
        sheet = sheets.setdefault(pk, _Sheet(name))
        words = telling_words(name)
        blocks["nom", commune, " ".join(words)].add(pk)
        for word in set(words):
            if len(word) > 2:
                blocks["mot", commune, word[:STEM]].add(pk)
        sheet.communes.add(commune)
        told = address_key(address)
        if told:
            blocks["adresse", commune, told].add(pk)
        if rna:
            blocks["rna", rna].add(pk)
    _add_claimed(sheets, blocks)
    return _judged(sheets, blocks)


def _add_claimed(sheets: dict[int, _Sheet], blocks: dict[Hashable, set[int]]) -> None:
    """What the cards and the internal contacts say: names in use, phones, sites."""
    cards = Card.objects.filter(structure__merged_into__isnull=True).order_by("pk")
    for pk, name, phone, website in cards.values_list("structure_id", "name", "phone", "website"):
        if pk not in sheets:
            continue
        blocks["telephone", phone_key(phone)].add(pk)
        blocks["site", site_key(website)].add(pk)
        words = " ".join(telling_words(name))
        for commune in sheets[pk].communes:
            blocks["nom", commune, words].add(pk)
    for pk, phone in Contact.objects.exclude(phone="").order_by("pk").values_list("structure_id", "phone"):
        if pk in sheets:
            blocks["telephone", phone_key(phone)].add(pk)


def _judged(sheets: dict[int, _Sheet], blocks: dict[Hashable, set[int]]) -> list[Pair]:
    found: dict[tuple[int, int], dict[str, float]] = defaultdict(dict)
    for key, kind, one, other in _met(blocks):
        if not key:
            continue
        if kind == "rna":
            found[one, other]["même numéro RNA"] = 110.0
        elif kind == "telephone":
            found[one, other]["même téléphone"] = 90.0
        elif kind == "site":
            found[one, other]["même site web"] = 88.0
        elif kind == "nom":
            found[one, other]["même nom, même commune"] = 100.0
        elif kind == "adresse":
            score = likeness(sheets[one].name, sheets[other].name)
            if score >= SHARED_ADDRESS:
                found[one, other]["même adresse, nom proche"] = score
        elif "même nom, même commune" not in found.get((one, other), {}):
            score = likeness(sheets[one].name, sheets[other].name)
            if score >= SURE:
                found[one, other]["nom proche, même commune"] = score
    pairs = [
        Pair(one, other, tuple(sorted(why, key=lambda reason: (-why[reason], reason))), max(why.values()) + len(why))
        for (one, other), why in found.items()
    ]
    return sorted(pairs, key=lambda pair: (-pair.score, pair.one, pair.other))


_ORDER = {"rna": 0, "telephone": 1, "site": 2, "nom": 3, "adresse": 4, "mot": 5}


def _met(blocks: dict[Hashable, set[int]]) -> Iterator[tuple[str, str, int, int]]:
    """The pairs of each block that is no crowd, each pair once a kind."""
    done: set[tuple[str, int, int]] = set()
    ordered: Iterable[tuple[str, ...]] = sorted(blocks, key=lambda key: (_ORDER[key[0]], key))  # type: ignore[arg-type]
    for key in ordered:
        kind, held = key[0], blocks[key]
        if not 1 < len(held) <= (FEW if _ORDER[kind] < _ORDER["nom"] else CROWD):
            continue
        for one, other in combinations(sorted(held), 2):
            if (kind, one, other) not in done:
                done.add((kind, one, other))
                yield key[-1], kind, one, other


_pairs: Kept[frozenset[str], list[Pair]] = Kept(find_pairs)
