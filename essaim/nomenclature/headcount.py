"""Headcount bands of SIRENE (« tranches d'effectifs salariés »)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from essaim.nomenclature.tables import read_rows


@dataclass(frozen=True, slots=True)
class HeadcountBand:
    """One band. Bounds are employees, both included; None where the band has no bound (NN, and the top of 53)."""

    code: str
    label: str
    low: int | None
    high: int | None
    geometric_mean: float | None
    employer: bool


@lru_cache(maxsize=1)
def all_bands() -> tuple[HeadcountBand, ...]:
    """Every band, from NN to 53."""
    columns = ("version", "code", "label", "low", "high", "geometric_mean", "employer", "source")
    return tuple(
        HeadcountBand(
            row["code"],
            row["label"],
            int(row["low"]) if row["low"] else None,
            int(row["high"]) if row["high"] else None,
            float(row["geometric_mean"]) if row["geometric_mean"] else None,
            row["employer"] == "yes",
        )
        for row in read_rows("headcount_bands.csv", columns)
    )


@lru_cache(maxsize=1)
def _by_code() -> Mapping[str, HeadcountBand]:
    return MappingProxyType({band.code: band for band in all_bands()})


def band(code: str | None) -> HeadcountBand | None:
    """The band of a code, or None when the code is absent or unknown."""
    return _by_code().get((code or "").strip())


def is_employer_band(code: str | None) -> bool:
    """Whether the band says that the unit employed somebody in the reference year.

    Band 00 does (nobody on 31 December, but somebody during the year); NN, absent and unknown codes do not.
    """
    found = band(code)
    return found is not None and found.employer
