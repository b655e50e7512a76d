"""The nouns of a synchronisation: what the official files want the directory to hold. No database here."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any


class ProblemCode(StrEnum):
    """What a row of the official files may have wrong; each is counted, and the first ones are named."""

    UNKNOWN_COMMUNE = "unknown_commune"
    OUT_OF_TERRITORY = "out_of_territory"
    DUPLICATE_SIRET = "duplicate_siret"
    INVALID_SIRET = "invalid_siret"
    POSITION_ZERO = "position_zero"
    POSITION_OUTSIDE = "position_outside"
    POSITION_UNREADABLE = "position_unreadable"
    RNA_TAKEN = "rna_taken"

    @property
    def label(self) -> str:
        """What is wrong, and what was done of the row, in French."""
        return _PROBLEMS[self]


_PROBLEMS = {
    ProblemCode.UNKNOWN_COMMUNE: "commune inconnue du code géographique : ligne laissée de côté",
    ProblemCode.OUT_OF_TERRITORY: "commune hors du territoire demandé : ligne laissée de côté",
    ProblemCode.DUPLICATE_SIRET: "SIRET en double : la ligne la plus récente est gardée",
    ProblemCode.INVALID_SIRET: "clé du SIRET fausse : établissement gardé et signalé",
    ProblemCode.POSITION_ZERO: "point à 0,0 : établissement gardé sans point",
    ProblemCode.POSITION_OUTSIDE: "point hors du territoire : établissement gardé sans point",
    ProblemCode.POSITION_UNREADABLE: "coordonnées illisibles : établissement gardé sans point",
    ProblemCode.RNA_TAKEN: "numéro RNA porté par plusieurs unités légales : chacune garde sa fiche",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong on one row. `reference` is the SIRET, else the RNA number, else a commune code."""

    code: ProblemCode
    reference: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class WantedCriterion:
    """Why the structure is ESS, as the files say it."""

    code: str
    source: str
    reference: str
    as_of: str


@dataclass(frozen=True, slots=True)
class WantedLabel:
    """A label of the structure (`siret` empty) or of one establishment."""

    siret: str
    kind: str
    source: str
    as_of: str
    valid_from: date | None
    valid_until: date | None


@dataclass(slots=True)
class WantedEstablishment:
    """`columns` are the official columns of `Establishment`, by name, foreign keys as `commune_id`."""

    siret: str | None
    columns: dict[str, Any]


@dataclass(slots=True)
class WantedStructure:
    """`columns` are the official columns of `Structure`, by name; a column that is absent is left as it is."""

    siren: str | None
    rna: str | None
    columns: dict[str, Any]
    establishments: list[WantedEstablishment] = field(default_factory=list)
    criteria: dict[str, WantedCriterion] = field(default_factory=dict)
    labels: dict[tuple[str, str, str], WantedLabel] = field(default_factory=dict)

    @property
    def from_sirene(self) -> bool:
        """Whether SIRENE knows it (otherwise the RNA alone)."""
        return self.siren is not None


@dataclass(slots=True)
class Snapshot:
    """What the official files say of one territory, ready to be compared."""

    territory: str
    territory_name: str
    communes: frozenset[str]
    vintage: str
    perimeter_version: str
    fictitious: bool
    has_rna: bool
    structures: list[WantedStructure]
    problems: list[Problem]
    rows: int
    centres: dict[str, tuple[float, float]] = field(default_factory=dict)
    """Commune code → (latitude, longitude): medians of this file that are to be written."""
    without_centre: list[str] = field(default_factory=list)
    """Names of the communes that still have no centre."""
