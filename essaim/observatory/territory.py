"""What a figure is about: a commune, an EPCI, a département, a region, France, or some communes put together."""

from __future__ import annotations

from dataclasses import dataclass

from essaim.observatory.enums import Level

COUNTRY_CODE = "FR"


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
