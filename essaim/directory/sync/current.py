"""What the directory holds today of one territory and of the structures that the files name. Reads only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

from essaim.directory.models import Criterion, Establishment, FormerKey, Label, Structure
from essaim.directory.sync.shapes import Snapshot
from essaim.foundation.chunks import chunks
from essaim.nomenclature.perimeter import CriterionCode

STRUCTURE_COLUMNS = (
    "siren", "rna", "code", "name", "acronym", "usual_names", "rna_title", "purpose", "family", "sub_family",
    "legal_category", "naf", "naf25", "headcount_band", "headcount_year", "is_employer", "mission_company",
    "diffusion", "created_on", "closed_on", "is_closed", "last_processed_on", "vintage", "source", "fictitious",
    "missing_since",
)  # fmt: skip
ESTABLISHMENT_COLUMNS = (
    "siret", "siret_valid", "is_head_office", "usual_name", "signs", "commune_id", "official_commune_code",
    "address", "postcode", "latitude", "longitude", "position_quality", "position_source", "naf", "naf25",
    "headcount_band", "headcount_year", "is_employer", "diffusion", "opened_on", "closed_on", "is_closed",
    "successor_siret", "succession_on", "last_processed_on", "missing_since",
)  # fmt: skip

Values = dict[str, Any]


@dataclass(slots=True)
class Current:
    """Rows of the database as dictionaries, each with `id`; establishments also with `structure_id`."""

    structures: dict[int, Values] = field(default_factory=dict)
    establishments: dict[int, Values] = field(default_factory=dict)
    by_structure: dict[int, list[Values]] = field(default_factory=lambda: defaultdict(list))
    criteria: dict[int, dict[str, Values]] = field(default_factory=lambda: defaultdict(dict))
    labels: dict[int, dict[tuple[str, str, str], Values]] = field(default_factory=lambda: defaultdict(dict))
    former_keys: dict[str, int] = field(default_factory=dict)
    local: frozenset[int] = frozenset()
    """Structures with an establishment in the territory."""

    def without_fictitious(self) -> None:
        """Forget invented rows: a real file is compared as if they were already gone."""
        invented = {pk for pk, row in self.structures.items() if row["fictitious"]}
        for pk in invented:
            del self.structures[pk]
            for place in self.by_structure.pop(pk, []):
                del self.establishments[place["id"]]
            self.criteria.pop(pk, None)
            self.labels.pop(pk, None)
        self.local -= invented
        self.former_keys = {key: pk for key, pk in self.former_keys.items() if pk not in invented}


def read_current(snapshot: Snapshot) -> Current:
    """Read what a comparison needs; the number of queries grows by one per 900 structures, never per structure."""
    current = Current()
    communes = sorted(snapshot.communes)
    local: set[int] = set()
    for batch in chunks(communes):
        places = Establishment.objects.filter(commune_id__in=batch).order_by()
        local.update(places.values_list("structure_id", flat=True).distinct())
    current.local = frozenset(local)
    ids = sorted(local)
    _keep_structures(current, (Structure.objects.filter(pk__in=batch) for batch in chunks(ids)))
    known = {values["siren"] for values in current.structures.values()}
    sirens = sorted({wanted.siren for wanted in snapshot.structures if wanted.siren} - known)
    _keep_structures(current, (Structure.objects.filter(siren__in=batch) for batch in chunks(sirens)))
    rnas = sorted({wanted.rna for wanted in snapshot.structures if wanted.rna})
    _keep_structures(current, (Structure.objects.filter(rna__in=batch) for batch in chunks(rnas)))
    for batch in chunks(rnas):
        current.former_keys.update(FormerKey.objects.filter(key__in=batch).values_list("key", "structure_id"))
    homes = {values["merged_into_id"] for values in current.structures.values() if values["merged_into_id"]}
    homes.update(current.former_keys.values())
    missing = sorted(homes - current.structures.keys())
    _keep_structures(current, (Structure.objects.filter(pk__in=batch) for batch in chunks(missing)))
    _read_establishments(current)
    _read_reasons(current)
    return current


def _keep_structures(current: Current, querysets: Iterable[QuerySet[Structure]]) -> None:
    for queryset in querysets:
        for values in queryset.order_by("pk").values("id", "merged_into_id", *STRUCTURE_COLUMNS):
            current.structures[values["id"]] = dict(values)


def _read_establishments(current: Current) -> None:
    for batch in chunks(sorted(current.structures)):
        found = Establishment.objects.filter(structure_id__in=batch).order_by("pk")
        for values in found.values("id", "structure_id", *ESTABLISHMENT_COLUMNS):
            row = dict(values)
            current.establishments[row["id"]] = row
            current.by_structure[row["structure_id"]].append(row)


def _read_reasons(current: Current) -> None:
    for batch in chunks(sorted(current.structures)):
        # The officer's decision is hers: the files neither write nor erase it.
        criteria = Criterion.objects.filter(structure_id__in=batch).filter(~Q(code=CriterionCode.LOCAL_DECISION))
        for values in criteria.order_by("pk").values("id", "structure_id", "code", "source", "reference", "as_of"):
            current.criteria[values["structure_id"]][values["code"]] = dict(values)
        labels = Label.objects.filter(structure_id__in=batch).order_by("pk")
        columns = ("id", "structure_id", "establishment_id", "kind", "source", "as_of", "valid_from", "valid_until")
        for values in labels.values(*columns):
            place = current.establishments.get(values["establishment_id"] or 0)
            siret = (place["siret"] or "") if place else ""
            current.labels[values["structure_id"]][(siret, values["kind"], values["source"])] = dict(values)
