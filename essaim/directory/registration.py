"""What the directory tells the rooms below (search, export, health, the officer's desk), and hears from them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import QueryDict

from essaim.directory import campaign_desk, officer, privacy, standing_of_people
from essaim.directory.actions.claims import close_abandoned
from essaim.directory.actions.indexing import follow_places
from essaim.directory.freshness import FRESHNESS
from essaim.directory.inbox.changes import KINDS as CARD_KINDS
from essaim.directory.inbox.claims import CLAIM_KIND, UNDER_WAY
from essaim.directory.inbox.proposals import PROPOSED
from essaim.directory.inbox.reports import ERROR_REPORTS
from essaim.directory.queries import last_sync, standing
from essaim.directory.rows import COLUMNS, structure_rows
from essaim.directory.search import index, sitewide
from essaim.directory.search.query import SearchParams, matching_ids
from essaim.foundation import pagecache, registries
from essaim.foundation.territories import current_scope
from essaim.geography.signals import communes_changed

EXPORT = "structures"


def register() -> None:
    """Called once, when Django is ready."""
    privacy.register()
    registries.nav_items.register(registries.NavItem("annuaire", "Annuaire", "/annuaire/", order=10))
    registries.search_nouns.register(
        registries.SearchNoun("structure", "Structures", sitewide.suggested, sitewide.found, "/annuaire/", order=10)
    )
    registries.exports.register(
        registries.Export(EXPORT, "Structures de l’annuaire", "annuaire-ess", COLUMNS, _rows, order=10)
    )
    registries.fictitious_checks.register(registries.FictitiousCheck("annuaire", structures_are_invented))
    registries.health_checks.register(registries.HealthCheck("recherche", _index_health, order=10))
    registries.health_checks.register(registries.HealthCheck("millesime", _vintage_health, order=20))
    registries.inbox_kinds.register(ERROR_REPORTS)
    for kind in CARD_KINDS:
        registries.inbox_kinds.register(kind)
    registries.inbox_kinds.register(PROPOSED)
    registries.inbox_kinds.register(CLAIM_KIND)
    registries.under_way.register(UNDER_WAY)
    registries.retentions.register(
        registries.Retention("demandes-sans-suite", "demandes laissées depuis soixante jours", _close_abandoned, 19)
    )
    registries.desk_panels.register(FRESHNESS)
    for link in officer.LINKS:
        registries.desk_links.register(link)
    registries.structure_panels.register(officer.PANEL)
    campaign_desk.register()
    pagecache.add_version_part(index.version)
    communes_changed.connect(follow_places)
    standing_of_people.register()


def _close_abandoned(by: Any) -> int:
    return close_abandoned(by=by)


def _rows(params: QueryDict, person: Any) -> Iterable[dict[str, Any]]:
    scope = current_scope()
    return structure_rows([int(pk) for pk in matching_ids(SearchParams.from_querydict(params), scope)], scope)


def structures_are_invented() -> bool:
    """An invented structure stands in the territory: lists, figures and the map may show it (kept by its caller).

    The page of one structure knows better: it shows the notice when `structure.fictitious`.
    """
    return standing(current_scope()).invented


class NoIndex(RuntimeError):
    """The search has no index."""


def _index_health() -> str:
    generation = index.version()
    if not generation:
        raise NoIndex("Pas d’index de recherche : lancez « essaim directory index ».")
    return "ok"


def _vintage_health() -> str:
    run = last_sync(current_scope())
    return run.vintage if run is not None else "aucun"
