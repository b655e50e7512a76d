"""An explanation told twice: as JSON for programs, as French lines for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from essaim.observatory.enums import Status
from essaim.observatory.wording import amount, calibration_text, central_text, value_text
from essaim.ui.typography import day_name, number, percent, vintage

if TYPE_CHECKING:
    from essaim.observatory.book import VintageNote
    from essaim.observatory.explanation.nouns import Explanation, Part, Scaling, SourceRow


def exact(value: Decimal | None) -> str | None:
    """A number as exact text, without exponent nor useless zeros; None stays None."""
    if value is None:
        return None
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def as_dict(told: Explanation) -> dict[str, Any]:
    """See `Explanation.as_dict`."""
    figure, indicator, territory = told.figure, told.indicator, told.territory
    return {
        "indicator": {
            "key": indicator.key,
            "label": indicator.label,
            "unit": indicator.unit.value,
            "numerator": told.counted,
            "denominator": told.over or None,
            "caution": indicator.caution or None,
        },
        "territory": {
            "key": territory.key,
            "level": territory.level.value,
            "code": territory.code,
            "name": territory.name,
            "members": list(territory.members),
        },
        "status": figure.status.value,
        "status_label": figure.status.label,
        "period": figure.period or None,
        "year": figure.year,
        "field": figure.field.value if figure.field else None,
        "field_label": figure.field.label if figure.field else None,
        "fictitious": figure.fictitious,
        "shown": value_text(figure),
        "central": central_text(figure) or None,
        "no_centre": figure.no_centre or None,
        "value": exact(figure.value),
        "low": exact(figure.low),
        "high": exact(figure.high),
        "source": figure.source_line or None,
        "reason": figure.reason or None,
        "recomputable": not told.is_fact,
        "recomputed": None if told.again is None else {
            "value": exact(told.again.value),
            "low": exact(told.again.low),
            "high": exact(told.again.high),
            "matches": told.again.agrees,
        },
        "formula": list(told.formula),
        "parts": [_part(part) for part in told.parts],
        "bands": [
            {
                "code": band.code,
                "label": band.label,
                "establishments": exact(band.places),
                "low": band.low,
                "high": band.high,
                "geometric_mean": exact(band.mean),
                "jobs_low": exact(band.jobs_low),
                "jobs_high": exact(band.jobs_high),
            }
            for band in told.bands
        ],
        "calibration": _calibration(told),
        "biases": [{"key": bias.key, "name": bias.name, "text": bias.text} for bias in told.biases],
        "perimeter": None if told.perimeter is None else {
            "version": told.perimeter.version,
            "families": [{"name": name, "legal_categories": count} for name, count in told.perimeter.families],
            "excluded_activities": [{"naf": code, "label": label} for code, label in told.perimeter.excluded],
            "added_units": [{"siren": siren, "name": name} for siren, name in told.perimeter.added],
            "source": told.perimeter.source or None,
        },
        "fact": _fact(told),
        "years": list(told.years),
    }  # fmt: skip


def _part(part: Part) -> dict[str, Any]:
    return {
        "name": part.name,
        "counted": part.counted,
        "filters": list(part.filters),
        "status": part.found.status.value,
        "reason": part.found.reason or None,
        "vintage": {
            "source": part.vintage.source.value,
            "source_label": part.vintage.source.label,
            "period": part.vintage.period,
            "field": part.vintage.field.value,
            "field_label": part.vintage.field.label,
            "perimeter_version": part.vintage.perimeter_version or None,
            "fictitious": part.vintage.fictitious,
        },
        "files": [
            {"name": file.name, "table": file.table, "sheet": file.sheet or None, "sha256": file.sha256}
            for file in part.files
        ],
        "rows": [
            {
                "file": row.file,
                "sheet": row.sheet or None,
                "line": row.line,
                "axes": dict(row.axes),
                "value": exact(row.value),
                "secret": row.value is None,
            }
            for row in part.rows
        ],
    }


def _calibration(told: Explanation) -> dict[str, Any] | None:
    if told.scaling is None:
        return None
    found = told.scaling.calibration
    return {
        "territory": found.territory.name,
        "code": found.territory.code,
        "observed": f"{found.observed.source.short} {found.observed.period}",
        "counted": f"{found.counted.source.short} {found.counted.period}",
        "observed_jobs": exact(told.scaling.observed_jobs),
        "weighed_jobs": exact(told.scaling.weighed),
        "factor": exact(found.factor),
        "error_percent": exact(found.error),
        "sectors": found.sectors,
    }


def _fact(told: Explanation) -> dict[str, Any] | None:
    fact = told.figure.fact
    if fact is None:
        return None
    return {
        "value": exact(fact.value),
        "year": fact.year,
        "wording": fact.wording or None,
        "source": fact.source_title,
        "url": fact.source_url or None,
        "said_on": fact.said_on.isoformat() if fact.said_on else None,
        "file_to_load": fact.file_to_load or None,
    }


def lines(told: Explanation, most_rows: int) -> list[str]:
    """See `Explanation.lines`."""
    said = [*_head_lines(told), "", *_definition_lines(told), *_fact_lines(told)]
    for part in told.parts:
        said += ["", *_part_lines(part, most_rows)]
    if told.bands:
        said += ["", "Tranches d’effectif", *(f"  {_band_text(band)}" for band in told.bands)]
    if told.scaling is not None:
        said += ["", "Calage", f"  {scaling_text(told)}"]
    if told.formula:
        said += ["", "Calcul", *(f"  {line}" for line in told.formula)]
    if told.again is not None:
        said.append(f"  {again_text(told)}")
    if told.biases:
        said += ["", "Biais connus", *(f"  {bias.name} : {bias.text}" for bias in told.biases)]
    if told.years:
        said += ["", f"Années connues : {', '.join(str(year) for year in told.years)}."]
    return said


def _head_lines(told: Explanation) -> list[str]:
    figure, indicator = told.figure, told.indicator
    when = f", {vintage(figure.period)}" if figure.period else ""
    # A figure that is not known shows the word of its status: said once.
    status = f" ({figure.status.label})" if figure.is_known else ""
    centre = f", {central_text(figure)}" if central_text(figure) else ""
    said = [f"{indicator.label}, {told.territory.name}{when}", f"{value_text(figure)}{centre}{status}"]
    if figure.source_line:
        said.append(f"Source : {figure.source_line}.")
    if figure.fictitious:
        said.append("Attention : fichier inventé pour la démonstration.")
    if figure.reason:
        said.append(figure.reason)
    return said


def _definition_lines(told: Explanation) -> list[str]:
    figure, indicator = told.figure, told.indicator
    said = ["Définition", f"  Numérateur : {told.counted}."]
    if indicator.denominator is not None:
        said.append(f"  Dénominateur : {told.over}.")
    if indicator.caution:
        said.append(f"  {indicator.caution}")
    if figure.field is not None:
        said.append(f"  Champ : {figure.field.label}.")
    if told.perimeter is not None:
        said.append(f"  Périmètre de l’ESS : {told.perimeter.summary}")
    return said


def _fact_lines(told: Explanation) -> list[str]:
    fact = told.figure.fact
    if fact is None:
        return []
    said = ["", "Fait publié, non recalculable ici"]
    if fact.wording:
        said.append(f"  Tel qu’il est dit : {fact.wording}")
    said.append(f"  Qui le dit : {fact.source_title}")
    if fact.source_url:
        said.append(f"  Lu à : {fact.source_url}")
    if fact.said_on is not None:
        said.append(f"  Publié ou lu le {day_name(fact.said_on)}.")
    if fact.file_to_load:
        said.append(f"  Fichier à charger pour le recalculer : {fact.file_to_load}")
    return said


def _part_lines(part: Part, most_rows: int) -> list[str]:
    said = [f"{part.name}, d’après {vintage_text(part.vintage)}"]
    said += [f"  {one}" for one in part.filters]
    same, cut = part.axes
    if len(part.rows) > 1:
        said.append(f"  Dans toutes les lignes : {', '.join(same)}.")
    said += [f"  {row_text(row, cut if len(part.rows) > 1 else None)}" for row in part.rows[:most_rows]]
    if len(part.rows) > most_rows:
        said.append(f"  … et {number(len(part.rows) - most_rows)} autres lignes (toutes avec --json).")
    if part.found.status in (Status.SECRET, Status.MISSING) and part.found.reason:
        said.append(f"  {part.found.reason}")
    said += [f"  Fichier {file.name}, SHA-256 {file.sha256}" for file in part.files]
    return said


def vintage_text(note: VintageNote) -> str:
    """« Insee, Flores × ESS, 2018 (tous les postes salariés…) »."""
    invented = ", fichier inventé" if note.fictitious else ""
    return f"{note.source.short}, {vintage(note.period)} ({note.field.label}{invented})"


def row_text(row: SourceRow, axes: Sequence[str] | None = None) -> str:
    """One row with its place and its value, along these axes only when given; a secret says so."""
    value = "secret" if row.value is None else number(row.value)
    words = ", ".join(said for name, said in row.axes if axes is None or name in axes)
    return f"{row.place} : {words} = {value}"


def _band_text(band: Any) -> str:
    high = "sans plafond" if band.high is None else f"à {number(band.high)}"
    top = "sans plafond" if band.jobs_high is None else f"à {number(band.jobs_high)}"
    return (
        f"{band.label} : {number(band.places)} × {number(band.low)} {high}, soit {number(band.jobs_low)} {top} emplois"
    )


def scaling_text(told: Explanation) -> str:
    """The calibration with its numbers, empty when there is none."""
    return "" if told.scaling is None else scaling_words(told.scaling)


def scaling_words(scaling: Scaling) -> str:
    """A calibration with the numbers that it divides."""
    found = scaling.calibration
    return (
        f"Estimation {calibration_text(found)} : {number(scaling.observed_jobs)} emplois observés ÷ "
        f"{number(scaling.weighed)} d’après les tranches de {found.counted.source.short} "
        f"{vintage(found.counted.period)} = facteur {number(found.factor, 4)}, "
        f"ajusté sur l’ensemble ; écart mesuré sur {found.sectors} secteurs."
    )


def again_text(told: Explanation) -> str:
    """Whether the figure worked out again is the one shown, with the number."""
    again = told.again
    if again is None:
        return ""
    if not again.agrees:
        return (
            f"Recalculé à partir des lignes : {exact(again.value)} [{exact(again.low)} ; {exact(again.high)}]. "
            "Ce n’est pas ce qui est affiché : prévenez le service qui tient ce site."
        )
    unit = told.indicator.unit
    if again.low is not None and again.low != again.high:
        top = "sans borne haute" if again.high is None else f"à {amount(again.high, unit)}"
        centre = "" if again.value is None else f", valeur centrale {amount(again.value, unit)}"
        interval = f"de {amount(again.low, unit)} {top}{centre}"
        return f"Recalculé à partir des lignes : {interval}. Identique à ce qui est affiché."
    if again.value is None:
        return ""
    shown = percent(again.value, 4) if told.indicator.denominator is not None else amount(again.value, unit)
    return f"Recalculé à partir des lignes : {shown}. Identique à ce qui est affiché."
