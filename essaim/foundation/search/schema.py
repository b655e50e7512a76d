"""What an index holds: the facets and filters of a noun, and the documents given to it.

Every noun has the same text fields. `name` (the forms of its name) and `text` (name and everything else) hold stems;
`word` holds whole words, for typos and suggestions; `whole` holds each name in one piece, `start` its beginnings. What
changes from a noun to another are its facets:

- a *closed* facet has few values (family, employer, labels…). All closed facets together are one integer per document,
  the *cell*: one count by cell gives every facet's counts, each blind to its own filter, in one pass;
- a *wide* facet may have thousands of values (communes): counted alone;
- a *filter* is never counted (scope, activity codes).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import tantivy

FORMAT = 4
"""To be raised whenever the meaning of the stored index changes: older indexes then ask to be rebuilt."""
STEPS = ("step_0", "step_1", "step_2")
"""The first letters of the name's order as numbers, eight bytes each: a deep page is reached by them, not by texts."""
LONGEST_START = 12
"""Letters of a name kept as its beginnings, for completion."""
DEGREE = 100_000
"""Positions are integers: degrees × 100 000, about one metre."""


class FacetKind(StrEnum):
    """How many values a facet has, hence how it is counted."""

    CLOSED = "closed"
    WIDE = "wide"
    FILTER = "filter"


@dataclass(frozen=True, slots=True)
class Facet:
    """One way to filter documents; a document may have none, one or several values of it."""

    name: str
    kind: FacetKind = FacetKind.CLOSED


@dataclass(frozen=True, slots=True)
class IndexSpec:
    """The shape of the index of one noun. `noun` is the folder's name; `facets` keep their order.

    `shown`: names the shape of what documents keep for lists; another shape asks for another index.
    """

    noun: str
    facets: tuple[Facet, ...] = ()
    shown: str = ""

    def __post_init__(self) -> None:
        names = [facet.name for facet in self.facets]
        if len(set(names)) != len(names) or not all(name.isidentifier() for name in [self.noun, *names]):
            raise ValueError(f"Forme d’index incorrecte pour « {self.noun} » : noms en double ou impossibles.")

    def of_kind(self, kind: FacetKind) -> tuple[str, ...]:
        """Names of the facets of one kind, in order."""
        return tuple(facet.name for facet in self.facets if facet.kind is kind)

    def kind_of(self, name: str) -> FacetKind:
        """Kind of a facet; KeyError when the noun has no such facet."""
        for facet in self.facets:
            if facet.name == name:
                return facet.kind
        raise KeyError(name)

    @property
    def fingerprint(self) -> str:
        """Changes when the shape or the format changes: an index of another fingerprint must be rebuilt."""
        shape = json.dumps([FORMAT, self.noun, [[f.name, f.kind] for f in self.facets], self.shown])
        return hashlib.sha256(shape.encode()).hexdigest()[:16]

    def schema(self) -> tantivy.Schema:
        """The schema given to the engine."""
        build = tantivy.SchemaBuilder()
        build.add_unsigned_field("id", indexed=True, fast=True)
        for name in ("name", "text", "word", "start"):
            build.add_text_field(name, tokenizer_name="stems", index_option="basic")
        for name in ("whole", "code"):
            build.add_text_field(name, tokenizer_name="raw", index_option="basic")
        for name in ("by_rank", "by_name"):
            build.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
        for name in ("rank", *STEPS):
            build.add_unsigned_field(name, fast=True)
        for facet in self.facets:
            build.add_text_field(f"f_{facet.name}", tokenizer_name="raw", index_option="basic")
        for name in self.of_kind(FacetKind.WIDE):
            build.add_unsigned_field(f"n_{name}", fast=True)
        build.add_unsigned_field("cell", fast=True)
        build.add_integer_field("lat", fast=True)
        build.add_integer_field("lon", fast=True)
        build.add_unsigned_field("several_points", indexed=True, fast=True)
        build.add_bytes_field("points", stored=True)
        build.add_bytes_field("shown", stored=True)
        build.add_unsigned_field("back", indexed=True)
        return build.build()


@dataclass(frozen=True, slots=True)
class Document:
    """One thing to find.

    `rank`: 0 to 99, 0 first in the default order. `names`: the main name first, then every other form. `codes`:
    official numbers that lead straight to it. `points`: (latitude, longitude) in degrees, one per place. `back`: found
    like the others, but shown after them (an exact name excepted). `shown`: what a list shows of it, kept beside it
    as it is and given back with each page of results.
    """

    id: int
    names: Sequence[str]
    texts: Sequence[str] = ()
    codes: Sequence[str] = ()
    facets: Mapping[str, Sequence[str]] = field(default_factory=dict)
    rank: int = 50
    points: Sequence[tuple[float, float]] = ()
    back: bool = False
    shown: bytes = b""


def register_analyzers(index: tantivy.Index) -> None:
    """Documents arrive already cut into stems: the engine only splits on spaces."""
    index.register_tokenizer("stems", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
