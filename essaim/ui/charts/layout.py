"""The three sizes in which a chart is drawn: a phone, a column, a file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Layout:
    """Measures in units of the drawing. `beside`: labels stand at the left of the bars, else above them."""

    name: str
    width: float
    size: float
    bar: float
    beside: bool

    @property
    def line(self) -> float:
        """From one line of text to the next."""
        return self.size * 1.3


# A phone of 360 px gives a chart 288 px at least, so that a unit is a pixel there and 12 px are left at 320. A column
# takes the second from 512 px on (`charts.css`): 14.5 units are then 13.2 px.
NARROW = Layout("narrow", 288, 14, 17, beside=False)
WIDE = Layout("wide", 560, 14.5, 20, beside=True)
FILE = Layout("file", 672, 16, 22, beside=True)
