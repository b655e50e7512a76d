"""What the home page shows of the other rooms: the emblem of communes, the families, the last stories."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from essaim.directory.models import SyncRun
from essaim.directory.queries import last_sync
from essaim.directory.search.index import version as index_version
from essaim.directory.search.query import FacetView, SearchError, SearchParams, search
from essaim.directory.swarm import Cell, swarm_cells
from essaim.editorial.tree import Leaf, tree
from essaim.foundation.kept import Kept
from essaim.foundation.territories import current_scope
from essaim.nomenclature.perimeter import Family


@dataclass(frozen=True, slots=True)
class FamilyCount:
    """One family with the number of its structures here."""

    code: str
    label: str
    count: int
    url: str


@dataclass(frozen=True, slots=True)
class Holdings:
    """What the directory holds here, open. Without a sound index: no family, and hexagons without a number."""

    total: int
    employers: int
    families: tuple[FamilyCount, ...]
    cells: tuple[Cell, ...]


def _read(scope: frozenset[str]) -> Holdings:
    try:
        results = search(SearchParams(), scope, page_size=1)
    except SearchError:
        # The page stays useful without the index: the search itself says what is wrong.
        return Holdings(0, 0, (), _cells(scope, {}))
    families, communes, employers = (_counts(results.facets, name) for name in ("famille", "commune", "employeur"))
    return Holdings(
        results.total,
        employers.get("oui", 0),
        tuple(
            FamilyCount(family.value, family.plural, families[family.value], f"/annuaire/?famille={family.value}")
            for family in Family
            if families.get(family.value)
        ),
        _cells(scope, communes),
    )


def _cells(scope: frozenset[str], counts: dict[str, int]) -> tuple[Cell, ...]:
    return tuple(swarm_cells(scope, counts, (), lambda code: f"/annuaire/?commune={code}"))


def _counts(facets: Sequence[FacetView], name: str) -> dict[str, int]:
    return {value.value: value.count for facet in facets if facet.name == name for value in facet.values}


_holdings = Kept(_read, clock=index_version)


def holdings() -> Holdings:
    """What the directory holds here: one query at most (the communes), none while nothing moves."""
    return _holdings.of(current_scope())


def freshness() -> SyncRun | None:
    """The last reading of the official files that these counts rest on."""
    return last_sync(current_scope())


@dataclass(frozen=True, slots=True)
class Shelf:
    """The last pages of one kind, and the page that lists them all, when there is one."""

    leaves: Sequence[Leaf]
    index: Leaf | None


def newest(model: str, index: str, most: int) -> Shelf:
    """The last `most` pages of a class, with their list. No query of its own: the tree knows."""
    return Shelf(tree().newest(model, most), next(iter(tree().of_model(index)), None))
