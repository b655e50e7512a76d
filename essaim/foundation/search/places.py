"""Positions inside an index: which documents lie in a box or a circle, how far they are, which are the nearest.

Documents with one point are read from two integer columns. Those with several points (one establishment in each place)
keep the list beside: a box on the two columns could mix the latitude of one place with the longitude of another, so
theirs is checked point by point.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt
import tantivy

from essaim.foundation.geo import Box, Near
from essaim.foundation.search.engine import Engine
from essaim.foundation.search.plan import all_of, any_of, how_many
from essaim.foundation.search.schema import DEGREE

Query = tantivy.Query
Floats = npt.NDArray[np.float64]
_FIRST_RADIUS_KM = 2.0
_FARTHEST_KM = 20_100.0


class Places:
    """Geography of one state of an index."""

    def __init__(self, searcher: Engine, schema: tantivy.Schema) -> None:
        self._searcher = searcher
        self._schema = schema

    @cached_property
    def placed(self) -> Query:
        """Documents that have a position."""
        return Query.exists_query("lat")

    @cached_property
    def _several(self) -> Query | None:
        query = Query.term_query(self._schema, "several_points", 1)
        return query if how_many(self._searcher, query) else None

    def _range(self, field: str, low: float, high: float) -> Query:
        bounds = (int(np.floor(low * DEGREE)), int(np.ceil(high * DEGREE)))
        return Query.range_query(self._schema, field, tantivy.FieldType.Integer, *bounds)

    def _around(self, box: Box) -> Query:
        """Documents that may lie in the box: all of those that do, and some of several points that do not."""
        return all_of([self._range("lat", box.south, box.north), self._range("lon", box.west, box.east)])

    def _found(self, query: Query) -> list[tantivy.DocAddress]:
        count = how_many(self._searcher, query)
        if not count:
            return []
        found = self._searcher.search(
            query, limit=count, count=False, order_by_field="by_name", order=tantivy.Order.Asc
        )
        return [address for _, address in found.hits]

    def _only(self, addresses: Sequence[tantivy.DocAddress], kept: npt.NDArray[np.bool_]) -> Query:
        chosen = [address for address, keep in zip(addresses, kept, strict=True) if keep]
        if not chosen:
            return Query.empty_query()
        ids = self._searcher.fast_field_values("id", chosen)
        return Query.term_set_query(self._schema, "id", ids)

    def clauses(self, near: Near | None, box: Box | None) -> list[Query]:
        """What a box and a circle impose on the results."""
        clauses: list[Query] = []
        if box is not None:
            clauses.append(self._in_box(box))
        if near is not None and near.radius_km is not None:
            addresses = self._found(self._around(near.box(near.radius_km)))
            clauses.append(self._only(addresses, self.distances(near, addresses) <= near.radius_km))
        return clauses

    def _in_box(self, box: Box) -> Query:
        around = self._around(box)
        if self._several is None:
            return around
        suspects = self._found(all_of([around, self._several]))
        within = np.array([_any_inside(self._points(address), box) for address in suspects], dtype=bool)
        single = Query.boolean_query([(tantivy.Occur.Must, around), (tantivy.Occur.MustNot, self._several)])
        return any_of([single, self._only(suspects, within)])

    def _points(self, address: tantivy.DocAddress) -> tuple[Floats, Floats]:
        raw = self._searcher.doc(address).get_first("points")
        packed = np.array(array("i", bytes(raw or b"")), dtype=np.float64).reshape(-1, 2) / DEGREE
        return packed[:, 0], packed[:, 1]

    def distances(self, near: Near, addresses: Sequence[tantivy.DocAddress]) -> Floats:
        """Kilometres to the nearest point of each document; infinite without a position."""
        if not addresses:
            return np.empty(0, dtype=np.float64)
        listed = list(addresses)
        lat = np.array(self._searcher.fast_field_values("lat", listed), dtype=np.float64)
        lon = np.array(self._searcher.fast_field_values("lon", listed), dtype=np.float64)
        kilometres = near.distances(lat / DEGREE, lon / DEGREE)
        kilometres[np.isnan(lat)] = np.inf
        if self._several is not None:
            many = np.array(self._searcher.fast_field_values("several_points", listed), dtype=bool)
            for row in np.flatnonzero(many):
                kilometres[row] = near.distances(*self._points(listed[row])).min(initial=np.inf)
        return kilometres

    def nearest(self, query: Query, near: Near, wanted: int) -> tuple[list[tantivy.DocAddress], int]:
        """The `wanted` nearest documents of a query, and how many of it have a position at all.

        Grows a circle until it holds enough; ties stay in the order of names.
        """
        placed = how_many(self._searcher, all_of([query, self.placed]))
        enough = min(wanted, placed)
        radius = _FIRST_RADIUS_KM
        while enough:
            within = query if radius >= _FARTHEST_KM else all_of([query, self._around(near.box(radius))])
            if radius >= _FARTHEST_KM or how_many(self._searcher, within) >= enough:
                addresses = self._found(all_of([within, self.placed]))
                kilometres = self.distances(near, addresses)
                if int((kilometres <= radius).sum()) >= enough or radius >= _FARTHEST_KM:
                    rows = np.argsort(kilometres, kind="stable")[:enough]
                    return [addresses[row] for row in rows], placed
            radius = min(radius * 2, _FARTHEST_KM) if radius < 64 else min(radius * 8, _FARTHEST_KM)
        return [], placed


def _any_inside(points: tuple[Floats, Floats], box: Box) -> bool:
    lat, lon = points
    return bool(((lat >= box.south) & (lat <= box.north) & (lon >= box.west) & (lon <= box.east)).any())
