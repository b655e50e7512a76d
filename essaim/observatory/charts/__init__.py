"""The charts of a territory: specs made from its figures, with title, source, table and files. No query, no drawing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from essaim.observatory import findings
from essaim.observatory.charts.parts import families, sectors, sizes
from essaim.observatory.charts.pieces import FORMATS, chart, files, here, is_mixed, marked, point
from essaim.observatory.charts.tables import Line, table_of
from essaim.observatory.charts.territories import communes as ranking
from essaim.observatory.charts.territories import compared, urban_rural
from essaim.observatory.enums import Field, Status
from essaim.observatory.evaluation import EXACT, HUNDRED, Figure
from essaim.observatory.findings.phrases import exact_value, share_text
from essaim.observatory.profile import Profile, SideBySide
from essaim.observatory.territory import Territory
from essaim.observatory.wording import break_text
from essaim.ui.charts.spec import Bar, Bars, Chart, Drawing, Moment, Point, Segment, Shares, State, TimeLine
from essaim.ui.typography import vintage

if TYPE_CHECKING:
    from essaim.observatory.communes import CommuneRow
    from essaim.observatory.comparison import Compared

__all__ = ["COMPARED", "FORMATS", "TREND", "charts_of", "comparison", "files", "over_years"]

COMPARED = ("ess-job-share", "ess-private-job-share", "ess-establishment-share", "ess-women-share")
"""Indicators that are drawn side by side: shares only, for a large territory has more of everything."""

TREND = "private-trend"
"""The Urssaf's series: for regions and France only."""

_SIDES_DIFFER = "Ce ne sont ni le même jour ni le même comptage : l’écart est attendu."


def charts_of(profile: Profile, *, communes: Sequence[CommuneRow] = ()) -> dict[str, Chart]:
    """The charts of one territory by key, those with nothing to draw too: their title says why.

    `communes`: figures of its communes; without them there is neither ranking nor town and country.
    """
    where = profile.territory
    charts = [
        over_years("history-establishments", where, profile.history.get("ess-employer-establishments", ())),
        over_years("history-share", where, profile.history.get("ess-job-share", ())),
        families(profile.families, where),
        sectors(profile.sectors, where),
        sizes(profile.sizes, where),
        _women(profile.headline["ess-women-share"], where),
        _side_by_side(profile.side_by_side, where),
    ]
    if trend := profile.history.get("urssaf-ess-jobs", ()):
        charts.append(over_years(TREND, where, trend))
    if communes:
        charts += [urban_rural(communes, where), ranking(communes, where)]
    return {chart.key: chart for chart in charts}


def comparison(lines: Iterable[Compared]) -> dict[str, Chart]:
    """The charts of a comparison by key (« compare-ess-job-share »), for the lines whose figures can be compared."""
    return {
        chart.key: chart
        for line in lines
        if line.indicator.key in COMPARED and line.comparable
        for chart in (compared(line),)
    }


def over_years(key: str, where: Territory, all_figures: Iterable[Figure]) -> Chart:
    """One indicator over the vintages, oldest first; a line never joins two fields."""
    figures = [figure for figure in all_figures if figure.year is not None]
    breaks = [one for one in dict.fromkeys(figure.field for figure in figures) if one == Field.NON_ANNEX_POSTS]
    what = figures[0].indicator.label if figures else ""
    years = sorted({figure.year for figure in figures if figure.year is not None})
    span = f", {years[0]} à {years[-1]}" if len(years) > 1 else f", {years[0]}" if years else ""
    return chart(
        key,
        findings.history(figures),
        f"{what}, {where.name}{span}" if figures else "",
        TimeLine(tuple(_segments(figures))) if any(figure.is_known for figure in figures) else None,
        figures=figures,
        table=table_of("Année", (what,), [Line(vintage(one.period), (one,)) for one in figures]),
        among=(where,),
        note=" ".join(break_text(field) for field in breaks if field is not None),
    )


def _segments(figures: Sequence[Figure]) -> list[Segment]:
    """Neighbours of one field; a figure whose field nobody knows stands alone."""
    runs: list[list[Figure]] = []
    for figure in figures:
        if runs and figure.field is not None and runs[-1][-1].field == figure.field:
            runs[-1].append(figure)
        else:
            runs.append([figure])
    return [
        Segment(tuple(Moment(one.year or 0, vintage(one.period), _short(one)) for one in run), run[0].field or "")
        for run in runs
    ]


def _short(figure: Figure) -> Point:
    """The point of a figure where room is scarce: « secret » is enough on a line, its table says it whole."""
    return Point("secret", state=State.UNKNOWN) if figure.status == Status.SECRET else point(figure)


def _women(figure: Figure, where: Territory) -> Chart:
    drawing: Drawing | None = None
    value = exact_value(figure)
    if value is not None and figure.status in EXACT:
        parts = (("femmes", value), ("hommes", HUNDRED - value))
        drawing = Shares(tuple(Bar(name, (Point(share_text(part), part),)) for name, part in parts))
    return chart(
        "women",
        findings.women(figure),
        here("Part des femmes et des hommes, en % des emplois salariés de l’ESS", where, [figure]),
        drawing,
        figures=[figure],
        table=table_of("Emplois de l’ESS", ("Part des femmes",), [Line(where.name, (figure,))]),
        among=(where,),
    )


def _side_by_side(both: SideBySide, where: Territory) -> Chart:
    pairs = (("Comptage officiel", both.official), ("Répertoire Sirene", both.sirene))
    said = [(f"{name}, {vintage(figure.period)}", figure) for name, figure in pairs if figure is not None]
    figures = [figure for _, figure in said]
    mixed = is_mixed(figures)
    found = [(marked(name, figure, mixed), figure) for name, figure in said]
    return chart(
        "side-by-side",
        findings.side_by_side(both),
        f"Établissements employeurs de l’ESS, selon la source, {where.name}",
        Bars(tuple(Bar(name, (point(figure),)) for name, figure in found)) if found else None,
        figures=figures,
        table=table_of("Source", ("Établissements employeurs",), [Line(name, (figure,)) for name, figure in found]),
        among=(where,),
        note=_SIDES_DIFFER if len(found) > 1 else "",
    )
