"""Communes of a territory, and territories side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from essaim.geography.models import LAST_URBAN_LEVEL
from essaim.observatory import findings
from essaim.observatory.charts.pieces import GUESSED, chart, here, is_mixed, marked, point, unknown
from essaim.observatory.charts.tables import Line, table_of
from essaim.observatory.enums import Status
from essaim.observatory.evaluation import EXACT, Figure
from essaim.observatory.findings.phrases import exact_value
from essaim.observatory.indicators import Unit
from essaim.observatory.territory import Territory
from essaim.observatory.wording import amount
from essaim.ui.charts.spec import Bar, Bars, Chart, Point, State
from essaim.ui.typography import counted, vintage

if TYPE_CHECKING:
    from essaim.observatory.communes import CommuneRow
    from essaim.observatory.comparison import Compared

MOST_COMMUNES = 12
"""Bars of the ranking of communes; its table has them all."""


def communes(rows: Sequence[CommuneRow], where: Territory) -> Chart:
    """The communes that have most establishments; equals in the order of their names, the unknown after all."""
    values = {row.territory.code: exact_value(row.establishments) for row in rows}

    def order(row: CommuneRow) -> tuple[Decimal, str, str]:
        value = values[row.territory.code]
        return (Decimal(1) if value is None else -value, row.territory.name, row.territory.code)

    ranked = sorted(rows, key=order)
    best = max((value for value in values.values() if value is not None), default=Decimal(0))
    bars = tuple(
        Bar(
            row.territory.name,
            (point(row.establishments),),
            "honey" if best and values[row.territory.code] == best else "",
        )
        for row in ranked[:MOST_COMMUNES]
        if values[row.territory.code] is not None
    )
    figures = [row.establishments for row in rows]
    unknown_ones = sum(value is None for value in values.values())
    note = ""
    if len(rows) - unknown_ones > len(bars):
        note = f"Les {len(bars)} premières communes sur {len(rows)} ; toutes sont dans le tableau."
    elif unknown_ones:
        note = f"{counted(unknown_ones, 'commune')} sans chiffre connu, dans le tableau seulement."
    return chart(
        "communes",
        findings.communes(rows),
        here("Établissements employeurs de l’ESS, par commune", where, figures),
        Bars(bars) if bars else None,
        figures=figures,
        table=table_of(
            "Commune",
            ("Établissements", "Emplois", "Part des emplois"),
            [Line(row.territory.name, (row.establishments, row.jobs, row.share), row.href) for row in ranked],
        ),
        among=(where,),
        note=note,
    )


def urban_rural(rows: Sequence[CommuneRow], where: Territory) -> Chart:
    """Establishments of the urban communes and of the rural ones; a sum that lacks a commune is a lower bound."""
    bars: list[Bar] = []
    totals: list[Line] = []
    if all(row.density is not None for row in rows):
        for name, rural in (("Communes urbaines", False), ("Communes rurales", True)):
            side = [row for row in rows if ((row.density or 0) > LAST_URBAN_LEVEL) is rural]
            if side:
                several = f"{len(side)} communes" if len(side) > 1 else "1 commune"
                places, jobs = [row.establishments for row in side], [row.jobs for row in side]
                bars.append(Bar(f"{name} ({several})", (_sum(places),)))
                code = f"{where.code}-{'rural' if rural else 'urbain'}"
                whole = replace(where, code=code, name=name, members=tuple(sorted(row.territory.code for row in side)))
                sums = (added(places, whole), added(jobs, whole))
                totals.append(Line(f"{name} ({several})", sums, group=_class(side[0])))
    known = any(bar.points[0].state is not State.UNKNOWN for bar in bars)
    figures = [row.establishments for row in rows]
    return chart(
        "urban-rural",
        findings.urban_rural(rows),
        here("Établissements employeurs de l’ESS, en ville et à la campagne", where, figures),
        Bars(tuple(bars)) if known else None,
        figures=figures,
        table=table_of(
            "Commune",
            ("Établissements", "Emplois"),
            [
                *totals,
                *(
                    Line(row.territory.name, (row.establishments, row.jobs), row.href, group=_class(row))
                    for row in rows
                ),
            ],
            groups="Milieu",
        ),
        among=(where,),
        page_rows=len(totals),
        note="Urbain et rural selon la grille de densité de l’Insee à sept niveaux : les quatre premiers sont urbains.",
    )


def _class(row: CommuneRow) -> str:
    return "" if row.density is None else "rurale" if row.density > LAST_URBAN_LEVEL else "urbaine"


def added(figures: Sequence[Figure], whole: Territory) -> Figure:
    """The sum of one indicator over communes, as a figure of their whole: what lacks one is « au moins » the others.

    Centres are added only when each commune has one: calibrated by one factor, they add up.
    """
    known = [figure for figure in figures if figure.is_known]
    first = replace(known[0] if known else figures[0], territory=whole, reason="")
    if not known:
        return first
    low = sum((weight(figure) for figure in known), Decimal(0))
    if all(figure.status in EXACT for figure in figures):
        return replace(first, value=low)
    tops = [figure.value if figure.high is None and figure.low is None else figure.high for figure in figures]
    complete = len(known) == len(figures) and all(top is not None for top in tops)
    high = sum((top for top in tops if top is not None), Decimal(0)) if complete else None
    centres = [figure.value for figure in figures]
    centred = complete and all(value is not None for value in centres)
    centre = sum((value for value in centres if value is not None), Decimal(0)) if centred else None
    guess = next((figure for figure in known if figure.status == Status.ESTIMATED), first)
    calibration = next((figure.calibration for figure in known if figure.calibration is not None), None)
    return replace(
        first,
        status=Status.ESTIMATED,
        numerator=guess.numerator,
        value=centre,
        low=low,
        high=high,
        calibration=calibration if centred else None,
    )


def weight(figure: Figure) -> Decimal:
    """The least that a known figure counts."""
    return (figure.value if figure.low is None else figure.low) or Decimal(0)


def _sum(figures: Sequence[Figure]) -> Point:
    values = [exact_value(figure) for figure in figures]
    known = [value for value in values if value is not None]
    if not known:
        return unknown(figures[0])
    total = sum(known, Decimal(0))
    guessed = any(figure.status == Status.ESTIMATED for figure in figures)
    state, detail = (State.ESTIMATED, GUESSED) if guessed else (State.KNOWN, "")
    text = amount(total, Unit.COUNT)
    if len(known) < len(values):
        return Point(f"au moins {text}", None, total, None, state, detail)
    return Point(text, total, state=state, detail=detail)


def compared(line: Compared) -> Chart:
    """One indicator for several territories, from one source for all; the first in honey, when one is."""
    figures = line.figures
    mixed = is_mixed(figures)
    names = [marked(one.territory.name, one, mixed) for one in figures]
    best = max((value for one in figures if (value := exact_value(one)) is not None), default=None)
    bars = tuple(
        Bar(name, (point(one),), "honey" if best and exact_value(one) == best else "")
        for name, one in zip(names, figures, strict=True)
    )
    return chart(
        f"compare-{line.indicator.key}",
        findings.compared(figures),
        f"{line.indicator.label}{_period(figures)}",
        Bars(bars) if any(one.is_known for one in figures) else None,
        figures=figures,
        table=table_of(
            "Territoire",
            (line.indicator.label,),
            [Line(name, (one,)) for name, one in zip(names, figures, strict=True)],
        ),
        among=[one.territory for one in figures],
        note=line.basis,
    )


def _period(figures: Sequence[Figure]) -> str:
    """« , 2018 » when all are of one year."""
    said = {vintage(one.period) for one in figures if one.period}
    return f", {said.pop()}" if len(said) == 1 else ""
