"""The public API, version 1: the directory as the pages show it, through the same rule of visibility."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver
from ninja import Field, NinjaAPI, Query, Schema
from ninja.errors import HttpError

from essaim.directory.queries import last_sync, visible_by_key, with_card_data
from essaim.directory.rows import COLUMNS, structure_row, structure_rows
from essaim.directory.search.query import SearchError, SearchParams, matching_ids
from essaim.foundation.territories import current_scope

LICENCE = "Licence Ouverte 2.0 (Etalab)"
LARGEST_PAGE = 100
LARGEST_ID = 2**63 - 1

api = NinjaAPI(
    title="Essaim, données de l’économie sociale et solidaire",
    version="1",
    description="Les structures de l’annuaire, avec pour chacune les critères qui la rattachent à l’ESS.",
    docs_url=None,
    openapi_url="openapi.json",
    urls_namespace="api-1",
)


class StructureOut(Schema):
    """One structure; the field names are those of the exports."""

    cle: str = Field(description="SIREN, sinon numéro RNA, sinon code stable")
    nom: str
    nom_officiel: str
    sigle: str | None
    siren: str | None
    rna: str | None
    siret: str | None
    famille: str
    categorie_juridique: str | None
    categorie_juridique_libelle: str | None
    naf: str | None
    activite: str | None
    employeur: bool
    tranche_effectif: str | None
    annee_effectif: str | None
    adresse: str | None = Field(description="vide quand la diffusion est partielle")
    code_postal: str | None
    commune: str | None
    code_commune: str | None
    urbain: bool | None = Field(description="niveaux 1 à 4 de la grille de densité de l’Insee")
    latitude: float | None
    longitude: float | None
    justesse_point: str | None
    etablissements_territoire: int
    telephone: str | None
    courriel: str | None
    site_web: str | None
    description: str | None
    fiche_source: str | None
    fiche_confirmee_le: date | None
    labels: str | None
    criteres_ess: str | None
    fermee: bool
    creee_le: date | None
    source: str
    millesime: str | None
    fictif: bool = Field(description="vrai pour les structures inventées de la démonstration")


class StructuresOut(Schema):
    """A page of structures. `suivant` is the value of `apres` for the next page, null on the last one."""

    total: int
    suivant: int | None
    millesime: str | None
    licence: str
    resultats: list[StructureOut]


class Paging(Schema):
    """Keyset paging: stable while data changes."""

    apres: int = Field(0, ge=0, le=LARGEST_ID, description="valeur « suivant » de la page précédente")
    limite: int = Field(50, ge=1, le=LARGEST_PAGE)


@api.exception_handler(SearchError)
def search_is_ill(request: HttpRequest, error: SearchError) -> HttpResponse:
    """The index is being made, or cannot be read: say so, as the pages do."""
    return api.create_response(request, {"detail": str(error)}, status=503)


@api.get("/structures/", response=StructuresOut, summary="Chercher des structures")
def list_structures(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    """Every parameter of the directory's page works here too (`q`, `famille`, `commune`…)."""
    scope = current_scope()
    ids = matching_ids(SearchParams.from_querydict(request.GET), scope, ordered=False)
    start = int(np.searchsorted(ids, paging.apres, side="right"))
    page = [int(pk) for pk in ids[start : start + paging.limite]]
    more = start + paging.limite < len(ids)
    sync = last_sync(scope)
    return {
        "total": len(ids),
        "suivant": page[-1] if page and more else None,
        "millesime": sync.vintage if sync else None,
        "licence": LICENCE,
        "resultats": list(structure_rows(page, scope)),
    }


@api.get("/structures/{key}/", response=StructureOut, summary="Lire une structure")
def read_structure(request: HttpRequest, key: str) -> dict[str, Any]:
    """A former key (RNA before a SIREN) answers with the structure of today."""
    scope = current_scope()
    structure = with_card_data(visible_by_key(key, None, scope), scope).first()
    if structure is None:
        raise HttpError(404, "Aucune structure de ce territoire ne porte cette clé.")
    return structure_row(structure)


def documentation_fields() -> list[tuple[str, str]]:
    """The fields and their meaning, for the page that documents the API."""
    return [(column.key, column.label) for column in COLUMNS]


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
