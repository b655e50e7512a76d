"""A whole cut in families, sectors, sizes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from essaim.observatory import findings
from essaim.observatory.charts.pieces import calibrated, chart, here, point, unknown
from essaim.observatory.charts.tables import Line, share_of, table_of
from essaim.observatory.enums import FamilyGroup
from essaim.observatory.evaluation import EXACT, Figure
from essaim.observatory.findings.phrases import is_exact, share_text
from essaim.observatory.glossary import UNCLASSIFIED
from essaim.observatory.profile import Breakdown
from essaim.observatory.territory import Territory
from essaim.ui.charts.spec import Bar, Bars, Chart, Point, State

_HEADS = {"families": "Famille", "sectors": "Secteur", "sizes": "Taille"}
# Associations and foundations counted together wear the hue and the shape of associations.
_HUES: Mapping[str, str] = {FamilyGroup.ASSOCIATION_FOUNDATION: "association"}


def families(breakdown: Breakdown, where: Territory) -> Chart:
    """Shares of establishments and of jobs when both wholes are counted, else one count."""
    lines = _lines(breakdown)
    whole = (breakdown.total_establishments, breakdown.total_jobs)
    hues = [_HUES.get(one.key, one.key) for one in breakdown.slices]
    shared = any(line.shares[1] is not None for line in lines)
    if shared and all(figure is not None and figure.status in EXACT and figure.value for figure in whole):
        drawing: Bars | None = Bars(
            tuple(
                Bar(line.label, tuple(_shared(*pair) for pair in zip(line.figures, line.shares, strict=True)), hue)
                for line, hue in zip(lines, hues, strict=True)
            ),
            ("des établissements", "des emplois"),
        )
        what = "Part de chaque famille, en % des établissements employeurs et des emplois de l’ESS"
    else:
        drawing, what = _counted(breakdown, lines, hues), _what(breakdown, "famille")
    return _parts("families", findings.families(breakdown), what, drawing, breakdown=breakdown, where=where)


def sectors(breakdown: Breakdown, where: Territory) -> Chart:
    """Sectors from the largest, the first in honey; those that are not known come last."""
    found = findings.rank(breakdown)
    hues = ["honey" if one.key in found.first and found.value else "" for one in breakdown.slices]
    drawing = _counted(breakdown, _lines(breakdown), hues)
    if drawing is not None:
        drawing = Bars(tuple(sorted(drawing.bars, key=_from_the_largest)))
    what = _what(breakdown, "secteur")
    note = UNCLASSIFIED if any(one.key == "unclassified" for one in breakdown.slices) else ""
    return _parts("sectors", findings.sectors(breakdown), what, drawing, breakdown=breakdown, where=where, note=note)


def sizes(breakdown: Breakdown, where: Territory) -> Chart:
    """Establishments by band of employees, in the order of the bands."""
    bars = tuple(Bar(one.label, (point(one.establishments),)) for one in breakdown.slices)
    what = "Établissements employeurs de l’ESS, par nombre de salariés"
    drawing = Bars(bars) if bars else None
    return _parts("sizes", findings.sizes(breakdown), what, drawing, breakdown=breakdown, where=where)


def _from_the_largest(bar: Bar) -> tuple[bool, float]:
    first = bar.points[0]
    return first.state is State.UNKNOWN, -first.end


def _lines(breakdown: Breakdown) -> list[Line]:
    whole = (breakdown.total_establishments, breakdown.total_jobs)
    return [
        Line(
            one.label,
            (one.establishments, one.jobs),
            shares=(share_of(one.establishments, whole[0]), share_of(one.jobs, whole[1])),
        )
        for one in breakdown.slices
    ]


def _by_jobs(breakdown: Breakdown) -> bool:
    """Whether an official table counts jobs here; bands only let count establishments."""
    return any(is_exact(one.jobs) for one in breakdown.slices)


def _what(breakdown: Breakdown, part: str) -> str:
    counted = "Emplois salariés" if _by_jobs(breakdown) else "Établissements employeurs"
    return f"{counted} de l’ESS, par {part}"


def _counted(breakdown: Breakdown, lines: Sequence[Line], hues: Sequence[str]) -> Bars | None:
    """One bar a part: its number, and its share when the whole is known."""
    index = 1 if _by_jobs(breakdown) else 0
    bars = []
    for line, hue in zip(lines, hues, strict=True):
        found, share = point(line.figures[index]), line.shares[index]
        bars.append(
            Bar(line.label, (found if share is None else replace(found, detail=f"({share_text(share)})"),), hue)
        )
    return Bars(tuple(bars)) if bars else None


def _shared(figure: Figure, share: Decimal | None) -> Point:
    return unknown(figure) if share is None else Point(share_text(share), share)


def _parts(
    key: str, title: str, what: str, drawing: Bars | None, *, breakdown: Breakdown, where: Territory, note: str = ""
) -> Chart:
    """The chart of a breakdown. Its table: establishments, jobs, their shares when wholes are known, and the whole."""
    lines = _lines(breakdown)
    figures = [figure for line in lines for figure in line.figures]
    places, jobs = breakdown.total_establishments, breakdown.total_jobs
    shared = any(share is not None for line in lines for share in line.shares)
    if lines and places is not None and jobs is not None:
        lines.append(Line("Ensemble", (places, jobs), shares=(share_of(places, places), share_of(jobs, jobs))))
    if not shared:
        lines = [replace(line, shares=()) for line in lines]
    table = table_of(
        _HEADS[key],
        ("Établissements", "Emplois"),
        lines,
        shares=("Part des établissements", "Part des emplois") if shared else (),
    )
    return chart(
        key,
        title,
        here(what, where, figures),
        drawing,
        figures=figures,
        table=table,
        among=(where,),
        note=" ".join(filter(None, (note, calibrated(figures)))),
        about=jobs if _by_jobs(breakdown) else places,
    )
