"""The readers' side: search, counts, whole result sets, completion. Safe from any thread; follows any rebuild."""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import tantivy

from essaim.foundation.geo import Near
from essaim.foundation.search import store
from essaim.foundation.search.cells import CellDictionary, CellTable
from essaim.foundation.search.deep import SHALLOW, without_what_comes_before
from essaim.foundation.search.engine import Engine, guarded
from essaim.foundation.search.errors import REBUILD_HINT, IndexUnavailable
from essaim.foundation.search.lexicon import Lexicon
from essaim.foundation.search.places import Places
from essaim.foundation.search.plan import LOOSE, MENDED, STRICT, Plan, Planner, all_of, any_of, how_many, without
from essaim.foundation.search.question import Hits, Request, Sort
from essaim.foundation.search.schema import FacetKind, IndexSpec, register_analyzers
from essaim.foundation.search.synonyms import Synonyms

Query = tantivy.Query
Ids = npt.NDArray[np.int64]
WIDE_EXACT = 5000
"""A wide facet of at most so many values is counted exactly; beyond, its most frequent values per segment are."""
WIDE_SHOWN = 300
LEXICON_REFRESH = 50_000
"""Up to so many documents, the words for typos follow every commit; beyond, every new generation."""


class Snapshot:
    """One state of an index, frozen: every pass of a search reads the same documents."""

    def __init__(self, index: tantivy.Index, folder: Path, pointer: store.Pointer, spec: IndexSpec) -> None:
        self.index = index
        self.folder = folder
        self.pointer = pointer
        self.spec = spec
        self.schema = index.schema
        self.searcher = Engine(index, folder)
        self.cells: CellTable = CellDictionary.load(folder).table()
        self.places = Places(self.searcher, self.schema)
        self._values: dict[str, frozenset[str]] = {}

    @cached_property
    def lexicon(self) -> Lexicon:
        """Words for typos and completion; read once, when first needed."""
        return Lexicon(self.searcher.terms_with_prefix("word", ""))

    @cached_property
    def back(self) -> Query | None:
        """Documents to show after the others, or None when there is none."""
        query = Query.term_query(self.schema, "back", 1)
        return query if how_many(self.searcher, query) else None

    def values(self, facet: str) -> frozenset[str]:
        """Every value that a facet takes in this index; read once."""
        if facet not in self._values:
            self._values[facet] = frozenset(v for v, _ in self.searcher.terms_with_prefix(f"f_{facet}", ""))
        return self._values[facet]


class Searcher:
    """Reads the index of one noun. Keep one per process: opening is the only slow part."""

    def __init__(self, data_dir: Path, spec: IndexSpec) -> None:
        self._spec = spec
        self._folder = store.home(data_dir, spec.noun)
        self._lock = threading.Lock()
        # The stamp and what was read under it change hands together: a thread never pairs a new one with an old other.
        self._kept: tuple[tuple[int, int], Snapshot] | None = None

    # -- the state in service -------------------------------------------------------------------------------------

    def snapshot(self) -> Snapshot:
        """The state in service; reopened only when the pointer moved. Raises `IndexUnavailable`."""
        stamp = store.pointer_stamp(self._folder)
        kept = self._kept
        if kept is None or kept[0] != stamp:
            with self._lock:
                stamp = store.pointer_stamp(self._folder)
                kept = self._kept
                if kept is None or kept[0] != stamp:
                    kept = self._kept = (stamp, self._open(kept[1] if kept else None))
        return kept[1]

    def _open(self, former: Snapshot | None) -> Snapshot:
        for attempt in (1, 2, 3):
            pointer = store.read_pointer(self._folder)
            if pointer.fingerprint != self._spec.fingerprint:
                raise IndexUnavailable(f"L’index de recherche date d’une autre version. {REBUILD_HINT}")
            folder = self._folder / pointer.generation
            try:
                return self._read(former, folder, pointer)
            except IndexUnavailable:
                # A rebuild may have replaced this generation between the two readings.
                if attempt == 3 or store.read_pointer(self._folder).generation == pointer.generation:
                    raise
        raise AssertionError("unreachable")

    def _read(self, former: Snapshot | None, folder: Path, pointer: store.Pointer) -> Snapshot:
        if former is not None and former.pointer.generation == pointer.generation:
            guarded(folder, former.index.reload)
            fresh = Snapshot(former.index, folder, pointer, self._spec)
            if fresh.searcher.num_docs > LEXICON_REFRESH and "lexicon" in former.__dict__:
                fresh.__dict__["lexicon"] = former.lexicon
            return fresh
        index = guarded(folder, tantivy.Index.open, str(folder))
        register_analyzers(index)
        index.config_reader(reload_policy="manual")
        return Snapshot(index, folder, pointer, self._spec)

    @property
    def size(self) -> int:
        """How many documents the index holds."""
        return self.snapshot().searcher.num_docs

    def values(self, facet: str) -> frozenset[str]:
        """Every value that a facet takes in the index."""
        return self.snapshot().values(facet)

    # -- questions ------------------------------------------------------------------------------------------------

    def search(
        self,
        request: Request,
        *,
        offset: int = 0,
        limit: int = 20,
        synonyms: Synonyms | None = None,
        facets: bool = True,
    ) -> Hits:
        """One page, the exact total and, unless `facets` is False, the counts of every counted facet."""
        return _Search(self.snapshot(), request, synonyms or Synonyms()).page(offset, limit, facets=facets)

    def all_ids(self, request: Request, *, synonyms: Synonyms | None = None, ordered: bool = True) -> Ids:
        """The whole result set, for a map or an export.

        In order, or else by id: fifty times faster, since no sort key is read.
        """
        found = _Search(self.snapshot(), request, synonyms or Synonyms())
        return found.all_ids() if ordered else found.ids_by_id()

    def complete(self, request: Request, *, limit: int = 8) -> list[int]:
        """Ids of what the text being typed may name, the likeliest first."""
        return _Search(self.snapshot(), request, Synonyms()).complete(limit)


