"""What every chart of the observatory is made with: a point, a source line, the addresses of its files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from urllib.parse import urlencode

from essaim.observatory.charts.tables import Table
from essaim.observatory.enums import Status
from essaim.observatory.evaluation import Figure
from essaim.observatory.findings.phrases import exact_value, listed, share_text
from essaim.observatory.indicators import Unit
from essaim.observatory.rows import explanation_url
from essaim.observatory.territory import Territory
from essaim.observatory.wording import amount, calibration_text, interval_text
from essaim.ui.charts.spec import Bars, Chart, Drawing, Link, Point, State
from essaim.ui.typography import vintage

FORMATS = ("svg", "png", "csv", "xlsx")
GUESSED = "(estimation)"
MOST_NAMED = 4
"""Invented lines that a notice names; past that it counts them."""


def point(figure: Figure) -> Point:
    """One figure to draw, with the word of its status when it is no plain count."""
    unit = figure.indicator.unit
    value = exact_value(figure)
    if value is not None:
        text = share_text(value, aligned=True) if unit == Unit.PERCENT else amount(value, unit)
        if figure.status == Status.ESTIMATED:
            return Point(text, value, state=State.ESTIMATED, detail=GUESSED)
        return Point(text, value)
    if figure.status != Status.ESTIMATED or figure.low is None:
        return unknown(figure)
    return Point(interval_text(figure), figure.value, figure.low, figure.high, State.ESTIMATED, GUESSED)


def unknown(figure: Figure) -> Point:
    """The word that says why there is no number."""
    label = figure.status.label if figure.status in (Status.SECRET, Status.MISSING) else Status.MISSING.label
    return Point(label, state=State.UNKNOWN)


def calibrated(figures: Iterable[Figure]) -> str:
    """Names the calibration of central values, when there is one."""
    found = next((figure.calibration for figure in figures if figure.calibration is not None), None)
    return (
        f"Dans le tableau, la valeur centrale des emplois est {calibration_text(found)}." if found is not None else ""
    )


def chart(
    key: str,
    title: str,
    what: str,
    drawing: Drawing | None,
    *,
    figures: Sequence[Figure],
    table: Table,
    among: Sequence[Territory],
    note: str = "",
    about: Figure | None = None,
    page_rows: int | None = None,
) -> Chart:
    """A chart with what the drawn figures say of themselves: source, explanation (`about`), files, invented or not.

    `what`: measure, unit, territory, year. `among`: the territories that its files are asked for.
    """
    known = [figure for figure in figures if figure.status != Status.MISSING]
    first = about or (known[-1] if known else figures[0] if figures else None)
    drawn = drawing is not None
    if isinstance(drawing, Bars) and _all_guessed(drawing):
        drawing, what = _said_once(drawing), f"{what} {GUESSED}"
    return Chart(
        key,
        title,
        what if drawn else "",
        drawing,
        sources_of(known),
        note if drawn else "",
        table.columns if drawn else (),
        table.rows if drawn else (),
        files(key, among) if drawn else (),
        explanation_url(first) if first is not None else "",
        any(figure.fictitious for figure in known),
        _part_invented(known, table) if drawn else "",
        page_rows if drawn else None,
    )


def is_mixed(figures: Iterable[Figure]) -> bool:
    """Whether real figures and invented ones stand side by side: the invented ones are then marked in their labels."""
    return len({figure.fictitious for figure in figures if figure.status != Status.MISSING}) > 1


def marked(name: str, figure: Figure, mixed: bool) -> str:
    """A label, which says that its figure is invented when another is real."""
    return f"{name} (inventé)" if mixed and figure.fictitious else name


def _part_invented(known: Sequence[Figure], table: Table) -> str:
    """Names what is invented, when the rest is not."""
    if not is_mixed(known):
        return ""
    names = [name.removesuffix(" (inventé)") for name in table.invented]
    said = listed(names) if len(names) <= MOST_NAMED else f"{len(names)} lignes du tableau"
    return f"Inventé pour la démonstration : {said}. Le reste vient de sources réelles."


def sources_of(figures: Iterable[Figure]) -> str:
    """Every source once, its years together: « Insee, Flores × ESS, 2017, 2018 et 2019 »."""
    years: dict[str, list[str]] = {}
    found = list(figures)
    mixed = is_mixed(found)
    for line in dict.fromkeys(marked(one.source_line, one, mixed) for one in found if one.source_line):
        # A line that names two sources is told whole.
        name, _, year = line.rpartition(", ") if " ; " not in line else (line, "", "")
        years.setdefault(name, []).append(year)
    return " ; ".join(f"{name}, {_years(said)}" if any(said) else name for name, said in years.items())


def _years(said: Sequence[str]) -> str:
    """« 2017, 2018 et 2019 », or « 2015 à 2024 » when more than four follow each other."""
    numbers = [int(year) for year in said if year.isdigit()]
    if len(numbers) == len(said) > MOST_NAMED and sorted(numbers) == list(range(min(numbers), max(numbers) + 1)):
        return f"{min(numbers)} à {max(numbers)}"
    return listed(said)


def _all_guessed(drawing: Bars) -> bool:
    known = [point for bar in drawing.bars for point in bar.points if point.state is not State.UNKNOWN]
    return bool(known) and all(point.state is State.ESTIMATED for point in known)


def _said_once(drawing: Bars) -> Bars:
    """The same bars, whose words leave « (estimation) » to the line above them all."""
    return Bars(
        tuple(
            replace(
                bar,
                points=tuple(replace(one, detail="" if one.detail == GUESSED else one.detail) for one in bar.points),
            )
            for bar in drawing.bars
        ),
        drawing.series,
    )


def here(what: str, where: Territory, figures: Iterable[Figure]) -> str:
    """What is drawn, where and when: « Emplois salariés de l’ESS, par secteur, Grand Poitiers, 2018 »."""
    years = dict.fromkeys(vintage(figure.period) for figure in figures if figure.period)
    return f"{what}, {where.name}{f', {next(iter(years))}' if len(years) == 1 else ''}"


def files(key: str, territories: Sequence[Territory]) -> tuple[Link, ...]:
    """The addresses of a chart's files: of one territory, or of several side by side (`avec=`)."""
    keys = [territory.key for territory in territories]
    query = urlencode({"avec": keys}, doseq=True) if len(keys) > 1 else urlencode({"territoire": keys[0]})
    return tuple(Link(name.upper(), f"/observatoire/graphiques/{key}.{name}?{query}") for name in FORMATS)
