"""The note on paper: an accessible PDF of two pages."""

from __future__ import annotations

import re
from datetime import date
from html import escape
from pathlib import Path
from typing import Any

from essaim.observatory.choropleth import UNKNOWN
from essaim.observatory.note.content import Map, NoteContent
from essaim.ui.printing import to_pdf
from essaim.ui.theme import LIGHT_GROUNDS, readable_on, variables
from essaim.ui.typography import day_name

TEMPLATE = Path(__file__).with_name("template.typ")
MOST_COMMUNES = 60
"""Communes that the list under the map names; a larger territory has the rest on its page."""

PAGES = 2
SCALES = (1, 0.95, 0.9, 0.85)
"""Sizes that are tried; under the last one, sources could not be read."""
_PAGE = re.compile(rb"/Type\s*/Page\b")

_NONE, _HOLLOW = "#fbf8f1", "#ffffff"
_INK = "#17332c"
_EDGE = 2
"""Room around the hexagons for half a stroke, in the units of the map."""
_SHADE = re.compile(r"#[0-9a-f]{6}")


def pdf_of(content: NoteContent) -> bytes:
    """The note as PDF/UA-1, on two pages: letters shrink a little when there is more to say, then it takes a third.

    The same content gives the same bytes. Raises CannotPrint (fonts missing).
    """
    data = _breakable(content.as_json())
    day = date.fromisoformat(content.issued_on)
    data |= {
        "author": content.contact[0] if content.contact else content.site_name,
        "date": [day.year, day.month, day.day],
        "issued": day_name(day),
        "leaf_text": readable_on(content.leaf, LIGHT_GROUNDS),
        "columns": _columns(len(content.figures)),
        "levels": shades(content),
        "more": 0,
    }
    drawing = ""
    if content.map is not None:
        data["map"]["ranked"] = data["map"]["ranked"][:MOST_COMMUNES]
        data["more"] = max(0, len(content.map.ranked) - MOST_COMMUNES)
        data["map_alt"] = map_alt(content.map)
        data["map_box"] = {"width": content.map.width + 2 * _EDGE, "height": content.map.height + 2 * _EDGE}
        data["map_numbers"] = map_numbers(content)
        drawing = map_svg(content)
    made = b""
    for scale in SCALES:
        made = to_pdf(TEMPLATE, {"note": data | {"scale": scale}, "map": drawing})
        if len(_PAGE.findall(made)) <= PAGES:
            break
    return made


_LONG = re.compile(r"[^\s\u00a0\u202f]{36,}")


def _breakable(value: Any) -> Any:
    """The same content, whose very long words (addresses, names without spaces) may break every twelve letters."""
    if isinstance(value, str):
        return _LONG.sub(lambda found: re.sub(r"(.{12})(?=.)", "\\1\u200b", found.group()), value)
    if isinstance(value, dict):
        return {key: _breakable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_breakable(item) for item in value]
    return value


def _columns(figures: int) -> int:
    """As many cards a row as make full rows, four at most."""
    return next((n for n in (4, 3) if figures % n == 0), min(figures, 4))


def shades(content: NoteContent) -> list[str]:
    """The colour of each level of the map on paper, the lightest first: a grey printer keeps their order."""
    told = variables(content.honey, content.leaf)
    levels = [_light(told[f"level-{level}"]) for level in range(1, 6)]
    return [_NONE, *levels, _HOLLOW]


def _light(value: str) -> str:
    """The light half of « light-dark(#…, #…) », or the colour itself."""
    found = _SHADE.search(value)
    if found is None:
        raise ValueError(f"« {value} » ne contient pas de couleur.")
    return found.group()


def map_alt(told: Map) -> str:
    """What the map shows, for whoever does not see it; the numbers are in the list below it."""
    return (
        f"{told.title}. Un hexagone par commune, plus foncé quand il y en a plus ; la liste qui suit dit chaque nombre."
    )


def map_svg(content: NoteContent) -> str:
    """The hexagons alone: `map_numbers` says what is written over them."""
    told = _map(content)
    levels = shades(content)
    box = f"{-_EDGE} {-_EDGE} {told.width + 2 * _EDGE:.1f} {told.height + 2 * _EDGE:.1f}"
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}">']
    for cell in told.cells:
        dash = ' stroke-dasharray="4 3"' if cell.level == UNKNOWN else ""
        parts.append(
            f'<polygon points="{escape(cell.points)}" fill="{levels[cell.level]}" stroke="{_INK}" '
            f'stroke-width="1.2"{dash}/>'
        )
    return "".join((*parts, "</svg>"))


def map_numbers(content: NoteContent) -> list[dict[str, Any]]:
    """The number of each commune with its middle in the drawing and its ink, so that the map reads without colour."""
    names = variables(content.honey, content.leaf)
    inks = [_INK, *(_light(names[f"level-{level}-ink"]) for level in range(1, 6)), _INK]
    found = []
    for cell in _map(content).cells:
        x, y = _middle(cell.points)
        text = "?" if cell.level == UNKNOWN else cell.value
        found.append({"x": x + _EDGE, "y": y + _EDGE, "ink": inks[cell.level], "text": text})
    return found


def _map(content: NoteContent) -> Map:
    if content.map is None:
        raise ValueError("Cette note n’a pas de carte.")
    return content.map


def _middle(points: str) -> tuple[float, float]:
    pairs = [pair.split(",") for pair in points.split()]
    return sum(float(x) for x, _ in pairs) / len(pairs), sum(float(y) for _, y in pairs) / len(pairs)
