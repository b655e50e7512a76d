"""What a figure is about: a commune, an EPCI, a département, a region, France, or some communes put together."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from essaim.observatory.enums import Level

COUNTRY_CODE = "FR"

_SHAPES: Mapping[Level, str] = {
    Level.COMMUNE: r"[0-9A-Z]{5}",
    Level.EPCI: r"[0-9]{9}",
    Level.DEPARTMENT: r"[0-9]{2,3}|2[AB]",
    Level.REGION: r"[0-9]{2}",
    Level.COUNTRY: COUNTRY_CODE,
}


def is_code(level: str, code: str) -> bool:
    """Whether a code has the shape of those of a level: asked before any database, which chokes on some signs."""
    return level in Level.values and re.fullmatch(_SHAPES[Level(level)], code) is not None


def parse_key(key: str) -> tuple[Level, str] | None:
    """Level and code of a key (« epci-200069854 »); None without a level or a code of its shape."""
    level, _, code = key.partition("-")
    return (Level(level), code) if is_code(level, code) else None


@dataclass(frozen=True, slots=True)
class Territory:
    """One territory. `members`: codes of the communes that it is the sum of, when no source knows it as such."""

    level: Level
    code: str
    name: str
    fictitious: bool = False
    members: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """How an address names it: « epci-200069854 »."""
        return f"{self.level.value}-{self.code}"

    @property
    def parts(self) -> tuple[tuple[Level, str], ...]:
        """The territories whose cells make it: itself, or its members."""
        if self.members:
            return tuple((Level.COMMUNE, code) for code in self.members)
        return ((self.level, self.code),)


FRANCE = Territory(Level.COUNTRY, COUNTRY_CODE, "France")
