"""The observatory's figures by the API: the catalogue of indicators, the figures of a territory."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja import Field, Query, Router, Schema
from ninja.errors import HttpError

from essaim.observatory.enums import Level
from essaim.observatory.indicators import CATALOGUE, UnknownIndicator, indicator
from essaim.observatory.models import FIRST_YEAR, LAST_YEAR
from essaim.observatory.queries import book_of, find_territory, home_territory
from essaim.observatory.rows import figure_rows
from essaim.observatory.territory import Territory
from essaim.opendata.conditions import ADDRESS

router = Router(tags=["observatoire"])

MOST_INDICATORS = 50


class IndicatorOut(Schema):
    """Un indicateur : ce qui est compté, rapporté à quoi. Les valeurs sont dans /chiffres/."""

    code: str
    libelle: str
    unite: str = Field(description="count, percent ou euro")
    numerateur: str
    denominateur: str | None
    a_savoir: str | None
    sources: list[str] = Field(description="qui peut répondre, dans l’ordre de confiance")


class FigureOut(Schema):
    """Un chiffre, jamais sans son année ni sa source. Un secret ou un manque n’a pas de valeur, jamais zéro."""

    indicateur: str
    libelle: str
    maille: str
    code_territoire: str
    territoire: str
    statut: str = Field(description="observed, published, estimated, secret ou missing")
    statut_libelle: str
    periode: str | None
    annee: int | None
    valeur: Decimal | None = Field(description="exacte ; centrale et calée pour une estimation, sinon vide")
    borne_basse: Decimal | None
    borne_haute: Decimal | None = Field(description="vide avec une borne basse : sans borne haute")
    unite: str
    en_mots: str
    numerateur: str
    denominateur: str | None
    source: str | None
    champ: str | None = Field(description="deux champs ne se comparent pas : rupture de série")
    perimetre: str | None
    calage: str | None
    raison: str | None
    fictif: bool = Field(description="vrai pour les chiffres inventés de la démonstration")
    explication: str = Field(description="la page qui dit comment ce chiffre est calculé")


class FiguresOut(Schema):
    """Les chiffres d’un territoire."""

    territoire: str
    maille: str
    code_territoire: str
    conditions: str = Field(description="l’adresse de ce que l’on sait de la licence de chaque source")
    resultats: list[FigureOut]


class Asked(Schema):
    """De quel territoire, quels indicateurs, quelle année."""

    maille: Level | None = Field(None, description="Avec code ; sans les deux, le territoire du site.")
    code: str = Field("", max_length=9, description="Code Insee, SIREN de l’EPCI, département, région, FR.")
    indicateur: list[str] = Field(
        default_factory=list,
        max_length=MOST_INDICATORS,
        description="Un code, ou coupé par un axe : ess-jobs:family=cooperative, ess-jobs:sector=social.",
    )
    annee: int | None = Field(None, ge=FIRST_YEAR, le=LAST_YEAR, description="Sans elle, le chiffre à retenir.")


@router.get("/indicateurs/", response=list[IndicatorOut], summary="Les indicateurs de l’observatoire")
def list_indicators(request: HttpRequest) -> list[dict[str, Any]]:
    """Chaque indicateur avec sa définition."""
    return [
        {
            "code": one.key,
            "libelle": one.label,
            "unite": one.unit.value,
            "numerateur": one.numerator_words,
            "denominateur": one.denominator_words or None,
            "a_savoir": one.caution or None,
            "sources": [source.label for source in one.sources],
        }
        for one in CATALOGUE.values()
    ]


@router.get("/chiffres/", response=FiguresOut, summary="Les chiffres d’un territoire")
def read_figures(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """À côté d’un compte officiel, l’estimation d’après Sirene est donnée aussi quand elle existe."""
    territory = _territory(asked)
    try:
        indicators = [indicator(key) for key in asked.indicateur]
    except UnknownIndicator as error:
        raise HttpError(404, str(error)) from error
    book = book_of([territory], every_year=asked.annee is not None)
    return {
        "territoire": territory.name,
        "maille": territory.level.value,
        "code_territoire": territory.code,
        "conditions": settings.SITE_URL + ADDRESS,
        "resultats": list(figure_rows([territory], book, indicators=indicators, year=asked.annee)),
    }


def _territory(asked: Asked) -> Territory:
    if asked.maille is None and not asked.code:
        return home_territory()
    found = find_territory(asked.maille or "", asked.code)
    if found is None:
        raise HttpError(404, "Ce territoire n’existe pas : donnez une maille et son code (maille=epci&code=200069854).")
    return found
