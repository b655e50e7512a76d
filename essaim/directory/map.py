"""The directory's map: every point of a search in one small answer, names fetched when a point is opened.

A point is a cell of a fixed grid of GRID degrees (5.6 m from south to north, about 4 m from west to east): its middle
is drawn, at most 4 m from the true position. A cell is its own key: the same numbers name it before and after any
change of the database, and all the structures of one door stand in one cell.

Only exact and street positions are points, never a commune's centre; partial diffusion has none.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import path, reverse
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from essaim.directory.enums import TRUE_POINTS, Diffusion, PositionQuality
from essaim.directory.models import Establishment, Structure
from essaim.directory.naming import readable, shown_name
from essaim.directory.queries import public_structures
from essaim.directory.search.index import version as index_version
from essaim.directory.search.query import SearchError, SearchParams, matching_ids
from essaim.foundation.kept import Kept
from essaim.foundation.pagecache import cache_anonymous
from essaim.foundation.territories import current_scope
from essaim.geography.queries import communes_of
from essaim.geography.shapes import base as base_shapes
from essaim.geography.shapes import base_version
from essaim.nomenclature.naf import naf
from essaim.nomenclature.perimeter import Family

Ints = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]

GRID = 0.00005
"""Side of a cell, in degrees."""
MOST_NAMES = 60
"""Structures named in one cell's window; the others are counted and found in the list."""
FAMILIES = tuple(family.value for family in Family)
ONE_YEAR = 31_536_000


# --- Points ------------------------------------------------------------


@dataclass(frozen=True)
class Places:
    """Every drawable place of some EPCI, one item per establishment, as parallel arrays."""

    structures: Ints
    rows: Ints
    columns: Ints
    families: Bytes
    communes: npt.NDArray[np.str_]

    def only(self, kept: npt.NDArray[np.bool_]) -> Places:
        """The places kept."""
        return Places(
            self.structures[kept], self.rows[kept], self.columns[kept], self.families[kept], self.communes[kept]
        )


def drawable(scope: Collection[str]) -> QuerySet[Establishment]:
    """Places that may be drawn: a true position, fully diffused, open (a closed structure keeps its last ones).

    Of public structures only: the index may be a moment late behind a decision.
    """
    return Establishment.objects.filter(
        Q(is_closed=False) | Q(structure__is_closed=True),
        commune__epci_id__in=sorted(scope),
        latitude__isnull=False,
        longitude__isnull=False,
        position_quality__in=TRUE_POINTS,
        diffusion=Diffusion.OPEN,
        structure__diffusion=Diffusion.OPEN,
        structure__in=public_structures(),
    )


def cells_of(latitudes: Sequence[float | None], longitudes: Sequence[float | None]) -> tuple[Ints, Ints]:
    """(row, column) of the grid's cell of each position, counted from the south pole and the 180th meridian."""
    rows = np.floor((np.array(latitudes, dtype=np.float64) + 90) / GRID).astype(np.int64)
    columns = np.floor((np.array(longitudes, dtype=np.float64) + 180) / GRID).astype(np.int64)
    return rows, columns


def _read_places(scope: frozenset[str]) -> Places:
    found = list(
        drawable(scope)
        .order_by("pk")
        .values_list("structure_id", "latitude", "longitude", "structure__family", "commune_id")
    )
    codes = {family: code for code, family in enumerate(FAMILIES)}
    rows, columns = cells_of([place[1] for place in found], [place[2] for place in found])
    return Places(
        structures=np.array([place[0] for place in found], dtype=np.int64),
        rows=rows,
        columns=columns,
        families=np.array([codes[place[3]] for place in found], dtype=np.uint8),
        communes=np.array([place[4] for place in found], dtype="U5"),
    )


_places = Kept(_read_places, clock=index_version)


def _spread(values: Ints) -> Ints:
    """Put a zero bit between the bits of numbers below 2**26."""
    wide = values.astype(np.uint64)
    for shift, mask in (
        (16, 0x0000FFFF0000FFFF),
        (8, 0x00FF00FF00FF00FF),
        (4, 0x0F0F0F0F0F0F0F0F),
        (2, 0x3333333333333333),
        (1, 0x5555555555555555),
    ):
        wide = (wide | (wide << np.uint64(shift))) & np.uint64(mask)
    return wide.astype(np.int64)


def varints(values: Ints) -> bytes:
    """Numbers (not negative) by groups of seven bits, the lowest first; the high bit says that more follow."""
    if not len(values):
        return b""
    lengths = np.ones(len(values), dtype=np.int64)
    for group in range(1, 9):
        lengths += values >= (1 << (7 * group))
    starts = np.cumsum(lengths) - lengths
    out = np.zeros(int(lengths.sum()), dtype=np.uint8)
    for group in range(int(lengths.max())):
        mine = lengths > group
        more = (lengths[mine] > group + 1).astype(np.int64) << 7
        out[starts[mine] + group] = (((values[mine] >> (7 * group)) & 127) | more).astype(np.uint8)
    return out.tobytes()


