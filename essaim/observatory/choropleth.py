"""The communes as hexagons coloured by one figure: the choice of the figure, its colours, its legend, its sources."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from essaim.directory.swarm import Cell, level_of
from essaim.geography.shapes import hexagons
from essaim.observatory.communes import Line, weight
from essaim.observatory.enums import Status
from essaim.observatory.evaluation import Figure
from essaim.observatory.wording import calibration_text, people_text, value_text
from essaim.ui.typography import NARROW, is_plural, measured_percent, number

UNKNOWN = 6
"""The level of what no source tells: drawn hollow, so that it is never taken for a zero."""


class MapChoice(StrEnum):
    """What the map may show; the value is what an address says."""

    ESTABLISHMENTS = "etablissements"
    PER_THOUSAND = "densite"
    SHARE = "part"


LABELS = {
    MapChoice.ESTABLISHMENTS: "Établissements",
    MapChoice.PER_THOUSAND: f"Pour 1{NARROW}000 habitants",
    MapChoice.SHARE: "Part de l’emploi",
}
_TITLES = {
    MapChoice.ESTABLISHMENTS: "Établissements employeurs de l’ESS par commune",
    MapChoice.PER_THOUSAND: f"Établissements employeurs de l’ESS pour 1{NARROW}000 habitants, par commune",
    MapChoice.SHARE: "Part de l’ESS dans tous les emplois salariés, par commune",
}


@dataclass(frozen=True, slots=True)
class Choropleth:
    """What the page draws. `note`: how an interval was turned into one colour; `known`: whether any commune has one."""

    choice: MapChoice
    title: str
    cells: tuple[Cell, ...]
    legend: tuple[tuple[int, str], ...]
    source: str
    note: str
    known: bool


def chosen(text: str) -> MapChoice:
    """The figure that an address asks for; the first one for anything else."""
    return next((choice for choice in MapChoice if choice.value == text), MapChoice.ESTABLISHMENTS)


def choropleth(lines: Sequence[Line], choice: MapChoice, *, current: Collection[str] = ()) -> Choropleth:
    """The map of one figure. Colours are fifths of the values above zero; what is not known has its own mark."""
    by_code = {line.commune.code: line for line in lines}
    values = {code: _value(line, choice) for code, line in by_code.items()}
    known = {code: value for code, value in values.items() if value is not None}
    level = level_of([float(value) for value in known.values()])
    levels = {code: UNKNOWN if value is None else level(float(value)) for code, value in values.items()}
    cells = tuple(
        Cell(
            cell.points,
            cell.name,
            _words(by_code[cell.code], choice),
            by_code[cell.code].href,
            levels[cell.code],
            cell.code in current,
        )
        for cell in hexagons([line.commune for line in lines]).cells
    )
    return Choropleth(
        choice,
        _TITLES[choice],
        cells,
        _legend(known, levels, choice),
        _source(lines, choice),
        _note(lines, choice),
        bool(known),
    )


def _value(line: Line, choice: MapChoice) -> Decimal | None:
    match choice:
        case MapChoice.PER_THOUSAND:
            return line.per_thousand
        case MapChoice.SHARE:
            return weight(line.share)
        case _:
            return weight(line.establishments)


def _words(line: Line, choice: MapChoice) -> str:
    """What the hexagon says of its commune, its unit included."""
    if choice is MapChoice.SHARE:
        return value_text(line.share)
    if choice is MapChoice.PER_THOUSAND:
        said = line.per_thousand
        return Status.MISSING.label if said is None else f"{_written(said, choice)} pour 1{NARROW}000 habitants"
    figure = line.establishments
    if not figure.is_known:
        return figure.status.label
    return f"{value_text(figure)} {'établissements' if is_plural(weight(figure) or 0) else 'établissement'}"


def _written(value: Decimal, choice: MapChoice) -> str:
    if choice is MapChoice.SHARE:
        return measured_percent(value)
    return number(value, 1 if choice is MapChoice.PER_THOUSAND else 0)


def _legend(known: Mapping[str, Decimal], levels: Mapping[str, int], choice: MapChoice) -> tuple[tuple[int, str], ...]:
    held: dict[int, list[Decimal]] = {}
    for code, value in known.items():
        held.setdefault(levels[code], []).append(value)
    said = []
    for level, values in sorted(held.items()):
        low, high = _written(min(values), choice), _written(max(values), choice)
        said.append((level, low if low == high else f"{low} à {high}"))
    if len(known) < len(levels):
        said.append((UNKNOWN, "non connu"))
    return tuple(said)


def _figure(line: Line, choice: MapChoice) -> Figure:
    return line.share if choice is MapChoice.SHARE else line.establishments


def _source(lines: Sequence[Line], choice: MapChoice) -> str:
    """The sources of what is shown, each once; the population has its own."""
    said = list(dict.fromkeys(found for line in lines if (found := _figure(line, choice).source_line)))
    if said and choice is MapChoice.PER_THOUSAND:
        years = {line.commune.epci.cog_year for line in lines if line.commune.epci is not None}
        said += [f"habitants : {people_text(year)}, d’une autre année que les établissements" for year in sorted(years)]
    return " ; ".join(said)


def _note(lines: Sequence[Line], choice: MapChoice) -> str:
    if choice is not MapChoice.SHARE:
        return ""
    shares = [line.share for line in lines if line.share.status == Status.ESTIMATED]
    if not shares:
        return ""
    if all(share.value is not None and share.calibration is not None for share in shares):
        calibration = shares[0].calibration
        said = "" if calibration is None else f", {calibration_text(calibration)}"
        return f"La part est estimée entre deux bornes ; la couleur suit la valeur centrale{said}."
    return "La part est estimée entre deux bornes ; la couleur suit la borne basse, la seule sûre."
