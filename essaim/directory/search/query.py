"""The directory's questions: one page of results with counts, suggestions, the whole result set."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from essaim.directory.cards import Listed
from essaim.directory.naming import shown_name
from essaim.directory.queries import public_structures
from essaim.directory.search.index import searcher
from essaim.directory.search.params import FILTERS, TITLES, Order, SearchParams, known_values
from essaim.directory.search.places import centre_of, commune_names
from essaim.directory.search.synonyms import current_synonyms
from essaim.foundation.registries import SearchHit
from essaim.foundation.search import Hits, IndexBusy, IndexUnavailable, Request, SearchError, Sort, Synonyms
from essaim.nomenclature.perimeter import Family

__all__ = [
    "FacetValue",
    "FacetView",
    "IndexBusy",
    "IndexUnavailable",
    "Order",
    "Results",
    "SearchError",
    "SearchParams",
    "matching_ids",
    "notes_of",
    "search",
    "suggest",
]
PAGE_SIZE = 20
_SORTS = {Order.RELEVANCE: Sort.RANK, Order.NAME: Sort.NAME, Order.DISTANCE: Sort.DISTANCE}
_BY_COUNT = frozenset({"sous_famille", "activite", "label"})


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One choice of a filter. `count`: results if it were the only choice of its filter, the other filters kept."""

    value: str
    label: str
    count: int
    selected: bool


