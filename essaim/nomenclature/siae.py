"""Kinds of structures for work integration and for disabled workers, as the « marché de l'inclusion » codes them.

In law only EI, AI, ACI and ETTI are « structures d'insertion par l'activité économique » (code du travail, L. 5132-4).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from essaim.nomenclature.tables import read_rows


@dataclass(frozen=True, slots=True)
class SiaeKind:
    """One kind. ``field`` is « insertion » or « handicap »; ``plain`` is one sentence for a resident."""

    code: str
    label: str
    plain: str
    field: str
    is_siae: bool
    esus_by_right: bool


@lru_cache(maxsize=1)
def all_siae_kinds() -> tuple[SiaeKind, ...]:
    """Every kind, the insertion ones first."""
    columns = ("version", "code", "label", "plain", "field", "is_siae", "esus_by_right", "source")
    return tuple(
        SiaeKind(
            row["code"],
            row["label"],
            row["plain"],
            row["field"],
            row["is_siae"] == "yes",
            row["esus_by_right"] == "yes",
        )
        for row in read_rows("siae_kinds.csv", columns)
    )


@lru_cache(maxsize=1)
def _by_code() -> Mapping[str, SiaeKind]:
    return MappingProxyType({kind.code: kind for kind in all_siae_kinds()})


def siae_kind(code: str | None) -> SiaeKind | None:
    """The kind of a code, whatever its case, or None when the code is absent or unknown."""
    return _by_code().get((code or "").strip().upper())
