"""How a figure was made: cells used, filters, formula, files and checksums, and the figure worked out once more.

The page, the command and the JSON tell one same `Explanation`. The sum is made again here from the cells alone, by
another path than `evaluation`, and compared with what is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from essaim.nomenclature.headcount import all_bands
from essaim.observatory.biases import BIASES
from essaim.observatory.book import Book, CellRow, Found
from essaim.observatory.cell_words import cell_axes, filters, perimeter_note
from essaim.observatory.enums import Measure, Population, Source, Status
from essaim.observatory.evaluation import HUNDRED, Calibration, Figure, estimate, evaluate
from essaim.observatory.explanation.nouns import Again, Band, Explanation, Part, Scaling, SourceRow
from essaim.observatory.indicators import CATALOGUE, Count, Indicator
from essaim.observatory.territory import Territory
from essaim.observatory.wording import amount, central_text, interval_text
from essaim.ui.typography import number, percent

FEW_TERMS = 6
"""Numbers that a formula writes one by one; past that it says how many were added."""


class NoSuchYear(ValueError):
    """No published vintage nor fact gives this figure for the year asked for; the message lists the years that do."""


def explain(
    indicator: Indicator,
    territory: Territory,
    book: Book,
    year: int | None = None,
    source: Source | None = None,
) -> Explanation:
    """How the figure of an indicator was made here: the first to show, or that of a year.

    `source` SIRENE: the estimate, whatever official tables know. Raises NoSuchYear when a year was asked for and no
    vintage nor fact speaks of it.
    """
    years = years_of(indicator, territory, book, source)
    figure = _figure(indicator, territory, book, year, source)
    if year is not None and figure.status == Status.MISSING and year not in years:
        known = ", ".join(str(one) for one in years) or "aucune"
        raise NoSuchYear(f"Aucun chiffre publié pour {year}. Années connues : {known}.")
    return explanation_of(figure, book, years)


def years_of(indicator: Indicator, territory: Territory, book: Book, source: Source | None = None) -> tuple[int, ...]:
    """The years that say something of an indicator here, a secret included, newest first."""
    wanted = (source,) if source else indicator.sources
    years = {vintage.year for vintage in book.vintages if vintage.source in wanted}
    if source is None:
        years |= {fact.year for fact in book.facts if fact.indicator == indicator.key}
    return tuple(
        year
        for year in sorted(years, reverse=True)
        if _figure(indicator, territory, book, year, source).status != Status.MISSING
    )


def explanation_of(figure: Figure, book: Book, years: tuple[int, ...] = ()) -> Explanation:
    """How this very figure was made; `book` is the one that it was worked out from."""
    indicator = figure.indicator
    members = len(figure.territory.parts)
    name = "Numérateur" if indicator.denominator else "Ce qui est compté"
    counted, over = figure.counted_words
    top = _part(name, counted, indicator.numerator, figure.numerator, members)
    bottom = None
    if indicator.denominator is not None:
        bottom = _part("Dénominateur", over, indicator.denominator, figure.denominator, members)
    estimated = figure.status == Status.ESTIMATED
    jobs = estimated and indicator.numerator.measure == Measure.JOBS
    bands = _bands(figure.numerator.cells) if jobs and figure.numerator is not None else ()
    scaling = scaling_of(figure.calibration, book) if figure.calibration is not None else None
    tells_ess = Population.ESS in indicator.numerator.populations
    return Explanation(
        figure,
        tuple(part for part in (top, bottom) if part is not None),
        tuple(_formula(figure, bands, scaling)),
        _again(figure, bands, scaling) if figure.is_known and figure.fact is None else None,
        bands,
        scaling,
        perimeter_note(figure.perimeter) if tells_ess else None,
        BIASES if estimated else (),
        years,
    )


def _figure(indicator: Indicator, territory: Territory, book: Book, year: int | None, source: Source | None) -> Figure:
    if source == Source.SIRENE:
        return estimate(indicator, territory, book, year=year)
    return evaluate(indicator, territory, book, year=year)


def _part(name: str, counted: str, count: Count, found: Found | None, members: int) -> Part | None:
    if found is None:
        return None
    files = {file.pk: file for file in found.vintage.files}
    rows = tuple(
        SourceRow(
            files[cell.file].name if cell.file in files else "",
            files[cell.file].sheet if cell.file in files else "",
            cell.line,
            cell_axes(cell),
            cell.value,
        )
        for cell in found.cells
    )
    spelled = tuple(dict.fromkeys(Population(cell.population) for cell in found.cells)) or count.populations
    kept = Count(count.measure, spelled, count.family, count.sector, count.size, count.workers)
    return Part(name, counted, filters(kept, found.vintage.source, members), found, rows)


def _bands(cells: Sequence[CellRow]) -> tuple[Band, ...]:
    """The cells of an estimate gathered by band, from the smallest to the largest."""
    places: dict[str, Decimal] = {}
    for cell in cells:
        places[cell.size] = places.get(cell.size, Decimal(0)) + (cell.value or Decimal(0))
    return tuple(
        Band(
            band.code, band.label, places[band.code], band.low, band.high, Decimal(str(band.geometric_mean or band.low))
        )
        for band in all_bands()
        if places.get(band.code) and band.low is not None
    )


def scaling_of(calibration: Calibration, book: Book) -> Scaling | None:
    """A calibration with the two numbers that it divides, from the book that it was made of."""
    jobs = CATALOGUE["ess-jobs"].numerator
    observed = book.find(calibration.observed, calibration.territory, jobs).value
    weighed = book.find(calibration.counted, calibration.territory, jobs).weighed
    return None if observed is None or weighed is None else Scaling(calibration, observed, weighed)


def _added(rows: Iterable[CellRow]) -> Decimal:
    return sum((row.value for row in rows if row.value is not None), Decimal(0))


def _bounds(bands: Sequence[Band]) -> tuple[Decimal, Decimal | None, Decimal]:
    low = sum((band.jobs_low for band in bands), Decimal(0))
    highs = [band.jobs_high for band in bands]
    high = None if None in highs else sum((one for one in highs if one is not None), Decimal(0))
    return low, high, sum((band.weighed for band in bands), Decimal(0))


def _again(figure: Figure, bands: Sequence[Band], scaling: Scaling | None) -> Again | None:
    """Work the figure out from its cells alone, in the order of the formula shown."""
    if figure.numerator is None:
        return None
    value: Decimal | None
    low: Decimal | None
    high: Decimal | None
    if figure.status == Status.ESTIMATED and figure.indicator.numerator.measure == Measure.JOBS:
        low, high, weighed = _bounds(bands)
        value = None if scaling is None else weighed * (scaling.observed_jobs / scaling.weighed)
    else:
        value = _added(figure.numerator.cells)
        low, high = (value, value) if figure.status == Status.ESTIMATED else (None, None)
    if figure.denominator is not None:
        whole = _added(figure.denominator.cells)
        value, low, high = (None if one is None or not whole else HUNDRED * one / whole for one in (value, low, high))
        high = HUNDRED if high is not None and high > HUNDRED else high
    same = (value, low, high) == (figure.value, figure.low, figure.high)
    return Again(value, low, high, same)


def _formula(figure: Figure, bands: Sequence[Band], scaling: Scaling | None) -> list[str]:
    """The formula with its numbers, one step a line."""
    if not figure.is_known or figure.numerator is None:
        return []
    share = figure.denominator is not None
    if not (figure.status == Status.ESTIMATED and figure.indicator.numerator.measure == Measure.JOBS):
        top = _added(figure.numerator.cells)
        lines = [f"{'Numérateur' if share else 'Valeur'} : {_sum_text(figure.numerator.cells)}."]
        if figure.denominator is not None and figure.value is not None:
            whole = _added(figure.denominator.cells)
            lines.append(f"Dénominateur : {_sum_text(figure.denominator.cells)}.")
            lines.append(_share_text(top, whole, figure))
        return lines
    low, high, weighed = _bounds(bands)
    lines = [
        f"Borne basse : somme de (établissements × borne basse de la tranche) = {number(low)}.",
        "Borne haute : il n’y en a pas, une tranche n’a pas de plafond." if high is None else
        f"Borne haute : somme de (établissements × borne haute de la tranche) = {number(high)}.",
    ]  # fmt: skip
    if scaling is not None and figure.value is not None:
        factor = scaling.observed_jobs / scaling.weighed
        lines.append(
            f"Valeur centrale : somme de (établissements × moyenne géométrique des bornes) = {number(weighed)}, "
            f"× facteur de calage {number(factor, 4)} = {number(weighed * factor)}."
        )
    else:
        lines.append(f"Valeur centrale : aucune. {figure.no_centre}".strip())
    if figure.denominator is not None:
        whole = _added(figure.denominator.cells)
        lines.append(f"Dénominateur : {_sum_text(figure.denominator.cells)}.")
        lines.append(
            f"Part : 100 × borne ÷ {number(whole)}, affichée {interval_text(figure)}{_centre(figure)}."
            + (f" {figure.reason}" if figure.reason else "")
        )
    return lines


def _centre(figure: Figure) -> str:
    return f", {said}" if (said := central_text(figure)) else ""


def _share_text(top: Decimal, whole: Decimal, figure: Figure) -> str:
    if not whole or figure.value is None:
        return ""
    exact = HUNDRED * top / whole
    shown = amount(figure.value, figure.indicator.unit)
    return f"100 × {number(top)} ÷ {number(whole)} = {percent(exact, 6)}, affiché {shown}."


def _sum_text(cells: Sequence[CellRow]) -> str:
    """« 120 + 12 = 132 », « somme de 340 cases = 1 143 », or the one number."""
    total = number(_added(cells))
    if len(cells) == 1:
        return total
    if 1 < len(cells) <= FEW_TERMS:
        return f"{' + '.join(number(cell.value or Decimal(0)) for cell in cells)} = {total}"
    return f"somme de {number(len(cells))} cases = {total}"
