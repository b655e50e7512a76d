"""What a note says: plain frozen data, texts already written, that JSON holds and that PDF and page only lay out."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, is_dataclass
from datetime import date
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from essaim.ui.theme import DEFAULT_HONEY, DEFAULT_LEAF


class NothingToSay(ValueError):
    """No figure of this territory is known: there is no note to make. The message says what to do."""


class UnreadableNote(ValueError):
    """What was kept of a note cannot be laid out any more. The message says what to do."""


@dataclass(frozen=True, slots=True)
class BigFigure:
    """One headline figure: its value in words, what it is, what it was made from, its source and year."""

    value: str
    label: str
    detail: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Announced:
    """What the authority announces of an indicator, beside what is worked out here: all of it in sentences."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Remark:
    """What the ESS service says of an indicator, in its own words; a long one is cut."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table. `bar`: where its bar ends, `sure`: up to where it is full, both from 0 to 1.

    Between them an interval is hollow; no bar at all where nothing is known. `apart`: of another field than the lines
    above (a break in series).
    """

    label: str
    values: tuple[str, ...] = ()
    sure: float = 0.0
    bar: float = 0.0
    apart: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose bars make it a chart. `title` says the finding; the bars draw the column `drawn`."""

    key: str
    kicker: str
    title: str
    head: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    drawn: int = 0
    source: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class MapCell:
    """One commune: the corners of its hexagon, its level of colour (6: not known), its value in words."""

    points: str
    name: str
    value: str = ""
    level: int = 6


@dataclass(frozen=True, slots=True)
class Map:
    """The communes as hexagons. `ranked`: every commune with its value, the greatest first."""

    title: str
    width: float
    height: float
    cells: tuple[MapCell, ...] = ()
    legend: tuple[tuple[int, str], ...] = ()
    ranked: tuple[tuple[str, str], ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class Word:
    """One word and its meaning."""

    term: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteContent:
    """The whole note. `issued_on` is an ISO date; `fictitious`: some figure comes from an invented file, and
    `invented` says so in a sentence.

    Notes are frozen: a field added here has a default, for those that were kept before it.
    """

    title: str
    territory: str
    year: int
    issued_on: str
    finding: str
    short_name: str = ""
    site_name: str = ""
    fictitious: bool = False
    invented: str = ""
    finding_source: str = ""
    figures: tuple[BigFigure, ...] = ()
    announced: tuple[Announced, ...] = ()
    remarks: tuple[Remark, ...] = ()
    history: Table | None = None
    families: Table | None = None
    sectors: Table | None = None
    sizes: Table | None = None
    sides: Table | None = None
    counts: Table | None = None
    map: Map | None = None
    method: tuple[str, ...] = ()
    glossary: tuple[Word, ...] = ()
    unknown: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    contact: tuple[str, ...] = ()
    honey: str = DEFAULT_HONEY
    leaf: str = DEFAULT_LEAF

    @property
    def tables(self) -> tuple[Table, ...]:
        """The tables that there are, in reading order."""
        every = (self.history, self.families, self.sides, self.sectors, self.sizes, self.counts)
        return tuple(table for table in every if table is not None)

    def as_json(self) -> dict[str, Any]:
        """The content as a JSON field keeps it."""
        return asdict(self)


def from_json(kept: dict[str, Any]) -> NoteContent:
    """The content of a note as it was kept, whichever version kept it. Raises UnreadableNote."""
    try:
        content: NoteContent = _load(NoteContent, kept)
        date.fromisoformat(content.issued_on)
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise UnreadableNote(
            "Cette note a été gardée sous une forme que le site ne sait plus lire. Son PDF reste entier ; pour "
            "retrouver sa page, il faut produire la note à nouveau."
        ) from error
    return content


def _load(kind: Any, value: Any) -> Any:
    if isinstance(kind, type) and is_dataclass(kind):
        hints = get_type_hints(kind)
        # A field added since takes its default: an old note stays readable.
        return kind(**{f.name: _load(hints[f.name], value[f.name]) for f in fields(kind) if f.name in value})
    if get_origin(kind) is UnionType:
        wanted = next(part for part in get_args(kind) if part is not NoneType)
        return None if value is None else _load(wanted, value)
    if get_origin(kind) is tuple:
        parts = get_args(kind)
        kinds = (parts[0],) * len(value) if parts[-1] is Ellipsis else parts
        return tuple(_load(part, item) for part, item in zip(kinds, value, strict=True))
    return value