class _Search:
    """One request against one snapshot."""

    def __init__(self, snapshot: Snapshot, request: Request, synonyms: Synonyms) -> None:
        self._snapshot = snapshot
        self._request = request
        self._searcher = snapshot.searcher
        self._planner = Planner(snapshot.schema, snapshot.searcher, lambda: snapshot.lexicon, synonyms)
        self._scope = self._scope_clauses()
        self._geo = snapshot.places.clauses(request.near, request.box)

    def _scope_clauses(self) -> list[Query]:
        """Nothing when the scope covers every value of the index: a filter that keeps all is only a cost."""
        return [
            self._either(facet, tuple(allowed))
            for facet, allowed in self._request.scope.items()
            if not self._snapshot.values(facet) <= set(allowed)
        ]

    def _either(self, facet: str, values: Sequence[str]) -> Query:
        if not values:
            return Query.empty_query()
        field_name = f"f_{facet}"
        if len(values) <= 8:
            return any_of([self._planner.term(field_name, value) for value in values])
        return Query.term_set_query(self._snapshot.schema, field_name, list(values))

    def _filters(self, kinds: Collection[FacetKind], *, but: str = "") -> list[Query]:
        return [
            self._either(name, values)
            for name, values in self._request.filters.items()
            if name != but and self._snapshot.spec.kind_of(name) in kinds
        ]

    def _chosen(self, *, facets: bool) -> tuple[Plan, int, int, dict[str, dict[str, int]]]:
        """Plan, level, total and counts of the first level that finds something in the scope, whatever the filters.

        Counting comes first: only a count of nothing pays for a look at what the filters hide.
        """
        plan = self._planner.plan(self._request.text)
        total, counts = self._counts(plan, facets=facets)
        if plan.worded and not total and not any(counts.values()) and not self._holds(plan):
            for level in (MENDED, LOOSE):
                wider = self._planner.plan(self._request.text, level)
                if self._holds(wider):
                    return wider, level, *self._counts(wider, facets=facets)
        return plan, STRICT, total, counts

    def _holds(self, plan: Plan) -> bool:
        return plan.found and how_many(self._searcher, all_of([plan.everything, *self._scope])) > 0

    def page(self, offset: int, limit: int, *, facets: bool) -> Hits:
        plan, level, total, counts = self._chosen(facets=facets)
        distances: dict[int, float] = {}
        addresses: list[tantivy.DocAddress] = []
        if limit > 0 and offset < total:
            if self._request.sort is Sort.DISTANCE and self._request.near:
                addresses = self._by_distance(plan, self._request.near, offset, limit)
            else:
                addresses = self._ordered(plan, total, offset, limit)
        ids = self._ids(addresses)
        if self._request.near and addresses:
            kilometres = self._snapshot.places.distances(self._request.near, addresses)
            distances = {i: float(d) for i, d in zip(ids, kilometres, strict=True) if np.isfinite(d)}
        return Hits(
            total,
            ids,
            [bytes(self._searcher.doc(address).get_first("shown") or b"") for address in addresses],
            counts,
            distances,
            plan.mended,
            plan.ignored,
            level == LOOSE,
        )

    # -- counts ---------------------------------------------------------------------------------------------------

    def _counts(self, plan: Plan, *, facets: bool) -> tuple[int, dict[str, dict[str, int]]]:
        """Total and counts: one pass without filter, else one more for each wide facet; never one per facet."""
        spec, table = self._snapshot.spec, self._snapshot.cells
        closed = {n: v for n, v in self._request.filters.items() if spec.kind_of(n) is FacetKind.CLOSED}
        wide_names = spec.of_kind(FacetKind.WIDE)
        fixed = [plan.everything, *self._scope, *self._geo, *self._filters([FacetKind.FILTER])]
        if not facets:
            every = self._filters(list(FacetKind))
            return how_many(self._searcher, all_of([plan.everything, *self._scope, *self._geo, *every])), {}
        wide_filters = self._filters([FacetKind.WIDE])
        same_pass = not closed and not wide_filters
        asked: dict[str, object] = {
            "cell": {"terms": {"field": "cell", "size": max(1, table.size), "segment_size": max(1, table.size)}}
        }
        for name in wide_names if same_pass else ():
            asked[name] = self._wide_terms(name)
        answer = self._searcher.aggregate(all_of([*fixed, *wide_filters]), asked)
        by_cell = np.zeros(table.size, dtype=np.int64)
        for bucket in answer["cell"]["buckets"]:
            by_cell[int(bucket["key"])] = bucket["doc_count"]
        total, counts = table.count(by_cell, closed)
        for name in wide_names:
            if not same_pass:
                others = [self._either(n, v) for n, v in closed.items()] + self._filters([FacetKind.WIDE], but=name)
                answer = self._searcher.aggregate(all_of([*fixed, *others]), {name: self._wide_terms(name)})
            values = table.wide[name]
            counts[name] = {values[int(b["key"])]: b["doc_count"] for b in answer[name]["buckets"]}
        return total, counts

    def _wide_terms(self, name: str) -> dict[str, object]:
        known = len(self._snapshot.cells.wide[name])
        shown = known if known <= WIDE_SHOWN else WIDE_SHOWN
        return {"terms": {"field": f"n_{name}", "size": max(1, shown), "segment_size": max(1, min(known, WIDE_EXACT))}}

    # -- order ----------------------------------------------------------------------------------------------------

    def _tiers(self, plan: Plan) -> list[Query]:
        """The disjoint layers to show, under every filter; what is held back comes last, but for an exact name."""
        imposed = [*self._scope, *self._geo, *self._filters(list(FacetKind))]
        back = self._snapshot.back
        if self._request.sort is not Sort.RANK or not plan.worded:
            return [all_of([plan.everything, *imposed])]
        layers = list(plan.tiers)
        excluded: list[Query] = []
        ordered: list[Query] = []
        for position, layer in enumerate(layers):
            held = [back] if back is not None and (position > 0 or not plan.exact) else []
            ordered.append(without(all_of([layer, *imposed]), [*excluded, *held]))
            excluded.append(layer)
        if back is not None:
            ordered.append(without(all_of([plan.everything, back, *imposed]), layers[:1] if plan.exact else []))
        return ordered

    def _order_field(self) -> str:
        return "by_rank" if self._request.sort is Sort.RANK else "by_name"

    def _top(self, query: Query, offset: int, limit: int) -> tuple[list[tantivy.DocAddress], int]:
        count: int | None = None
        if offset > SHALLOW:
            count = how_many(self._searcher, query)
            if offset >= count:
                return [], count
            query, offset = without_what_comes_before(
                self._searcher, self._snapshot.schema, query, self._request.sort, offset
            )
        found = self._searcher.search(
            query,
            limit=limit,
            offset=offset,
            count=count is None,
            order_by_field=self._order_field(),
            order=tantivy.Order.Asc,
        )
        addresses = [address for _, address in found.hits]
        return addresses, found.count if count is None else count  # type: ignore[attr-defined]

    def _ordered(self, plan: Plan, total: int, offset: int, limit: int) -> list[tantivy.DocAddress]:
        addresses: list[tantivy.DocAddress] = []
        skip, left = offset, min(limit, total - offset)
        for tier in self._tiers(plan):
            if left <= 0:
                break
            found, count = self._top(tier, skip, left)
            addresses += found
            left -= len(found)
            skip = max(0, skip - count)
        return addresses

    def _ids(self, addresses: list[tantivy.DocAddress]) -> list[int]:
        # Never None: every document has an id.
        return [int(value or 0) for value in self._searcher.fast_field_values("id", addresses)] if addresses else []

    def _by_distance(self, plan: Plan, near: Near, offset: int, limit: int) -> list[tantivy.DocAddress]:
        """The page in order of true distance; what has no position comes after, by name."""
        query = all_of([plan.everything, *self._scope, *self._geo, *self._filters(list(FacetKind))])
        places = self._snapshot.places
        addresses, placed = places.nearest(query, near, offset + limit)
        page = addresses[offset : offset + limit]
        if len(page) < limit:
            rest, _ = self._top(without(query, [places.placed]), max(0, offset - placed), limit - len(page))
            page += rest
        return page

    def all_ids(self) -> Ids:
        plan, _, total, _ = self._chosen(facets=False)
        if total == 0:
            return np.empty(0, dtype=np.int64)
        if self._request.sort is Sort.DISTANCE and self._request.near:
            addresses = self._by_distance(plan, self._request.near, 0, total)
        else:
            addresses = self._ordered(plan, total, 0, total)
        return np.array(self._ids(addresses), dtype=np.int64)

    def ids_by_id(self) -> Ids:
        plan, _, total, _ = self._chosen(facets=False)
        if total == 0:
            return np.empty(0, dtype=np.int64)
        query = all_of([plan.everything, *self._scope, *self._geo, *self._filters(list(FacetKind))])
        found = self._searcher.search(query, limit=total, count=False, order_by_field="id", order=tantivy.Order.Asc)
        return np.fromiter((number for number, _ in found.hits), dtype=np.int64, count=len(found.hits))

    def complete(self, limit: int) -> list[int]:
        plan = self._planner.complete(self._request.text)
        if not plan.found:
            return []
        return self._ids(self._ordered(plan, limit, 0, limit))
