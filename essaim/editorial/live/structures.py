"""Searches of the directory that blocks show: all those of a page are asked together, and confirmed in one query."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from essaim.directory.cards import CardView
from essaim.directory.map.panel import MapView, map_view
from essaim.directory.queries import public_structures
from essaim.directory.search.params import SearchParams
from essaim.directory.search.query import SearchError, matching_ids, search
from essaim.directory.standing import Beside, beside_their_family, label_alone, standing_of
from essaim.editorial.blocks.structures import LIVE_KINDS
from essaim.foundation import memo
from essaim.foundation.territories import current_scope
from essaim.geography.queries import served_communes
from essaim.geography.text import fold_place
from essaim.ui import typography

ADDRESS = "/annuaire/"
FAMILY_EXAMPLES = 3
MAP_EXAMPLES = 12


@dataclass(frozen=True, slots=True)
class Example:
    """One structure named in a page; `why`: the reason of its presence, with source and date.

    `label`: what it is instead of its family, whose mark would say too much: `family` is empty then (see `standing`).
    """

    name: str
    url: str
    family: str
    commune: str
    activity: str
    why: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the directory says to a block. `unavailable`: the sentence when it cannot answer (`total` is None then).

    `beside`: how to read the number of a family, one part of a sentence for each sort that it counts and that is no
    example of the family.
    """

    total: int | None
    examples: tuple[Example, ...]
    url: str
    params: SearchParams
    unavailable: str = ""
    beside: tuple[str, ...] = ()

    @property
    def map(self) -> MapView:
        """What the map of this search needs."""
        return map_view(self.params)


def commune_code(text: str) -> str:
    """The code of a commune served, from its name or its code; empty when none is meant."""
    asked = fold_place(text)
    for commune in served_communes(current_scope()):
        if text == commune.code or (asked and fold_place(commune.name) == asked):
            return commune.code
    return ""


def params_of(value: Mapping[str, Any]) -> SearchParams:
    """The search that the values of a block mean. A commune that nobody knows finds nothing, and is told."""
    commune = str(value.get("commune") or "").strip()
    families = [value["family"]] if value.get("family") else list(value.get("families") or ())
    asked = {
        "q": str(value.get("words") or ""),
        "famille": families,
        "label": list(value.get("labels") or ()),
        "activite": [value["activity"]] if value.get("activity") else [],
        "commune": [commune_code(commune) or commune] if commune else [],
    }
    return SearchParams.from_querydict({name: found for name, found in asked.items() if found})


def _wanted(value: Mapping[str, Any]) -> int:
    if "limit" in value:
        limit = value["limit"]
        return 3 if limit is None else max(0, min(12, int(limit)))
    return FAMILY_EXAMPLES if "family" in value else MAP_EXAMPLES


_Key = tuple[str, int, str]
"""The address of a search, how many examples it wants, and the family that they must illustrate, if any."""


def answer_to(value: Mapping[str, Any], page: Any = None) -> Answer:
    """What the directory answers to one block of a page.

    The first block asks for all those of its page, so that their number does not change the number of queries.
    """
    key, params = _question(value)
    known: dict[_Key, Answer] = memo.once("editorial.structures", dict)
    if key not in known:
        questions = {key: params, **dict(map(_question, _blocks_of(page)))}
        known.update(_ask({one: asked for one, asked in questions.items() if one not in known}))
    return known[key]


def _question(value: Mapping[str, Any]) -> tuple[_Key, SearchParams]:
    params = params_of(value)
    return (params.urlencode(), _wanted(value), str(value.get("family") or "")), params


def _blocks_of(page: Any) -> Iterator[Mapping[str, Any]]:
    for block in getattr(page, "body", None) or ():
        if block.block_type in LIVE_KINDS:
            yield block.value


def _ask(questions: Mapping[_Key, SearchParams]) -> dict[_Key, Answer]:
    """The answers of the index, without the structures that a decision has just taken away: one query for all, one
    more when a family is to be illustrated.
    """
    scope = current_scope()
    apart = beside_their_family({family for _, _, family in questions}, scope)
    beside, found = {}, {}
    try:
        for key, params in questions.items():
            mine = {pk: apart[pk] for pk in _counted(params, scope, apart)} if key[2] and apart else {}
            beside[key] = mine
            found[key] = search(params, scope, page_size=max(1, key[1] + len(mine)))
    except SearchError as error:
        return {key: Answer(None, (), _url(params), params, str(error)) for key, params in questions.items()}
    ids = {pk for results in found.values() for pk in results.structure_ids}
    public = _public(ids)
    now = timezone.now()
    answers = {}
    for key, results in found.items():
        shown = [
            (pk, CardView(facts, now=now, scope=scope))
            for pk, facts in zip(results.structure_ids, results.listed, strict=True)
            if pk in public and pk not in beside[key]
        ]
        examples = tuple(_example(card, public[pk], scope) for pk, card in shown[: key[1]])
        told = _told_beside(beside[key])
        answers[key] = Answer(results.total, examples, _url(questions[key]), questions[key], beside=told)
    return answers


def _counted(params: SearchParams, scope: frozenset[str], apart: Mapping[int, Beside]) -> list[int]:
    """Those of `apart` that this search finds."""
    return sorted(apart.keys() & set(matching_ids(params, scope, ordered=False).tolist()))


def _public(ids: set[int]) -> dict[int, str]:
    """Those of these structures that the public may see, with what `label_alone` says of each; one query at most."""
    if not ids:
        return {}
    rows = public_structures().filter(pk__in=sorted(ids)).annotate(label_alone=label_alone()).order_by("pk")
    return dict(rows.values_list("pk", "label_alone"))


_BESIDE_WORDS = {
    Beside.INTEGRATION: ("structure d’insertion", "structures d’insertion"),
    Beside.ESUS: ("entreprise agréée Esus", "entreprises agréées Esus"),
    Beside.COOPERATIVE_BY_NAME: ("société que son nom dit coopérative", "sociétés que leur nom dit coopératives"),
    Beside.FUND: ("fonds de dotation", "fonds de dotation"),
}


def _told_beside(beside: Mapping[int, Beside]) -> tuple[str, ...]:
    counts = Counter(beside.values())
    return tuple(f"{counts[sort]} {words[counts[sort] > 1]}" for sort, words in _BESIDE_WORDS.items() if counts[sort])


def _url(params: SearchParams) -> str:
    query = params.urlencode()
    return f"{ADDRESS}?{query}" if query else ADDRESS


def _example(card: CardView, alone: str, scope: frozenset[str]) -> Example:
    facts = card.facts
    place = next((facts.places[epci] for epci in sorted(scope) if epci in facts.places), ("", "", 0))
    said = ""
    if facts.why:
        short, source, as_of = facts.why
        said = f"{short} ({source}, {typography.vintage(as_of)})" if as_of else short
    standing = standing_of(facts.family, alone, (facts.name,))
    return Example(facts.name, facts.url, standing.family, place[0], place[1], said, standing.label)
