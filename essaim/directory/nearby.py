"""Which structures make something possible in everyday life, and the nearest of them.

A read. What answers is worked out once for each state of the data (two queries, whatever the number of questions); then
a place to measure from costs one vector of distances, without any query.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from django.conf import settings
from django.utils import timezone

from essaim.directory.enums import TRUE_POINTS, Diffusion
from essaim.directory.models import Establishment, Label
from essaim.directory.models.structure import slug_of
from essaim.directory.naming import readable
from essaim.directory.queries import public_structures
from essaim.directory.standing import label_alone, standing_of
from essaim.directory.wording import label_name
from essaim.foundation.geo import Near
from essaim.foundation.kept import Kept
from essaim.foundation.search.text import MAX_DOCUMENT_CHARS, STOP_WORDS, stem, tokenize
from essaim.geography.queries import served_communes
from essaim.nomenclature.naf import naf
from essaim.nomenclature.perimeter import SubFamily

WITHIN_KM = 30.0
"""Farther than that, « near » would be a lie: nothing is shown. About half an hour by road."""
ADRIFT_KM = 2.0
"""Added, for the order only, to a place known by its commune alone: a true address as near comes before it."""
CATCH_ALL = frozenset({"82.99Z", "88.99B", "93.29Z", "94.99Z", "96.09Z"})
"""Activities that say little: a name that answers is a better reason."""
_FIRST = 64
_SUB_FAMILIES: Mapping[str, str] = {sub.value: sub.label for sub in SubFamily}

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Matching:
    """One way of answering: an activity OR a word, among what families, statuses and labels narrow when they are given.

    `activities`: beginnings of NAF rev. 2 codes, with or without their dot. `words`: looked for, whatever their accents
    and plurals, in the card's words and in names (not in acronyms, which meet by chance); an expression of several
    words, in the declared purpose too (a lone word there is said by everybody). With neither, the families, statuses
    and labels answer alone. A company that labels alone bring to the directory is not of the family of companies.
    Empty finds nothing.
    """

    activities: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    sub_families: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Nothing is asked."""
        return not (self.activities or self.words or self.labels or self.families or self.sub_families)