@dataclass(frozen=True, slots=True)
class FacetView:
    """One filter with its choices; a choice without result is left out unless it is selected."""

    name: str
    title: str
    values: tuple[FacetValue, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """One page. `distances`: metres by structure id, when there is a place to measure from and a known position.

    `params`: what was really searched (the page is never past the last one). `notes`: sentences for the visitor.
    `place`: name of the place measured from, when it was typed.
    """

    total: int
    structure_ids: list[int]
    listed: list[Listed]
    facets: tuple[FacetView, ...]
    distances: dict[int, int]
    params: SearchParams
    notes: tuple[str, ...]
    place: str
    pages: int


@dataclass(frozen=True, slots=True)
class _Question:
    """The request for the engine, and what the visitor must be told about it."""

    request: Request
    place: str
    notes: tuple[str, ...]


def _question(params: SearchParams, scope: Collection[str]) -> _Question:
    notes = list(params.notes)
    centre, place = None, ""
    if params.place:
        found = centre_of(params.place, scope)
        if found:
            centre, place = (found.latitude, found.longitude), found.name
        else:
            notes.append(
                f"Nous ne connaissons pas « {params.place} » dans ce territoire. "
                "Écrivez le nom d’une commune ou son code postal."
            )
    near = params.near(centre)
    sort = _SORTS[params.order]
    if sort is Sort.DISTANCE and near is None:
        sort = Sort.RANK
        if not params.place:
            notes.append("Pour trier par distance, dites-nous près de quelle commune chercher.")
    if params.radius_km is not None and near is None:
        notes.append(f"Pour chercher à moins de {params.radius_km:g}\u00a0km, dites-nous près de quelle commune.")
    request = Request(
        text=params.text,
        filters=params.engine_filters(),
        scope={"epci": frozenset(scope)},
        sort=sort,
        near=near,
        box=params.box,
    )
    return _Question(request, place, tuple(notes))


def _with_closed(params: SearchParams, request: Request) -> Request | None:
    """The same request, closed structures included, when the visitor typed words and said nothing about them."""
    if "etat" in params.filters or not params.text:
        return None
    return replace(request, filters={name: v for name, v in request.filters.items() if name != "state"})


def search(params: SearchParams, scope: Collection[str], *, page_size: int = PAGE_SIZE) -> Results:
    """One page of results within these EPCI. Raises `SearchError` (French message) when there is no sound index.

    A page past the last one gives the last one. When only closed structures answer, they are given, and told.
    """
    question = _question(params, scope)
    notes = list(question.notes)
    hits = _ask(question.request, params.page, page_size)
    if not hits.total and (wider := _with_closed(params, question.request)):
        closed_too = _ask(wider, params.page, page_size)
        if closed_too.total:
            question, hits = replace(question, request=wider), closed_too
            notes.append("Seules des structures fermées répondent à cette recherche.")
    pages = max(1, -(-hits.total // page_size))
    if params.page > pages:
        params = params.at_page(pages)
        hits = _ask(question.request, pages, page_size)
    return Results(
        total=hits.total,
        structure_ids=hits.ids,
        listed=[Listed.load(raw) for raw in hits.shown],
        facets=_facets(params, hits, scope),
        distances={number: round(km * 1000) for number, km in hits.distances.items()},
        params=params,
        notes=(*notes, *_told(hits)),
        place=question.place,
        pages=pages,
    )


def _ask(request: Request, page: int, page_size: int) -> Hits:
    offset = (page - 1) * page_size
    return searcher().search(request, offset=offset, limit=page_size, synonyms=_synonyms(request))


def _synonyms(request: Request) -> Synonyms | None:
    """Those in force; a question without words has no use for them, nor for reading them."""
    return current_synonyms() if request.text else None


def matching_ids(params: SearchParams, scope: Collection[str], *, ordered: bool = True) -> npt.NDArray[np.int64]:
    """Ids of the whole result set (every page): for the map, exports and the API.

    In the order of the pages; with `ordered=False` in the order of ids, much faster: for whoever needs the set only.
    """
    question = _question(params, scope)
    ids = searcher().all_ids(question.request, synonyms=_synonyms(question.request), ordered=ordered)
    if not len(ids) and (wider := _with_closed(params, question.request)):
        ids = searcher().all_ids(wider, synonyms=_synonyms(wider), ordered=ordered)
    return ids


def notes_of(params: SearchParams, scope: Collection[str]) -> tuple[str, ...]:
    """What of these questions was not understood, in sentences: for whoever asks `matching_ids`."""
    return _question(params, scope).notes


def suggest(text: str, scope: Collection[str], limit: int = 8) -> list[SearchHit]:
    """Structures that the text being typed may name, the likeliest first; two queries at most."""
    filters = SearchParams().engine_filters()
    ids = searcher().complete(Request(text[:200], filters, {"epci": frozenset(scope)}), limit=limit)
    found = public_structures().select_related("card").in_bulk(ids)
    return [
        SearchHit(shown_name(found[pk]), Family(found[pk].family).label, found[pk].get_absolute_url())
        for pk in ids
        if pk in found
    ]


def _either(words: tuple[str, ...]) -> str:
    return " ou ".join(f"« {word} »" for word in words[:3])


def _told(hits: Hits) -> list[str]:
    notes = [
        f"Nous n’avons pas trouvé « {typed} » : nous avons cherché {_either(words)}."
        for typed, words in hits.mended.items()
    ]
    if hits.ignored and hits.total:
        words = ", ".join(f"« {word} »" for word in hits.ignored)
        notes.append(f"Aucune structure ne répond à {words} : nous avons cherché sans.")
    if hits.loosened and hits.total:
        notes.append("Aucune structure ne réunit tous ces mots : en voici qui en réunissent une partie.")
    return notes


def _facets(params: SearchParams, hits: Hits, scope: Collection[str]) -> tuple[FacetView, ...]:
    return tuple(
        FacetView(name, TITLES[name], _choices(name, facet, params, hits, scope)) for name, facet in FILTERS.items()
    )


def _choices(name: str, facet: str, params: SearchParams, hits: Hits, scope: Collection[str]) -> tuple[FacetValue, ...]:
    counts = hits.facets.get(facet, {})
    chosen = params.filters.get(name, ())
    labels = commune_names(scope) if name == "commune" else known_values()[name]
    shown = [value for value in labels if counts.get(value) or value in chosen]
    shown += sorted(value for value in counts if value not in labels) if name != "commune" else []
    values = [FacetValue(v, labels.get(v, v), counts.get(v, 0), v in chosen) for v in shown]
    if name in _BY_COUNT:
        values.sort(key=lambda choice: -choice.count)
    return tuple(values)
