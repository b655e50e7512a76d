"""Writes SVG elements: with classes for a page (themed by `charts.css`), with their own colours for a file."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from essaim.ui.theme import variables

# What each word of a look is in a file of its own: light colours, on paper. A page has the same words as classes.
Looks = Mapping[str, Mapping[str, str]]
_EDGE = {"stroke": "#17332c", "stroke-width": "0.8"}
FILE_LOOKS: dict[str, dict[str, str]] = {
    "bar": {"fill": "#1d6b52", "stroke": "#1d6b52", "stroke-width": "2"},
    "hollow": {"fill": "#fbf8f1"},
    "honey": {"fill": "#f4b41a", "stroke": "#17332c"},
    "association": {"fill": "#b5472c", "stroke": "#b5472c"},
    "cooperative": {"fill": "#1d6b52", "stroke": "#1d6b52"},
    "mutual": {"fill": "#2a5f93", "stroke": "#2a5f93"},
    "foundation": {"fill": "#7a3f7d", "stroke": "#7a3f7d"},
    "company": {"fill": "#7a5a00", "stroke": "#7a5a00"},
    "stripe": {"fill": "#fbf8f1"},
    "reach": {"stroke": "#75857d", "stroke-width": "1.5", "stroke-dasharray": "1 5", "stroke-linecap": "round"},
    "centre": {"fill": "#17332c", "stroke": "#fbf8f1", "stroke-width": "2"},
    "axis": {"stroke": "#17332c", "stroke-width": "1.5", "stroke-linecap": "round"},
    "stem": {"stroke": "#dcd5c4", "stroke-width": "2"},
    "under": {"fill": "#e2f0e8"},
    "path": {"fill": "none", "stroke": "#1d6b52", "stroke-width": "3", "stroke-linejoin": "round"},
    "dot": {"fill": "#1d6b52", "stroke": "#fbf8f1", "stroke-width": "2"},
    "other": {"fill": "#fbf8f1", "stroke": "#17332c", "stroke-width": "2.5"},
    "break": {"stroke": "#17332c", "stroke-width": "2", "stroke-dasharray": "2 5", "stroke-linecap": "round"},
    "unknown": {"fill": "none", "stroke": "#75857d", "stroke-width": "1.5", "stroke-dasharray": "2.5 2.5"},
    "level-0": {"fill": "#f2ecdf", **_EDGE},
    "level-1": {"fill": "#f6e6bd", **_EDGE},
    "level-2": {"fill": "#f3d488", **_EDGE},
    "level-3": {"fill": "#f4b41a", **_EDGE},
    "level-4": {"fill": "#3a7f68", **_EDGE},
    "level-5": {"fill": "#17453a", **_EDGE},
    "level-6": {"fill": "#fbf8f1", "stroke": "#75857d", "stroke-width": "1.2", "stroke-dasharray": "4 3"},
    "inverse": {"fill": "#ffffff"},
    "text": {"fill": "#17332c", "font-family": "Atkinson Hyperlegible Next, system-ui, sans-serif"},
    "strong": {"font-weight": "700"},
    "soft": {"fill": "#4b5f58"},
    "headline": {
        "fill": "#17332c",
        "font-family": "Bricolage Grotesque, Atkinson Hyperlegible Next, sans-serif",
        "font-weight": "700",
    },
}
FILE_ONLY = frozenset({*(f"level-{number}" for number in range(7)), "inverse"})
"""Looks that no page has: there the map is the component `swarm`."""
PREFIX = "ch-"


def looks_of(honey: str, leaf: str) -> Looks:
    """The looks of a file in the two colours of a territory; what tells families or unknown numbers apart stays."""
    found = variables(honey, leaf)

    def light(name: str) -> str:
        return found[name].removeprefix("light-dark(").partition(",")[0]

    own, shout = {"fill": light("leaf")}, {"fill": light("honey")}
    changed: dict[str, dict[str, str]] = {
        "bar": {**own, "stroke": light("leaf")},
        "honey": shout,
        "under": {"fill": light("leaf-soft")},
        "path": {"stroke": light("leaf")},
        "dot": own,
        "inverse": {"fill": light("level-5-ink")},
        **{f"level-{number}": {"fill": light(f"level-{number}")} for number in range(1, 6)},
    }
    return {name: {**look, **changed.get(name, {})} for name, look in FILE_LOOKS.items()}


def short(number: float) -> str:
    """A coordinate: one decimal at most."""
    text = f"{number:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


@dataclass(slots=True)
class Pen:
    """Gathers elements. `standalone`: looks are written as attributes. `stripes`: the address of the hatching."""

    standalone: bool
    stripes: str
    parts: list[str] = field(default_factory=list)
    hatched: bool = False
    looks: Looks = field(default_factory=lambda: FILE_LOOKS)

    def _look(self, look: str) -> str:
        if not self.standalone:
            return f' class="{" ".join(PREFIX + word for word in look.split())}"'
        said: dict[str, str] = {}
        for word in look.split():
            hollow = said.get("fill") == self.looks["hollow"]["fill"]
            said |= self.looks[word]
            if hollow:
                said["fill"] = self.looks["hollow"]["fill"]
        return "".join(f' {name}="{value}"' for name, value in said.items())

    def rect(self, x: float, y: float, width: float, height: float, look: str, *, round: float = 0) -> None:
        """A rectangle; nothing is thinner than half a unit, or it would not be seen."""
        corner = f' rx="{short(round)}"' if round else ""
        self.parts.append(
            f'<rect x="{short(x)}" y="{short(y)}" width="{short(max(width, 0.5))}" height="{short(height)}"{corner}'
            f"{self._look(look)}/>"
        )

    def hatch(self, d: str) -> None:
        """Stripes over a shape that is already there: an estimate, readable without colours."""
        self.hatched = True
        self.parts.append(f'<path d="{d}" fill="url(#{self.stripes})"/>')

    def polygon(self, points: Iterable[tuple[float, float]], look: str) -> None:
        """A closed shape by its corners."""
        corners = " ".join(f"{short(x)},{short(y)}" for x, y in points)
        self.parts.append(f'<polygon points="{corners}"{self._look(look)}/>')

    def path(self, d: str, look: str) -> None:
        """Any shape."""
        self.parts.append(f'<path d="{d}"{self._look(look)}/>')

    def line(self, x1: float, y1: float, x2: float, y2: float, look: str) -> None:
        """A straight line."""
        self.path(f"M{short(x1)} {short(y1)}L{short(x2)} {short(y2)}", look)

    def circle(self, x: float, y: float, radius: float, look: str) -> None:
        """A disc."""
        self.parts.append(f'<circle cx="{short(x)}" cy="{short(y)}" r="{short(radius)}"{self._look(look)}/>')

    def hexagon(self, x: float, y: float, radius: float, look: str) -> None:
        """A cell of the swarm, its point up."""
        a, b = radius * 0.866, radius / 2
        d = f"M{short(x)} {short(y - radius)}l{short(a)} {short(b)}v{short(radius)}l{short(-a)} {short(b)}"
        self.path(f"{d}l{short(-a)} {short(-b)}v{short(-radius)}z", look)

    def drawing(self, body: str, x: float, y: float, size: float, look: str) -> None:
        """A ready drawing of 16 × 16 (the shape of a family), `size` units wide."""
        self.parts.append(
            f'<g transform="translate({short(x)} {short(y)}) scale({size / 16:.3g})"{self._look(look)}>{body}</g>'
        )

    def text(self, x: float, y: float, text: str, size: float, *, look: str = "", anchor: str = "") -> None:
        """One line of text on its base line."""
        self.runs(x, y, ((text, look),), size, anchor=anchor)

    def runs(self, x: float, y: float, runs: Iterable[tuple[str, str]], size: float, *, anchor: str = "") -> None:
        """One line of text made of pieces, each with its look."""
        said = list(runs)
        whole = said[0][1] if len(said) == 1 else ""
        look = whole if "headline" in whole else f"text {whole}".strip()
        place = f' text-anchor="{anchor}"' if anchor else ""
        self.parts.append(
            f'<text x="{short(x)}" y="{short(y)}" font-size="{short(size)}"{place}{self._look(look)}>'
            f"{self._body(said)}</text>"
        )

    def _body(self, runs: list[tuple[str, str]]) -> str:
        if len(runs) == 1:
            return html.escape(runs[0][0], quote=False)
        return "".join(
            f"<tspan{self._look(look) if look else ''}>{html.escape(text, quote=False)}</tspan>" for text, look in runs
        )

    def definitions(self) -> str:
        """The hatching, when something is hatched."""
        if not self.hatched:
            return ""
        return (
            f'<defs><pattern id="{self.stripes}" width="6" height="6" patternUnits="userSpaceOnUse" '
            f'patternTransform="rotate(45)"><rect width="3" height="6"{self._look("stripe")}/></pattern></defs>'
        )
