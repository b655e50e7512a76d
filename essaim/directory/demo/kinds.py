"""What invented structures do: activity, legal form, names that sound right, size, and the « moment » they stand for.

A kind with a `moment` (an hour of « l'ESS au fil des heures ») is placed so that every commune has one within reach.
Slots of a name: {de} « de la Borderie », {a} « à la Borderie », {lieu}, {n} « Le Merle bavard »,
{dec} « de Lusignan », {club}, {art}.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib.resources import files

from essaim.nomenclature.perimeter import Family


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of structure.

    `employers` and `idle`: weights among the employers of its family and sector, and among the units without
    employees. `size`: mean headcount relative to its sector. `group`: most establishments that one unit holds.
    """

    key: str
    family: Family
    legal: str
    naf: str
    names: tuple[str, ...]
    employers: float = 0.0
    idle: float = 0.0
    size: float = 1.0
    group: int = 1
    moment: str = ""
    siae: str = ""


def sector_of(naf: str) -> str:
    """The sector of the CRESS/INSEE typology for communautés urbaines (NAF rev. 2 → one of twelve keys)."""
    exact = {
        "88.10A": "aide_domicile",
        "88.10C": "aide_travail",
        "88.91A": "petite_enfance",
        "94.99Z": "non_classes",
    }
    division = int(naf[:2])
    if naf in exact:
        return exact[naf]
    if division <= 43:
        return "production"
    by_division = {
        85: "enseignement",
        86: "sante",
        87: "hebergement",
        88: "action_sociale",
        90: "arts",
        91: "arts",
        92: "arts",
        93: "sport_loisirs",
    }
    if 64 <= division <= 66:
        return "finance"
    return by_division.get(division, "services")


def _read() -> tuple[Kind, ...]:
    text = (files("essaim.directory.demo") / "data" / "kinds.csv").read_text(encoding="utf-8")
    return tuple(
        Kind(
            key=row["key"],
            family=Family(row["family"]),
            legal=row["legal"],
            naf=row["naf"],
            names=tuple(row["names"].split("|")),
            employers=float(row["employers"]),
            idle=float(row["idle"]),
            size=float(row["size"]),
            group=int(row["group"]),
            moment=row["moment"],
            siae=row["siae"],
        )
        for row in csv.DictReader(text.splitlines())
    )


KINDS = _read()
BY_KEY: dict[str, Kind] = {kind.key: kind for kind in KINDS}

# The moments of « l'ESS au fil des heures » and the kinds that embody each; every commune has one of each kind near.
MOMENTS: dict[str, str] = {kind.key: kind.moment for kind in KINDS if kind.moment}
