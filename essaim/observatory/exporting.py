"""The tables that the observatory lets out: every figure, one a row; and the communes, one a row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.conf import settings
from django.http import Http404, QueryDict

from essaim.foundation.exports import Column, Kind
from essaim.observatory.communes import Line, ListParams, kept_by, lines_of
from essaim.observatory.evaluation import Figure
from essaim.observatory.indicators import CATALOGUE
from essaim.observatory.portrait import Portrait, portrait_of
from essaim.observatory.profile import Breakdown
from essaim.observatory.queries import book_of, of_commune
from essaim.observatory.rows import explanation_url, figure_row, figure_rows, rounded
from essaim.observatory.serving import asked_epci, communes_of_epci
from essaim.observatory.territory import Territory
from essaim.observatory.wording import people_text, value_text

OF_A_COMMUNE = (
    "ess-employer-establishments",
    "ess-jobs",
    "all-jobs",
    "private-jobs",
    "ess-job-share",
    "ess-private-job-share",
    "ess-establishment-share",
)
"""The figures that some source may tell of a commune: the others would be a column of « manquant »."""


def indicator_rows(params: QueryDict, _person: Any) -> Iterable[dict[str, Any]]:
    """Every figure of the EPCI asked for, of its past, of its parts and of its communes; each once.

    Raises Http404 for an EPCI that is not served.
    """
    return _each_once(portrait_of(_epci(params)))


def _each_once(portrait: Portrait) -> Iterator[dict[str, Any]]:
    said: set[tuple[object, ...]] = set()
    for row in _all_rows(portrait):
        key = tuple(row[name] for name in ("indicateur", "code_territoire", "periode", "champ", "statut", "source"))
        if key not in said:
            said.add(key)
            yield row


def _all_rows(portrait: Portrait) -> Iterator[dict[str, Any]]:
    profile, book = portrait.profile, portrait.book
    yield from figure_rows([portrait.territory], book)
    for figures in profile.history.values():
        yield from map(figure_row, figures)
    for breakdown in (profile.families, profile.sectors, profile.sizes):
        yield from map(figure_row, _parts(breakdown))
    indicators = [CATALOGUE[key] for key in OF_A_COMMUNE]
    sides = [side.territory for side in portrait.sides or ()]
    yield from figure_rows([*sides, *(line.territory for line in portrait.lines)], book, indicators=indicators)


def _parts(breakdown: Breakdown) -> Iterator[Figure]:
    for part in breakdown.slices:
        yield part.establishments
        yield part.jobs


COMMUNE_COLUMNS: Sequence[Column] = (
    Column("code_commune", "Code Insee"),
    Column("commune", "Commune"),
    Column("densite", "Grille de densité (1 à 7)", Kind.INTEGER),
    Column("densite_libelle", "Densité"),
    Column("urbaine", "Commune urbaine", Kind.BOOLEAN),
    Column("habitants", "Population municipale", Kind.INTEGER),
    Column("etablissements", "Établissements employeurs de l’ESS", Kind.NUMBER),
    Column("etablissements_statut", "Statut"),
    Column("pour_mille_habitants", "Établissements pour 1 000 habitants", Kind.NUMBER),
    Column("emplois_bas", "Emplois de l’ESS, borne basse", Kind.NUMBER),
    Column("emplois_haut", "Emplois de l’ESS, borne haute", Kind.NUMBER),
    Column("emplois", "Emplois de l’ESS (valeur, ou centre calé)", Kind.NUMBER),
    Column("emplois_mots", "Emplois de l’ESS, en mots"),
    Column("emplois_statut", "Statut des emplois"),
    Column("part_basse", "Part de tous les emplois, borne basse (%)", Kind.NUMBER),
    Column("part_haute", "Part de tous les emplois, borne haute (%)", Kind.NUMBER),
    Column("part", "Part de tous les emplois (valeur, ou centre calé, %)", Kind.NUMBER),
    Column("part_mots", "Part de tous les emplois, en mots"),
    Column("part_statut", "Statut de la part"),
    Column("annee", "Année des établissements", Kind.INTEGER),
    Column("periode", "Période des établissements"),
    Column("perimetre", "Version du périmètre de l’ESS"),
    Column("compte", "Ce qui est compté : établissements"),
    Column("compte_emplois", "Ce qui est compté : emplois"),
    Column("source_habitants", "Source des habitants"),
    Column("source_etablissements", "Source des établissements"),
    Column("source_emplois", "Source des emplois"),
    Column("source_part", "Source de la part"),
    Column("fictif", "Donnée inventée", Kind.BOOLEAN),
    Column("explication", "Comment la part est calculée"),
    Column("longitude", "Longitude du centre", Kind.NUMBER),
    Column("latitude", "Latitude du centre", Kind.NUMBER),
)


def commune_rows(params: QueryDict, _person: Any) -> Iterable[dict[str, Any]]:
    """The communes that the list's address asks for, in its order. Raises Http404 for an EPCI that is not served."""
    epci = _epci(params)
    towns = communes_of_epci(epci)
    lines = lines_of(towns, book_of([epci, *map(of_commune, towns)]))
    return map(_commune_row, kept_by(lines, ListParams.from_querydict(params)))


def _commune_row(line: Line) -> dict[str, Any]:
    town, places, jobs, share = line.commune, line.establishments, line.jobs, line.share
    per_thousand = line.per_thousand
    return {
        "code_commune": town.code,
        "commune": town.name,
        "densite": town.density,
        "densite_libelle": line.density or None,
        "urbaine": town.is_urban,
        "habitants": town.population,
        "etablissements": rounded(places.value, places.indicator.unit),
        "etablissements_statut": places.status.label,
        "pour_mille_habitants": None if per_thousand is None else round(per_thousand, 2),
        **_bounds("emplois", jobs, ("bas", "haut")),
        **_bounds("part", share, ("basse", "haute")),
        "annee": places.year,
        "periode": places.period or None,
        "perimetre": places.perimeter or None,
        "compte": places.counted_words[0],
        "compte_emplois": jobs.counted_words[0],
        "source_habitants": None if town.epci is None or town.population is None else people_text(town.epci.cog_year),
        "source_etablissements": places.source_line or None,
        "source_emplois": jobs.source_line or None,
        "source_part": share.source_line or None,
        "fictif": any(figure.fictitious for figure in (places, jobs, share)),
        "explication": settings.SITE_URL + explanation_url(share),
        "longitude": town.longitude,
        "latitude": town.latitude,
    }


def _bounds(name: str, figure: Figure, ends: tuple[str, str]) -> dict[str, Any]:
    unit = figure.indicator.unit
    return {
        f"{name}_{ends[0]}": rounded(figure.low, unit),
        f"{name}_{ends[1]}": rounded(figure.high, unit),
        name: rounded(figure.value, unit),
        f"{name}_mots": value_text(figure),
        f"{name}_statut": figure.status.label,
    }


def _epci(params: QueryDict) -> Territory:
    found = asked_epci(params.get("territoire", ""))
    if found is None:
        raise Http404("Ce territoire n’est pas suivi ici.")
    return found
