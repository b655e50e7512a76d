"""The places that answer some questions: read once for each state of the data, two queries whatever their number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
from django.conf import settings
from django.utils import timezone

from essaim.directory.enums import TRUE_POINTS, Diffusion
from essaim.directory.models import Establishment, Label
from essaim.directory.models.structure import slug_of
from essaim.directory.naming import readable
from essaim.directory.nearby.rules import Rules, Wanted
from essaim.directory.queries import public_structures
from essaim.directory.standing import label_alone, standing_of
from essaim.foundation.kept import Kept
from essaim.geography.queries import served_communes

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Known:
    """What is shown of a place."""

    structure: int
    name: str
    url: str
    family: str
    label: str
    commune: str
    commune_code: str


@dataclass(frozen=True, slots=True)
class Answering:
    """The places that answer one question, their reasons beside them, and the number of their structures."""

    places: Numbers
    reasons: tuple[str, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Ground:
    """Every place that answers at least one question, as parallel arrays."""

    latitudes: npt.NDArray[np.float64]
    longitudes: npt.NDArray[np.float64]
    exact: npt.NDArray[np.bool_]
    structures: Numbers
    known: tuple[Known, ...]
    answers: tuple[Answering, ...]


def _read(key: tuple[frozenset[str], Wanted]) -> Ground:
    scope, wanted = key
    rules = Rules(wanted)
    today = timezone.localdate()
    centres = {commune.code: commune for commune in served_communes(scope)}
    labels = _Labels(scope, today)
    points: list[tuple[float, float, bool]] = []
    known: list[Known] = []
    answering: list[list[tuple[int, str]]] = [[] for _ in wanted]
    for row in _places(scope):
        if _sleeps(row, labels, today):
            continue
        hits = rules.answer(row, labels.of(row["structure_id"], row["pk"]))
        point = _point(row, centres) if hits else None
        if point is None:
            continue
        points.append(point)
        known.append(_known(row, centres[row["commune_id"]].name))
        for question, reason in hits.items():
            answering[question].append((len(known) - 1, reason))
    structures = np.array([place.structure for place in known], dtype=np.int64)
    return Ground(
        latitudes=np.array([point[0] for point in points], dtype=np.float64),
        longitudes=np.array([point[1] for point in points], dtype=np.float64),
        exact=np.array([point[2] for point in points], dtype=bool),
        structures=structures,
        known=tuple(known),
        answers=tuple(
            Answering(
                np.array([place for place, _ in some], dtype=np.int64),
                tuple(reason for _, reason in some),
                len({known[place].structure for place, _ in some}),
            )
            for some in answering
        ),
    )


# The day is a clock too: a label ends, a structure falls asleep.
grounds: Kept[tuple[frozenset[str], Wanted], Ground] = Kept(_read, clock=timezone.localdate)

_COLUMNS = (
    "pk", "structure_id", "commune_id", "naf", "latitude", "longitude", "position_quality", "diffusion",
    "usual_name", "signs", "structure__diffusion", "structure__key", "structure__name", "structure__usual_names",
    "structure__rna_title", "structure__purpose", "structure__family", "structure__sub_family", "structure__naf",
    "structure__is_employer", "structure__last_processed_on", "structure__card__pk", "structure__card__name",
    "structure__card__keywords", "label_alone",
)  # fmt: skip


def _places(scope: frozenset[str]) -> Iterator[dict[str, Any]]:
    """Every open place of the public's structures, by name; one query."""
    places = Establishment.objects.filter(
        is_closed=False,
        commune__epci_id__in=sorted(scope),
        structure__is_closed=False,
        structure__in=public_structures(),
    )
    places = places.annotate(label_alone=label_alone("structure_id", "structure__family"))
    yield from places.order_by("structure__name", "structure_id", "pk").values(*_COLUMNS).iterator(chunk_size=2000)


class _Labels:
    """The labels of the structures of these EPCI; one query. Those of a place are its own."""

    def __init__(self, scope: frozenset[str], today: date) -> None:
        self.any: set[int] = set()
        self._whole: dict[int, set[str]] = {}
        self._local: dict[int, set[str]] = {}
        here = Establishment.objects.filter(commune__epci_id__in=sorted(scope))
        rows = Label.objects.filter(structure__in=here.values("structure_id"))
        columns = ("structure_id", "establishment_id", "kind", "valid_until")
        for structure, place, kind, until in rows.values_list(*columns):
            self.any.add(structure)
            if until is None or until >= today:
                held = (
                    self._whole.setdefault(structure, set()) if place is None else self._local.setdefault(place, set())
                )
                held.add(kind)

    def of(self, structure: int, place: int) -> set[str]:
        """The valid labels of a place: its structure's and its own."""
        return self._whole.get(structure, set()) | self._local.get(place, set())


def _sleeps(row: Mapping[str, Any], labels: _Labels, today: date) -> bool:
    """The rule of `wording.sleeping_since`, on a bare row."""
    last = row["structure__last_processed_on"]
    awake = row["structure__is_employer"] or row["structure__card__pk"] or row["structure_id"] in labels.any
    return not awake and last is not None and last.year <= today.year - settings.SLEEPING_AFTER_YEARS


def _point(row: Mapping[str, Any], centres: Mapping[str, Any]) -> tuple[float, float, bool] | None:
    """(latitude, longitude, whether it is the address): None when even the commune has no centre."""
    public = row["diffusion"] == Diffusion.OPEN and row["structure__diffusion"] == Diffusion.OPEN
    if public and row["latitude"] is not None and row["position_quality"] in TRUE_POINTS:
        return row["latitude"], row["longitude"], True
    centre = centres[row["commune_id"]]
    if centre.latitude is None or centre.longitude is None:
        return None
    return centre.latitude, centre.longitude, False


def _known(row: Mapping[str, Any], commune: str) -> Known:
    name, card_name = row["structure__name"], row["structure__card__name"]
    standing = standing_of(row["structure__family"], row["label_alone"], (name, card_name))
    return Known(
        row["structure_id"],
        card_name or readable(name),
        f"/annuaire/{slug_of(name)}-{row['structure__key']}/",
        standing.family,
        standing.label,
        commune,
        row["commune_id"],
    )
