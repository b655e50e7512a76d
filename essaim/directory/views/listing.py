"""The directory: one search, its filters with counts, a list, a map of the same results, an export."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from essaim.directory.cards import CardView
from essaim.directory.map.panel import map_view
from essaim.directory.queries import last_sync, public_structures
from essaim.directory.registration import EXPORT
from essaim.directory.search.documents import OPEN
from essaim.directory.search.params import EVERY_STATE, NAMES, TITLES, known_values
from essaim.directory.search.query import (
    PAGE_SIZE,
    FacetView,
    Order,
    Results,
    SearchError,
    SearchParams,
    search,
)
from essaim.directory.swarm import Cell, swarm_cells
from essaim.foundation import pagination
from essaim.foundation.exports import Format, answer
from essaim.foundation.pagecache import cache_anonymous
from essaim.foundation.territories import current_scope

ADDRESS = "/annuaire/"
ORDERS = {
    Order.RELEVANCE: "le plus utile d’abord",
    Order.NAME: "de A à Z",
    Order.DISTANCE: "le plus près d’abord",
}
RADII = (2, 5, 10, 20)


@dataclass(frozen=True, slots=True)
class Chip:
    """One thing that narrows the results, with the address that takes it away."""

    text: str
    without: str


@require_safe
@cache_anonymous(seconds=60, params=(*NAMES, "carte"))
def listing(request: HttpRequest) -> HttpResponse:
    """One page of results; eight SQL queries at most whatever their number."""
    params = SearchParams.from_querydict(request.GET)
    map_open = request.GET.get("carte") == "1"
    if any(value == "" for _, values in request.GET.lists() for value in values):
        # A form without script sends its empty fields too: the address to share is the one without them.
        return HttpResponseRedirect(address(params, map_open=map_open))
    scope = current_scope()
    try:
        results = search(params, scope)
    except SearchError as error:
        return render(request, "directory/unavailable.html", {"reason": str(error)}, status=503)
    params = results.params
    now = timezone.now()
    # The index may be a moment late behind a decision: what it gives is asked again, by the one rule.
    still_public = set(public_structures().filter(pk__in=results.structure_ids).values_list("pk", flat=True))
    cards = [
        CardView(facts, now=now, scope=scope, distance=results.distances.get(pk))
        for pk, facts in zip(results.structure_ids, results.listed, strict=True)
        if pk in still_public
    ]
    context = {
        "params": params,
        "results": results,
        "cards": cards,
        "page": pagination.page_of(cards, results.total, params.page, PAGE_SIZE),
        "filters": _filters(results.facets),
        "closed_too": _closed_too(results),
        "chips": list(_chips(results)),
        "orders": [
            # The usual order has no value: who adds a place afterwards gets the nearest first.
            ("" if order is params.usual_order else order.value, text, params.order is order)
            for order, text in ORDERS.items()
        ],
        "radii": [(km, params.radius_km == km) for km in RADII],
        "formats": [(f.value, f.value.upper() if f is not Format.GEOJSON else "GeoJSON") for f in Format],
        "query": params.at_page(1).urlencode(),
        "map": map_view(params, opened=map_open),
        "sync": last_sync(scope),
        "shows_structures": True,
        "hide_header_search": True,
    }
    response = render(request, "directory/listing.html", context)
    if getattr(request, "htmx", None):
        response["HX-Push-Url"] = address(params, map_open=map_open)
    return response


@require_safe
@cache_anonymous(seconds=60, params=NAMES)
def swarm(request: HttpRequest) -> HttpResponse:
    """The communes as hexagons, for the search in the address: each leads to its own results."""
    scope = current_scope()
    try:
        results = search(SearchParams.from_querydict(request.GET), scope, page_size=1)
    except SearchError as error:
        return render(request, "directory/unavailable.html", {"reason": str(error)}, status=503)
    context = {
        "results": results,
        "back": address(results.params),
        "cells": _cells(results, scope),
        "shows_structures": True,
    }
    return render(request, "directory/swarm.html", context)


@require_safe
def export(request: HttpRequest, extension: str) -> HttpResponseBase:
    """The whole result set of the search in the address, as a file."""
    try:
        return answer(request, EXPORT, extension)
    except SearchError as error:
        return render(request, "directory/unavailable.html", {"reason": str(error)}, status=503)


def address(params: SearchParams, *, map_open: bool = False) -> str:
    """The shareable address of a state of the search, its map open or not."""
    query = "&".join(part for part in (params.urlencode(), "carte=1" if map_open else "") if part)
    return f"{ADDRESS}?{query}" if query else ADDRESS


def _filters(facets: Sequence[FacetView]) -> list[FacetView]:
    """The questions worth asking: those with at least two answers, or one already given; closing has its own box."""
    return [
        facet
        for facet in facets
        if facet.name != "etat" and (len(facet.values) > 1 or any(v.selected for v in facet.values))
    ]


def _closed_too(results: Results) -> dict[str, Any]:
    state = next(facet for facet in results.facets if facet.name == "etat")
    closed = sum(value.count for value in state.values if value.value != OPEN)
    return {"value": EVERY_STATE, "count": closed, "selected": EVERY_STATE in results.params.filters.get("etat", ())}


def _chips(results: Results) -> list[Chip]:
    params = results.params
    named = {facet.name: {value.value: value.label for value in facet.values} for facet in results.facets}
    chips = []
    for name, values in params.filters.items():
        labels = {**known_values().get(name, {}), **named.get(name, {}), EVERY_STATE: "Fermées comprises"}
        chips += [Chip(_chip_text(name, labels.get(v, v)), address(params.toggled(name, v))) for v in values]
    if results.place or params.position:
        here = f"Près de {results.place}" if results.place else "Autour d’un point"
        bare = replace(params, place="", position=None, radius_km=None, order=Order.RELEVANCE, page=1)
        chips.append(Chip(here, address(bare)))
        if params.radius_km:
            within = f"À moins de {params.radius_km:g}\u00a0km"
            chips.append(Chip(within, address(replace(params, radius_km=None, page=1))))
    if params.box:
        chips.append(Chip("Dans la zone de la carte", address(replace(params, box=None, page=1))))
    return chips


def _chip_text(name: str, label: str) -> str:
    return f"{TITLES[name]} : {label}" if name in {"employeur", "confirmee"} else label


def _cells(results: Results, scope: frozenset[str]) -> list[Cell]:
    communes = next(facet for facet in results.facets if facet.name == "commune")
    counts = {value.value: value.count for value in communes.values}
    params = replace(results.params, box=None)
    href: Callable[[str], str] = lambda code: address(params.toggled("commune", code))  # noqa: E731
    return swarm_cells(scope, counts, params.filters.get("commune", ()), href)
