"""Searches of the directory that blocks show: all those of a page are asked together, and confirmed in one query."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from essaim.directory.cards import CardView
from essaim.directory.map.panel import MapView, map_view
from essaim.directory.queries import public_structures
from essaim.directory.search.params import SearchParams
from essaim.directory.search.query import SearchError, search
from essaim.foundation import memo
from essaim.foundation.territories import current_scope
from essaim.geography.queries import served_communes
from essaim.geography.text import fold_place
from essaim.ui import typography

ADDRESS = "/annuaire/"
FAMILY_EXAMPLES = 3
MAP_EXAMPLES = 12
LIVE_KINDS = ("structures", "family", "map")


@dataclass(frozen=True, slots=True)
class Example:
    """One structure named in a page; `why`: the reason of its presence, with source and date."""

    name: str
    url: str
    family: str
    commune: str
    activity: str
    why: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the directory says to a block. `unavailable`: the sentence when it cannot answer (`total` is None then)."""

    total: int | None
    examples: tuple[Example, ...]
    url: str
    params: SearchParams
    unavailable: str = ""

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


def answer_to(value: Mapping[str, Any], page: Any = None) -> Answer:
    """What the directory answers to one block of a page.

    The first block asks for all those of its page, so that their number does not change the number of queries.
    """
    params, wanted = params_of(value), _wanted(value)
    known: dict[tuple[str, int], Answer] = memo.once("editorial.structures", dict)
    if (params.urlencode(), wanted) not in known:
        questions = {(params.urlencode(), wanted): params}
        for other in _blocks_of(page):
            asked = params_of(other)
            questions.setdefault((asked.urlencode(), _wanted(other)), asked)
        known.update(_ask({key: asked for key, asked in questions.items() if key not in known}))
    return known[(params.urlencode(), wanted)]


def _blocks_of(page: Any) -> Iterator[Mapping[str, Any]]:
    for block in getattr(page, "body", None) or ():
        if block.block_type in LIVE_KINDS:
            yield block.value


def _ask(questions: Mapping[tuple[str, int], SearchParams]) -> dict[tuple[str, int], Answer]:
    """The answers of the index, without the structures that a decision has just taken away: one query for all."""
    scope = current_scope()
    found = {}
    try:
        for key, params in questions.items():
            found[key] = search(params, scope, page_size=max(1, key[1]))
    except SearchError as error:
        return {key: Answer(None, (), _url(params), params, str(error)) for key, params in questions.items()}
    ids = {pk for results in found.values() for pk in results.structure_ids}
    public = set(public_structures().filter(pk__in=sorted(ids)).values_list("pk", flat=True)) if ids else set()
    now = timezone.now()
    answers = {}
    for key, results in found.items():
        cards = [
            CardView(facts, now=now, scope=scope)
            for pk, facts in zip(results.structure_ids, results.listed, strict=True)
            if pk in public
        ]
        examples = tuple(_example(card, scope) for card in cards[: key[1]])
        answers[key] = Answer(results.total, examples, _url(questions[key]), questions[key])
    return answers


def _url(params: SearchParams) -> str:
    query = params.urlencode()
    return f"{ADDRESS}?{query}" if query else ADDRESS


def _example(card: CardView, scope: frozenset[str]) -> Example:
    facts = card.facts
    place = next((facts.places[epci] for epci in sorted(scope) if epci in facts.places), ("", "", 0))
    said = ""
    if facts.why:
        short, source, as_of = facts.why
        said = f"{short} ({source}, {typography.vintage(as_of)})" if as_of else short
    return Example(facts.name, facts.url, facts.family, place[0], place[1], said)