def encode(places: Places) -> dict[str, Any]:
    """Points along a Morton curve: neighbours follow each other, so that their differences are small numbers.

    `cells`: differences as varints, in base 64; a cell with several structures comes several times (difference 0).
    `kinds`: for each point its rank in `families`, one character. Reader: frontend/js/map/points.js.
    """
    count = len(places.rows)
    row = int(places.rows.min()) if count else 0
    column = int(places.columns.min()) if count else 0
    curve = (_spread(places.rows - row) << 1) | _spread(places.columns - column)
    order = np.lexsort((places.families, curve))
    return {
        "grid": GRID,
        "row": row,
        "column": column,
        "count": count,
        "families": list(FAMILIES),
        "cells": base64.b64encode(varints(np.diff(curve[order], prepend=0))).decode(),
        "kinds": "".join(map(str, places.families[order])),
    }


def _matching(request: HttpRequest) -> tuple[Ints, Places]:
    """The whole result set of the search in the address, its zone aside, and the places to draw for it."""
    scope = current_scope()
    # The map shows what lies beyond the zone too: one must be able to go and look elsewhere.
    params = replace(SearchParams.from_querydict(request.GET), box=None)
    ids = np.asarray(matching_ids(params, scope, ordered=False), dtype=np.int64)
    places = _places.of(frozenset(scope))
    kept = np.isin(places.structures, ids)
    communes = params.filters.get("commune")
    if communes:
        kept &= np.isin(places.communes, np.array(communes, dtype="U5"))
    return ids, places.only(kept)


@require_safe
@cache_anonymous(seconds=60)
def points(request: HttpRequest) -> HttpResponse:
    """Every point of the search. `without_point`: structures of the list that have none, never left untold."""
    try:
        ids, places = _matching(request)
    except SearchError as error:
        return JsonResponse({"error": str(error)}, status=503)
    drawn = len(np.unique(places.structures))
    body = {"matches": len(ids), "without_point": len(ids) - drawn, **encode(places)}
    return HttpResponse(json.dumps(body, separators=(",", ":")), content_type="application/json")


# --- One point ------------------------------------------------------------


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
@cache_anonymous(seconds=60)
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
    activity = naf((place.naf if place else "") or structure.naf)
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


# --- The base ------------------------------------------------------------


def _draw(scope: frozenset[str]) -> tuple[str, bytes]:
    """(version, GeoJSON) of the base."""
    communes = list(communes_of(scope).order_by("code"))
    drawing = json.dumps(base_shapes(communes), ensure_ascii=False, separators=(",", ":"))
    return base_version(communes), drawing.encode()


_base = Kept(_draw)


@require_safe
@gzip_page
def base(request: HttpRequest, version: str) -> HttpResponse:
    """Contours of the communes, or zones around their centres, as GeoJSON; the address changes with the drawing."""
    now, drawing = _base.of(current_scope())
    if version != now:
        return HttpResponseRedirect(reverse("directory:map_base", args=[now]))
    response = HttpResponse(drawing, content_type="application/geo+json")
    response["Cache-Control"] = f"public, max-age={ONE_YEAR}, immutable"
    return response


# --- What the page needs ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MapView:
    """Everything that `directory/parts/map.html` writes; the map itself is loaded when it is opened."""

    points_url: str
    point_url: str
    base_url: str
    query: str
    zone: str
    opened: bool
    script: str
    style: str
    tiles: str
    tiles_attribution: str
    families: tuple[str, ...] = FAMILIES

    @property
    def loads_on(self) -> str:
        """When the script is fetched: at once for an address that says so, else when the button is pressed."""
        return "load" if self.opened else "click"


def map_view(params: SearchParams, *, opened: bool = False) -> MapView:
    """What a page shows of the map of a search. `opened`: the address asks for the map (`carte=1`); a zone does too.

    Costs no query once this process has drawn the base.
    """
    zone = "" if params.box is None else f"{params.box.south},{params.box.west},{params.box.north},{params.box.east}"
    return MapView(
        points_url=reverse("directory:map_points"),
        point_url=reverse("directory:map_point"),
        base_url=reverse("directory:map_base", args=[_base.of(current_scope())[0]]),
        query=replace(params, box=None, page=1).urlencode(),
        zone=zone,
        opened=opened or bool(zone),
        script=static("ui/dist/map.js"),
        style=static("ui/dist/map.css"),
        tiles=settings.MAP_TILES_URL,
        tiles_attribution=settings.MAP_TILES_ATTRIBUTION,
    )


urlpatterns = [
    path("carte/points/", points, name="map_points"),
    path("carte/point/", point, name="map_point"),
    path("carte/fond/<slug:version>.json", base, name="map_base"),
]
"""Under `/annuaire/`, in the namespace `directory`."""
