"""For whom a structure works, read from its activity and its labels until it says so itself.

An activity can serve several publics, most serve none in particular: a structure without one is « pour toutes et
tous ».
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from essaim.nomenclature.tables import read_rows


@dataclass(frozen=True, slots=True)
class Public:
    """One public. ``naf`` holds sub-classes (« 88.91A »), ``label_kinds`` the labels that imply it (« ACI »)."""

    key: str
    label: str
    naf: frozenset[str]
    label_kinds: frozenset[str]


@lru_cache(maxsize=1)
def all_publics() -> tuple[Public, ...]:
    """Every public, the most particular ones first."""
    columns = ("version", "key", "label", "naf_prefixes", "label_kinds", "source")
    return tuple(
        Public(
            row["key"],
            row["label"],
            frozenset(row["naf_prefixes"].split()),
            frozenset(row["label_kinds"].split()),
        )
        for row in read_rows("publics.csv", columns)
    )


def publics_of(naf: str, label_kinds: Collection[str] = ()) -> tuple[Public, ...]:
    """The publics of an activity (« 88.91A ») and of labels, in the order of the list; none for an unknown activity."""
    return tuple(
        public for public in all_publics() if naf in public.naf or not public.label_kinds.isdisjoint(label_kinds)
    )
