"""The map's base, and everything that a page writes about the map."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, replace

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse

from essaim.directory.map.points import FAMILIES
from essaim.directory.search.params import SearchParams
from essaim.foundation.kept import Kept
from essaim.foundation.territories import current_scope
from essaim.geography.queries import communes_of
from essaim.geography.shapes import base as base_shapes
from essaim.geography.shapes import base_version


def _draw(scope: frozenset[str]) -> tuple[str, bytes]:
    """(version, GeoJSON) of the base."""
    communes = list(communes_of(scope).order_by("code"))
    drawing = json.dumps(base_shapes(communes), ensure_ascii=False, separators=(",", ":"))
    return base_version(communes), drawing.encode()


_base = Kept(_draw)


def base_of(scope: Collection[str]) -> tuple[str, bytes]:
    """Version and GeoJSON of the base of these EPCI: contours of the communes, or zones around their centres."""
    return _base.of(frozenset(scope))


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
        base_url=reverse("directory:map_base", args=[base_of(current_scope())[0]]),
        query=replace(params, box=None, page=1).urlencode(),
        zone=zone,
        opened=opened or bool(zone),
        script=static("ui/dist/map.js"),
        style=static("ui/dist/map.css"),
        tiles=settings.MAP_TILES_URL,
        tiles_attribution=settings.MAP_TILES_ATTRIBUTION,
    )
