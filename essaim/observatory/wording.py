"""A figure in words: the same everywhere, so that a page, a chart, a note and the API never say it differently."""

from __future__ import annotations

from decimal import Decimal

from essaim.observatory.enums import Field, Status
from essaim.observatory.evaluation import EXACT, Calibration, Figure
from essaim.observatory.indicators import Indicator, Unit
from essaim.ui.typography import is_plural, measured_percent, number, percent

ANNEX_DEFINITION = (
    "L’Insee appelle annexe un poste à faible volume de travail et faible salaire. En règle générale, un poste est non "
    "annexe quand il a rapporté plus de trois Smic mensuels dans l’année, ou quand il a duré plus de 30 jours et "
    "120 heures, à plus d’une heure et demie par jour."
)
"""Source: Insee, definition c2003 « Poste de travail » (https://www.insee.fr/fr/metadonnees/definition/c2003), 2021."""

STATUS_DEFINITIONS = {
    Status.OBSERVED: "Un tableau officiel, chargé ici, donne ce nombre ou les nombres dont il est tiré.",
    Status.PUBLISHED: "Ce nombre a été publié ailleurs, et il est cité. Le fichier qui permettrait de le recalculer "
    "n’est pas chargé ici.",
    Status.ESTIMATED: "Aucun tableau officiel ne donne ce nombre ici. Il est compté, ou encadré entre deux bornes, "
    "d’après le répertoire Sirene et ses tranches d’effectif.",
    Status.SECRET: "La source connaît ce nombre et le tait : trop peu d’employeurs, on reconnaîtrait l’un d’eux. "
    "Ce n’est pas zéro.",
    Status.MISSING: "Aucun fichier publié ici ne donne ce nombre. Ce n’est pas zéro.",
}
"""What each status means, for who reads a page."""


def amount(value: Decimal, unit: Unit) -> str:
    """One value with its sign: « 11,4 % », « 10 900 », « 282 642 519 € »."""
    match unit:
        case Unit.PERCENT:
            return measured_percent(value)
        case Unit.EURO:
            return f"{number(value, 0)}\u00a0€"
        case _:
            return number(value, 0)


def value_text(figure: Figure) -> str:
    """The figure itself: a value, an interval, or the word of its status. Never a zero for what is not known."""
    unit = figure.indicator.unit
    if figure.status in EXACT and figure.value is not None:
        return amount(figure.value, unit)
    if figure.status == Status.ESTIMATED:
        return interval_text(figure)
    return figure.status.label


def interval_text(figure: Figure) -> str:
    """« entre 9 200 et 14 100 », « au moins 9 200 », or one value when both bounds are the same."""
    unit = figure.indicator.unit
    if figure.low is None:
        return "" if figure.value is None else amount(figure.value, unit)
    if figure.high is None:
        return f"au moins {amount(figure.low, unit)}"
    low, high = amount(figure.low, unit), amount(figure.high, unit)
    return low if low == high else f"entre {low} et {high}"


def central_text(figure: Figure) -> str:
    """« plutôt 10 400 », the central value of an estimate between two bounds; empty without a named calibration."""
    if figure.status != Status.ESTIMATED or figure.value is None or figure.calibration is None:
        return ""
    if figure.low == figure.high:
        return ""
    return f"plutôt {amount(figure.value, figure.indicator.unit)}"


def noun(indicator: Indicator, value: Decimal | None) -> str:
    """« emploi » or « emplois », as the value has it; empty for a share."""
    singular, _, several = indicator.noun.partition(",")
    return several if value is None or is_plural(value) else singular


def calibration_text(calibration: Calibration) -> str:
    """Names a calibration as it must be named: territory, vintage, error."""
    return (
        f"calée sur {calibration.territory.name}, {calibration.observed.source.short} {calibration.observed.period} "
        f"(écart moyen par secteur : {percent(calibration.error, 0)})"
    )


def people_text(cog_year: int) -> str:
    """Where inhabitants come from: the year of the code is known, that of the count is not in its files."""
    return f"population municipale du code géographique {cog_year}"


def break_text(field: Field) -> str:
    """Why a vintage of another field stands apart."""
    if field == Field.NON_ANNEX_POSTS:
        return f"Rupture de série : ce millésime ne compte que les postes non annexes. {ANNEX_DEFINITION}"
    return f"Champ : {field.label}."
