"""The public API, version 1: the directory and the observatory as their pages show them, by the same rules."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver
from ninja import NinjaAPI, Query
from ninja.errors import HttpError

from essaim.directory.queries import last_sync, visible_by_key, with_card_data
from essaim.directory.rows import structure_row, structure_rows
from essaim.directory.search.query import SearchError, SearchParams, matching_ids, notes_of
from essaim.foundation.territories import current_scope
from essaim.opendata.conditions import ADDRESS, as_text
from essaim.opendata.figures import router as figures
from essaim.opendata.schemas import Filters, Paging, StructureOut, StructuresOut

api = NinjaAPI(
    title="Essaim, données de l’économie sociale et solidaire",
    version="1",
    description="Les structures de l’annuaire, avec pour chacune les critères qui la rattachent à l’ESS ; les chiffres "
    "de l’observatoire, avec pour chacun sa définition, sa source et son année.\n\n" + as_text(),
    docs_url=None,
    openapi_url="openapi.json",
    urls_namespace="api-1",
)
api.add_router("", figures)


@api.exception_handler(SearchError)
def search_is_ill(request: HttpRequest, error: SearchError) -> HttpResponse:
    """The index is being made, or cannot be read: say so, as the pages do."""
    return api.create_response(request, {"detail": str(error)}, status=503)


@api.get("/structures/", response=StructuresOut, summary="Chercher des structures")
def list_structures(request: HttpRequest, paging: Query[Paging], filters: Query[Filters]) -> dict[str, Any]:
    """Les filtres sont ceux de l’adresse de la page de l’annuaire ; l’ordre est celui des pages, stable."""
    scope = current_scope()
    params = SearchParams.from_querydict(filters.dict(exclude_none=True))
    ids = matching_ids(params, scope, ordered=False)
    start = int(np.searchsorted(ids, paging.apres, side="right"))
    page = [int(pk) for pk in ids[start : start + paging.limite]]
    more = start + paging.limite < len(ids)
    sync = last_sync(scope)
    return {
        "total": len(ids),
        "suivant": page[-1] if page and more else None,
        "millesime": sync.vintage if sync else None,
        "conditions": settings.SITE_URL + ADDRESS,
        "remarques": list(notes_of(params, scope)),
        "resultats": list(structure_rows(page, scope)),
    }


@api.get("/structures/{key}/", response=StructureOut, summary="Lire une structure")
def read_structure(request: HttpRequest, key: str) -> dict[str, Any]:
    """Une ancienne clé (le numéro RNA d’avant un SIREN) répond la structure d’aujourd’hui."""
    scope = current_scope()
    structure = with_card_data(visible_by_key(key, None, scope), scope).first()
    if structure is None:
        raise HttpError(404, "Aucune structure de ce territoire ne porte cette clé.")
    return structure_row(structure)


def open_urls() -> tuple[list[URLResolver | URLPattern], str, str]:
    """The addresses of the API, each answering programs of any site: nothing here depends on who asks."""
    patterns, app_name, namespace = api.urls
    for pattern in patterns:
        if isinstance(pattern, URLPattern) and pattern.callback is not None:
            pattern.callback = _from_any_origin(pattern.callback)
    return patterns, app_name, namespace


def _from_any_origin(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    @functools.wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response["Access-Control-Allow-Origin"] = "*"
        return response

    return opened
