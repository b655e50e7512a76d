"""The sectors in which the CRESS network and INSEE tell the ESS: two typologies of the NAF, one details the other.

Typology 1 (communautés de communes) has eight sectors; typology 2 (agglomérations, communautés urbaines, métropoles)
details social action in five and parts arts from sport. Both hold in one tree: a leaf belongs to its parent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from essaim.nomenclature.tables import read_rows

REST = "services"
"""The sector of every activity that no other one names."""


@dataclass(frozen=True, slots=True)
class Sector:
    """One sector. ``naf``: beginnings of NAF rev. 2 codes with their dot (« 64 », « 88.10A »); ``parent``: a key."""

    key: str
    parent: str
    label: str
    naf: tuple[str, ...]


@lru_cache(maxsize=1)
def sectors() -> Mapping[str, Sector]:
    """Every sector by its key, in the order in which tables show them."""
    rows = read_rows("ess_sectors.csv", ("key", "parent", "label", "naf", "source"))
    return MappingProxyType(
        {
            row["key"]: Sector(
                row["key"], row["parent"], row["label"], tuple(part for part in row["naf"].split("|") if part)
            )
            for row in rows
        }
    )


@lru_cache(maxsize=1)
def leaves() -> tuple[str, ...]:
    """The keys of the sectors that no other one details: each activity has exactly one."""
    parents = {sector.parent for sector in sectors().values()}
    return tuple(key for key in sectors() if key not in parents)


def leaves_of(key: str) -> tuple[str, ...]:
    """The leaves of a sector: itself when nothing details it. An unknown key raises KeyError."""
    children = tuple(child for child in leaves() if sectors()[child].parent == key)
    return children or (sectors()[key].key,)


def main_sectors() -> tuple[Sector, ...]:
    """The eight sectors of typology 1, common to every territory."""
    return tuple(sector for sector in sectors().values() if not sector.parent)


def sector_of(naf: str | None) -> str:
    """The leaf of a NAF rev. 2 code (« 88.10A »); the longest beginning wins, nothing known is `REST`."""
    code = naf or ""
    found = max(
        ((prefix, key) for key in leaves() for prefix in sectors()[key].naf if code.startswith(prefix)),
        key=lambda pair: len(pair[0]),
        default=("", REST),
    )
    return found[1]
