"""A figure as a row of a table: the same columns in exports and in the API."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.conf import settings

from essaim.foundation.exports import Column, Kind
from essaim.observatory.book import Book
from essaim.observatory.enums import Source, Status
from essaim.observatory.evaluation import Figure, estimate, evaluate
from essaim.observatory.indicators import CATALOGUE, Indicator, Unit
from essaim.observatory.territory import Territory
from essaim.observatory.wording import calibration_text, value_text

COLUMNS: Sequence[Column] = (
    Column("indicateur", "Indicateur (code)"),
    Column("libelle", "Indicateur"),
    Column("maille", "Maille"),
    Column("code_territoire", "Code du territoire"),
    Column("territoire", "Territoire"),
    Column("statut", "Statut (observed, published, estimated, secret, missing)"),
    Column("statut_libelle", "Statut"),
    Column("periode", "Période"),
    Column("annee", "Année", Kind.INTEGER),
    Column("valeur", "Valeur (centrale pour une estimation calée)", Kind.NUMBER),
    Column("borne_basse", "Borne basse de l’estimation", Kind.NUMBER),
    Column("borne_haute", "Borne haute de l’estimation", Kind.NUMBER),
    Column("unite", "Unité (count, percent, euro)"),
    Column("en_mots", "Le chiffre en mots"),
    Column("numerateur", "Ce qui est compté"),
    Column("denominateur", "Rapporté à"),
    Column("source", "Source et année"),
    Column("champ", "Champ de la source"),
    Column("perimetre", "Version du périmètre de l’ESS"),
    Column("calage", "Calage de la valeur centrale"),
    Column("raison", "Pourquoi le chiffre manque, ou ce qu’il faut en savoir"),
    Column("fictif", "Donnée inventée", Kind.BOOLEAN),
    Column("explication", "Comment ce chiffre est calculé"),
)

_DECIMALS = {Unit.PERCENT: Decimal("0.0001"), Unit.COUNT: Decimal("0.01"), Unit.EURO: Decimal("0.01")}


def figure_rows(
    territories: Iterable[Territory], book: Book, *, indicators: Sequence[Indicator] = (), year: int | None = None
) -> Iterator[dict[str, Any]]:
    """Every figure of these territories, indicator after indicator; beside an official count, Sirene's estimate."""
    for territory in territories:
        for indicator in indicators or CATALOGUE.values():
            first = evaluate(indicator, territory, book, year=year)
            yield figure_row(first)
            beside = estimate(indicator, territory, book, year=year)
            if beside.is_known and beside.status != first.status:
                yield figure_row(beside)


def figure_row(figure: Figure) -> dict[str, Any]:
    """One figure with the keys of COLUMNS. Values are Decimal: rounded to a hundredth (of a point, for a share)."""
    indicator, territory = figure.indicator, figure.territory
    counted, over = figure.counted_words
    return {
        "indicateur": indicator.key,
        "libelle": indicator.label,
        "maille": territory.level.value,
        "code_territoire": territory.code,
        "territoire": territory.name,
        "statut": figure.status.value,
        "statut_libelle": figure.status.label,
        "periode": figure.period or None,
        "annee": figure.year,
        "valeur": rounded(figure.value, indicator.unit),
        "borne_basse": rounded(figure.low, indicator.unit),
        "borne_haute": rounded(figure.high, indicator.unit),
        "unite": indicator.unit.value,
        "en_mots": value_text(figure),
        "numerateur": counted,
        "denominateur": over or None,
        "source": figure.source_line or None,
        "champ": figure.field.label if figure.field else None,
        "perimetre": figure.perimeter or None,
        "calage": calibration_text(figure.calibration) if figure.calibration else None,
        "raison": figure.reason or None,
        "fictif": figure.fictitious,
        "explication": settings.SITE_URL + explanation_url(figure),
    }


def explanation_url(figure: Figure) -> str:
    """Where the page « comment ce chiffre est calculé » of this figure stands."""
    query = {"territoire": figure.territory.key}
    # A year of which nothing is known has no page: the figure of the territory says why there is none.
    if figure.year is not None and figure.status != Status.MISSING:
        query["annee"] = str(figure.year)
    if figure.status == Status.ESTIMATED:
        # Beside an official count, the same indicator has two figures for a territory.
        query["source"] = Source.SIRENE.value
    return f"/observatoire/chiffres/{figure.indicator.key}/?{urlencode(query)}"


def rounded(value: Decimal | None, unit: Unit) -> Decimal | None:
    """A value as a file writes it: to a hundredth (of a point, for a share), whole when it is whole."""
    if value is None:
        return None
    # « 10900.00 » reads as « 10900 »: a count that is whole shows no decimals.
    short = value.quantize(_DECIMALS[unit])
    return short.quantize(Decimal(1)) if short == short.to_integral_value() else short.normalize()
