"""The invented units and establishments, before they take the shape of the official files."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from essaim.directory.demo.numbers import siret
from essaim.directory.demo.places import FormerPlace, Place

# The stock file that the demonstration imitates: image of the end of the month before.
VINTAGE = "2026-10"
FILE_DATE = dt.date(2026, 9, 30)
HEADCOUNT_YEAR = 2024

_BANDS = (
    (10_000, "53"), (5_000, "52"), (2_000, "51"), (1_000, "42"), (500, "41"), (250, "32"), (200, "31"), (100, "22"),
    (50, "21"), (20, "12"), (10, "11"), (6, "03"), (3, "02"), (1, "01"), (0, "00"),
)  # fmt: skip


def band_of(jobs: int) -> str:
    """SIRENE's band of a headcount on 31 December (0 → « 00 »: employed in the year)."""
    return next(code for low, code in _BANDS if jobs >= low)


@dataclass(slots=True, eq=False)
class Unit:
    """A legal unit. `natural`: its name in natural case. The `jobs` of its places are what bands only approach."""

    siren: str
    legal: str
    naf: str
    name: str
    created: dt.date
    processed: dt.date
    kind: str = ""
    natural: str = ""
    acronym: str = ""
    sign: str = ""
    usual_names: tuple[str, ...] = ()
    rna: str = ""
    open: bool = True
    partial: bool = False
    natural_person: bool = False
    ess_flag: str = ""
    mission: bool = False
    state_since: dt.date | None = None
    establishments: list[Establishment] = field(default_factory=list)

    def band(self) -> tuple[str, str]:
        """(band, year) of the whole unit: from its establishments, « NN » when none is known as an employer."""
        known = [e for e in self.establishments if e.open and e.band not in ("", "NN")]
        if not known:
            return "NN", ""
        return band_of(sum(e.jobs for e in known)), max(e.year for e in known)

    @property
    def head_office(self) -> Establishment:
        """The establishment marked as seat."""
        return next(e for e in self.establishments if e.head_office)


@dataclass(slots=True, eq=False)
class Establishment:
    """One place of a unit. `official` and `gap` say how the official table would count it; they are in no file."""

    unit: Unit
    rank: int
    place: Place
    naf: str
    created: dt.date
    processed: dt.date
    head_office: bool = True
    open: bool = True
    state_since: dt.date | None = None
    band: str = "NN"
    year: str = ""
    employer: str = "N"
    jobs: int = 0
    official: bool = False
    gap: str = ""
    usual_name: str = ""
    sign: str = ""
    number: str = ""
    repetition: str = ""
    street_kind: str = ""
    street: str = ""
    complement: str = ""
    former: FormerPlace | None = None
    postcode: str = ""
    x: float = 0.0
    y: float = 0.0
    partial: bool = False
    located: bool = True
    predecessor: Establishment | None = None

    @property
    def siret(self) -> str:
        """SIREN and NIC."""
        return siret(self.unit.siren, self.rank)

    @property
    def counted_in_sirene(self) -> bool:
        """Whether a count made from SIRENE holds it: open, with a band that is not NN."""
        return self.open and self.unit.open and self.band not in ("", "NN")