@dataclass(frozen=True, slots=True)
class Found:
    """One structure near a place. `exact`: measured to its address; else to the centre of its commune.

    `label`: its family in words, or what it is instead; `family` is empty then (see `standing`).
    """

    structure: int
    name: str
    url: str
    family: str
    label: str
    commune: str
    commune_code: str
    metres: float
    exact: bool
    why: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The nearest structures, and how many answer in the whole territory, near or far."""

    found: tuple[Found, ...]
    total: int


@dataclass(frozen=True, slots=True)
class _Known:
    """What is shown of a place."""

    structure: int
    name: str
    url: str
    family: str
    label: str
    commune: str
    commune_code: str


@dataclass(frozen=True, slots=True)
class _Answering:
    """The places that answer one question, their reasons beside them, and the number of their structures."""

    places: Numbers
    reasons: tuple[str, ...]
    total: int


@dataclass(frozen=True, slots=True)
class _Ground:
    """Every place that answers at least one question, as parallel arrays."""

    latitudes: npt.NDArray[np.float64]
    longitudes: npt.NDArray[np.float64]
    exact: npt.NDArray[np.bool_]
    structures: Numbers
    known: tuple[_Known, ...]
    answers: tuple[_Answering, ...]


Wanted = tuple[tuple[Matching, ...], ...]


def nearest(
    wanted: Sequence[Sequence[Matching]],
    scope: Collection[str],
    origin: Near,
    *,
    limit: int = 3,
    within_km: float = WITHIN_KM,
) -> list[Answer]:
    """For each question, the `limit` nearest structures of these EPCI (SIREN) within `within_km` of `origin`.

    A question is a sequence of matchings: one of them is enough. Public structures only, neither closed nor sleeping,
    each by its nearest open place: its address when that is public, else the centre of its commune. No query when the
    data have not changed since the last call, two otherwise.
    """
    ground = _grounds.of((frozenset(scope), tuple(tuple(question) for question in wanted)))
    kilometres = origin.distances(ground.latitudes, ground.longitudes)
    return [Answer(tuple(_closest(ground, one, kilometres, limit, within_km)), one.total) for one in ground.answers]


def totals(wanted: Sequence[Sequence[Matching]], scope: Collection[str]) -> list[int]:
    """For each question, how many structures of these EPCI answer; the same cost as `nearest`."""
    ground = _grounds.of((frozenset(scope), tuple(tuple(question) for question in wanted)))
    return [one.total for one in ground.answers]


def _closest(
    ground: _Ground, answering: _Answering, kilometres: npt.NDArray[np.float64], limit: int, within_km: float
) -> Iterator[Found]:
    """The nearest places, one a structure."""
    mine = kilometres[answering.places]
    ranks = np.flatnonzero(mine <= within_km)
    order = mine[ranks] + np.where(ground.exact[answering.places[ranks]], 0.0, ADRIFT_KM)
    if len(ranks) > _FIRST:
        first = np.argpartition(order, _FIRST)[:_FIRST]
        head = list(_first_of_each(ground, answering, ranks[first], order[first], limit))
        if len(head) == limit:
            ranks, order = ranks[first], order[first]
    for rank in _first_of_each(ground, answering, ranks, order, limit):
        place = answering.places[rank]
        known = ground.known[place]
        yield Found(
            known.structure,
            known.name,
            known.url,
            known.family,
            known.label,
            known.commune,
            known.commune_code,
            float(mine[rank]) * 1000,
            bool(ground.exact[place]),
            answering.reasons[rank],
        )


def _first_of_each(
    ground: _Ground, answering: _Answering, ranks: Numbers, order: npt.NDArray[np.float64], limit: int
) -> Iterator[int]:
    """The ranks of the first place of the `limit` nearest structures."""
    seen: set[int] = set()
    for at in np.lexsort((ranks, order)):
        structure = int(ground.structures[answering.places[ranks[at]]])
        if structure not in seen:
            seen.add(structure)
            yield int(ranks[at])
        if len(seen) == limit:
            return


# --- what answers ----------------------------------------------------------------------------------------------------


def _read(key: tuple[frozenset[str], Wanted]) -> _Ground:
    scope, wanted = key
    rules = Rules(wanted)
    today = timezone.localdate()
    centres = {commune.code: commune for commune in served_communes(scope)}
    labels = _Labels(scope, today)
    points: list[tuple[float, float, bool]] = []
    known: list[_Known] = []
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
    return _Ground(
        latitudes=np.array([point[0] for point in points], dtype=np.float64),
        longitudes=np.array([point[1] for point in points], dtype=np.float64),
        exact=np.array([point[2] for point in points], dtype=bool),
        structures=structures,
        known=tuple(known),
        answers=tuple(
            _Answering(
                np.array([place for place, _ in some], dtype=np.int64),
                tuple(reason for _, reason in some),
                len({known[place].structure for place, _ in some}),
            )
            for some in answering
        ),
    )


# The day is a clock too: a label ends, a structure falls asleep.
_grounds: Kept[tuple[frozenset[str], Wanted], _Ground] = Kept(_read, clock=timezone.localdate)

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


def _known(row: Mapping[str, Any], commune: str) -> _Known:
    name, card_name = row["structure__name"], row["structure__card__name"]
    standing = standing_of(row["structure__family"], row["label_alone"], (name, card_name))
    return _Known(
        row["structure_id"],
        card_name or readable(name),
        f"/annuaire/{slug_of(name)}-{row['structure__key']}/",
        standing.family,
        standing.label,
        commune,
        row["commune_id"],
    )


# --- rules -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Rule:
    question: int
    asked: Matching

    def admits(self, row: Mapping[str, Any], labels: set[str]) -> bool:
        """The family, the status and the labels are those asked, or nothing is asked about them."""
        asked = self.asked
        family = "" if row["label_alone"] else row["structure__family"]
        return (
            (not asked.families or family in asked.families)
            and (not asked.sub_families or row["structure__sub_family"] in asked.sub_families)
            and (not asked.labels or not labels.isdisjoint(asked.labels))
        )

    def why(self, reason: str, labels: set[str]) -> str:
        """The reason, and the label that was asked for."""
        held = next((label_name(kind) for kind in self.asked.labels if kind in labels), "")
        return " · ".join(part for part in (reason, held) if part)


@lru_cache(maxsize=60_000)
def stems_of(text: str) -> tuple[str, ...]:
    """The words of a text that count, in order: « La réparation de vélos » → ("repar", "velo")."""
    tokens = tokenize(text, limit=4000, chars=MAX_DOCUMENT_CHARS)
    return tuple(stem(part) for token in tokens for part in token.parts if part not in STOP_WORDS)


class Rules:
    """All the questions, ready to be put to one place after another."""

    def __init__(self, wanted: Wanted) -> None:
        self._by_activity: dict[str, list[tuple[_Rule, str]]] = {}
        self._phrases: dict[str, list[tuple[tuple[str, ...], str, _Rule]]] = {}
        rules = [_Rule(number, asked) for number, question in enumerate(wanted) for asked in question]
        self._rules = [rule for rule in rules if not rule.asked.is_empty]
        self._bare = [rule for rule in self._rules if not (rule.asked.activities or rule.asked.words)]
        for rule in self._rules:
            for words in rule.asked.words:
                stems = stems_of(words)
                if stems:
                    self._phrases.setdefault(stems[0], []).append((stems, words, rule))

    def answer(self, row: Mapping[str, Any], labels: set[str]) -> dict[int, str]:
        """The questions that this place answers, with the reason of the first rule that it meets."""
        found: dict[int, str] = {}
        for rule, reason in self._reasons(row):
            if rule.question not in found and rule.admits(row, labels):
                found[rule.question] = rule.why(reason, labels)
        return found

    def _reasons(self, row: Mapping[str, Any]) -> Iterator[tuple[_Rule, str]]:
        code = row["naf"] or row["structure__naf"]
        if code not in CATCH_ALL:
            yield from self._of_activity(code)
        names = (
            row["structure__card__name"],
            row["structure__name"],
            row["structure__rna_title"],
            row["usual_name"],
            *row["structure__usual_names"],
            *row["signs"],
        )
        yield from self._said(names, "son nom : « {} »", least=1)
        if code in CATCH_ALL:
            yield from self._of_activity(code)
        yield from self._said(row["structure__card__keywords"] or (), "ses mots : « {} »", least=1)
        yield from self._said((row["structure__purpose"],), "son objet déclaré : « {} »", least=2)
        for rule in self._bare:
            yield rule, _SUB_FAMILIES.get(row["structure__sub_family"], "") if rule.asked.sub_families else ""

    def _of_activity(self, code: str) -> list[tuple[_Rule, str]]:
        if code not in self._by_activity:
            bare = code.replace(".", "")
            known = naf(code)
            reason = known.plain if known else ""
            self._by_activity[code] = [
                (rule, reason)
                for rule in self._rules
                if bare and any(bare.startswith(start.replace(".", "")) for start in rule.asked.activities)
            ]
        return self._by_activity[code]

    def _said(self, texts: Iterable[Any], reason: str, *, least: int) -> Iterator[tuple[_Rule, str]]:
        """The rules one of whose expressions, of `least` words at least, is in one of these texts."""
        for text in texts:
            stems = stems_of(str(text)) if text else ()
            for at, first in enumerate(stems):
                for phrase, words, rule in self._phrases.get(first, ()):
                    if len(phrase) >= least and stems[at : at + len(phrase)] == phrase:
                        yield rule, reason.format(words)
