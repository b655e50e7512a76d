"""The map's answers: every point of a search, what stands at one of them, the base."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from essaim.directory.enums import PositionQuality
from essaim.directory.map.panel import base_of
from essaim.directory.map.points import GRID, Ints, Places, cells_of, drawable, encode, places_of
from essaim.directory.models import Establishment, Structure
from essaim.directory.naming import readable, shown_name
from essaim.directory.queries import public_structures
from essaim.directory.search.params import NAMES
from essaim.directory.search.query import SearchError, SearchParams, matching_ids
from essaim.directory.wording import activity_of
from essaim.foundation.pagecache import cache_anonymous
from essaim.foundation.territories import current_scope

MOST_NAMES = 60
"""Structures named in one cell's window; the others are counted and found in the list."""
ONE_YEAR = 31_536_000


def _matching(request: HttpRequest) -> tuple[Ints, Places]:
    """The whole result set of the search in the address, its zone aside, and the places to draw for it."""
    scope = current_scope()
    # The map shows what lies beyond the zone too: one must be able to go and look elsewhere.
    params = replace(SearchParams.from_querydict(request.GET), box=None)
    ids = np.asarray(matching_ids(params, scope, ordered=False), dtype=np.int64)
    places = places_of(scope)
    kept = np.isin(places.structures, ids)
    communes = params.filters.get("commune")
    if communes:
        kept &= np.isin(places.communes, np.array(communes, dtype="U5"))
    return ids, places.only(kept)


@require_safe
@cache_anonymous(seconds=60, params=NAMES)
def points(request: HttpRequest) -> HttpResponse:
    """Every point of the search. `without_point`: structures of the list that have none, never left untold."""
    try:
        ids, places = _matching(request)
    except SearchError as error:
        return JsonResponse({"error": str(error)}, status=503)
    drawn = len(np.unique(places.structures))
    body = {"matches": len(ids), "without_point": len(ids) - drawn, **encode(places)}
    return HttpResponse(json.dumps(body, separators=(",", ":")), content_type="application/json")


@dataclass(frozen=True, slots=True)
class Named:
    """One structure of a cell, in words."""

    name: str
    url: str
    family: str
    activity: str
    closed: bool


def _cell(text: str) -> tuple[int, int]:
    """« 2731692.3607430 » → (row, column). Raises Http404."""
    row, dot, column = text.partition(".")
    if not (dot and row.isascii() and column.isascii() and row.isdigit() and column.isdigit()):
        raise Http404
    if len(row) > 8 or len(column) > 8:
        raise Http404
    return int(row), int(column)


@require_safe
@cache_anonymous(seconds=60, params=(*NAMES, "cell"))
def point(request: HttpRequest) -> HttpResponse:
    """What stands in `?cell=ROW.COLUMN`, among the results of the search in the same address: an HTML fragment."""
    row, column = _cell(request.GET.get("cell", ""))
    try:
        _, places = _matching(request)
    except SearchError as error:
        return HttpResponse(str(error), status=503, content_type="text/plain; charset=utf-8")
    here = places.only((places.rows == row) & (places.columns == column))
    ids = sorted(set(here.structures.tolist()))
    if not ids:
        raise Http404
    shown = ids[:MOST_NAMES]
    at = _establishments(shown, row, column)
    structures = public_structures().select_related("card").filter(pk__in=shown)
    named = sorted((_named(structure, at.get(structure.pk)) for structure in structures), key=lambda item: item.name)
    addresses = {_address(place) for place in at.values()}
    return render(
        request,
        "directory/map/point.html",
        {
            "named": named,
            "address": addresses.pop() if len(addresses) == 1 else "",
            "approximate": any(place.position_quality == PositionQuality.STREET for place in at.values()),
            "others": len(ids) - len(shown),
        },
    )


def _establishments(structures: Collection[int], row: int, column: int) -> dict[int, Establishment]:
    """The place of each structure in this cell."""
    south, west = row * GRID - 90, column * GRID - 180
    near = drawable(current_scope()).filter(
        structure_id__in=structures,
        # Half a cell more on each side: the grid's own rounding decides below.
        latitude__range=(south - GRID / 2, south + GRID * 1.5),
        longitude__range=(west - GRID / 2, west + GRID * 1.5),
    )
    found: dict[int, Establishment] = {}
    for place in near.select_related("commune").order_by("-is_head_office", "siret", "pk"):
        rows, columns = cells_of([place.latitude], [place.longitude])
        if (int(rows[0]), int(columns[0])) == (row, column):
            found.setdefault(place.structure_id, place)
    return found


def _address(place: Establishment) -> str:
    return ", ".join(part for part in (place.address, f"{place.postcode} {place.commune.name}".strip()) if part)


def _named(structure: Structure, place: Establishment | None) -> Named:
    activity = activity_of(structure, place)
    name = shown_name(structure)
    if place is not None and place.usual_name and place.usual_name.casefold() not in name.casefold():
        name = f"{name} ({readable(place.usual_name)})"
    return Named(
        name=name,
        url=structure.get_absolute_url(),
        family=structure.family,
        activity=activity.plain if activity else "",
        closed=structure.is_closed,
    )


@require_safe
@gzip_page
def base(request: HttpRequest, version: str) -> HttpResponse:
    """Contours of the communes, or zones around their centres, as GeoJSON; the address changes with the drawing."""
    now, drawing = base_of(current_scope())
    if version != now:
        return HttpResponseRedirect(reverse("directory:map_base", args=[now]))
    response = HttpResponse(drawing, content_type="application/geo+json")
    response["Cache-Control"] = f"public, max-age={ONE_YEAR}, immutable"
    return response
