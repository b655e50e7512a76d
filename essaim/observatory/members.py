"""Which communes make which territory, by the loaded geographic code (COG): what every national source is cut by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from essaim.foundation.territories import current_scope
from essaim.geography.models import Commune, Epci, FormerCommune, FormerKind
from essaim.geography.queries import commune_resolver
from essaim.nomenclature.departments import department_of, departments, regions
from essaim.observatory.enums import Level
from essaim.observatory.territory import COUNTRY_CODE

Key = tuple[str, str]
"""Level and code."""


class Above(NamedTuple):
    """Where a commune stands; « » where it stands in none (an island without EPCI, an invented commune)."""

    epci: str
    department: str
    region: str
    fictitious: bool


@dataclass(frozen=True)
class Members:
    """The communes of today and what each belongs to.

    `today`: any code, old or of today → the code of today. `districts`: Paris, Lyon, Marseille → the codes of their
    districts. `shown`: communes whose own figures are kept (those of the EPCI served, and the invented ones). Invented
    communes make their invented EPCI, never a département, a region nor France.
    """

    communes: Mapping[str, Above]
    today: Mapping[str, str]
    districts: Mapping[str, frozenset[str]]
    shown: frozenset[str]
    epci: frozenset[str]

    def keys_of(self, commune: str) -> Iterator[Key]:
        """Every territory whose figures a commune of today is part of, itself when it is shown."""
        above = self.communes[commune]
        if commune in self.shown:
            yield Level.COMMUNE, commune
        if above.epci:
            yield Level.EPCI, above.epci
        if above.department:
            yield Level.DEPARTMENT, above.department
            yield Level.REGION, above.region
            yield Level.COUNTRY, COUNTRY_CODE

    def knows(self, key: Key) -> bool:
        """Whether this EPCI, département, region or country exists today."""
        level, code = key
        if level == Level.EPCI:
            return code in self.epci
        if level == Level.DEPARTMENT:
            return code in departments()
        if level == Level.REGION:
            return code in regions()
        return key == (Level.COUNTRY, COUNTRY_CODE)

    @cached_property
    def parts(self) -> Mapping[Key, tuple[str, ...]]:
        """The communes of today of every EPCI, département, region, and of France."""
        found: dict[Key, list[str]] = defaultdict(list)
        for commune in self.communes:
            for key in self.keys_of(commune):
                if key[0] != Level.COMMUNE:
                    found[key].append(commune)
        return {key: tuple(codes) for key, codes in found.items()}

    def territories(self) -> list[Key]:
        """Every territory that a national source must know: shown communes, EPCI, départements, regions, France."""
        return [
            *((Level.COMMUNE.value, code) for code in sorted(self.shown)),
            *((Level.EPCI.value, code) for code in sorted(self.epci)),
            *((Level.DEPARTMENT.value, code) for code in departments()),
            *((Level.REGION.value, code) for code in regions()),
            (Level.COUNTRY.value, COUNTRY_CODE),
        ]


def loaded_members() -> Members:
    """Read the loaded COG: five queries, some 36 000 communes. Ask once a run."""
    served = current_scope()
    communes: dict[str, Above] = {}
    shown: set[str] = set()
    for code, epci, fictitious in Commune.objects.values_list("code", "epci_id", "fictitious"):
        department = None if fictitious else department_of(code)
        communes[code] = Above(
            epci or "", department.code if department else "", department.region_code if department else "", fictitious
        )
        if fictitious or epci in served:
            shown.add(code)
    districts: dict[str, set[str]] = defaultdict(set)
    for code, commune in FormerCommune.objects.filter(kind=FormerKind.DISTRICT).values_list("code", "commune_id"):
        districts[commune].add(code)
    return Members(
        communes,
        commune_resolver(),
        {city: frozenset(codes) for city, codes in districts.items()},
        frozenset(shown),
        frozenset(Epci.objects.values_list("siren", flat=True)),
    )
