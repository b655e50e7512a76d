"""Numbers that are nobody's: SIREN beginning with 999, SIRET with a right key, RNA of the département 00."""

from __future__ import annotations

from essaim.foundation.identifiers import fictitious_siren

# 99 900 and above are kept for the invented EPCI.
_UNITS = 99_900
# Prime with 99 900: consecutive units do not get consecutive numbers, and none comes back before all are used.
_STEP = 7_919


class Numbers:
    """Deals identifiers, each once. Raises ValueError past 99 900 units."""

    def __init__(self, seed: int) -> None:
        self._start = seed % _UNITS
        self._units = 0
        self._associations = 0

    def siren(self) -> str:
        """The next free SIREN."""
        if self._units >= _UNITS:
            raise ValueError("Plus de 99 900 unités inventées : les SIREN fictifs sont épuisés.")
        number = fictitious_siren((self._start + self._units * _STEP) % _UNITS)
        self._units += 1
        return number

    def rna(self) -> str:
        """The next free RNA number; no département is 00, so nobody has it."""
        self._associations += 1
        return f"W00{self._associations:07d}"


_DOUBLED = {str(digit): digit * 2 - 9 * (digit > 4) for digit in range(10)}


def siret(siren: str, rank: int) -> str:
    """The SIRET of the unit's establishment of this rank (1, 2…): four digits, then the key that makes it right."""
    head = f"{siren}{rank:04d}"
    total = sum(_DOUBLED[digit] for digit in head[::2]) + sum(map(int, head[1::2]))
    return head + str(-total % 10)
