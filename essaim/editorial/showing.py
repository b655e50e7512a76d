"""What a page remembers while it is being shown: the anchors that it has given, the words that it has explained."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.text import slugify

from essaim.editorial.blocks.structures import family_plural
from essaim.foundation.glossary import Explainer

TITLED = (
    "text",
    "questions",
    "steps",
    "cards",
    "table",
    "figures",
    "laureates",
    "structures",
    "map",
    "video",
    "families",
)
"""Kinds of blocks whose title is a title of the page."""
SOURCES_TITLE = "D’où viennent ces informations"
FEWEST_TITLES = 4
"""Titles that a page needs before a table of contents is worth its place."""
_TAKEN = frozenset({"contenu", "q", "menu", "map", "recherche"})
"""Anchors that the frame of the page bears already."""


@dataclass(frozen=True, slots=True)
class Title:
    """One title of the page, as its table of contents lists it."""

    anchor: str
    text: str


@dataclass
class Showing:
    """One showing of one page. Never kept: it fills as the blocks are drawn."""

    explainer: Explainer | None = None
    _used: set[str] = field(default_factory=lambda: set(_TAKEN))
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def anchor(self, title: str) -> str:
        """The anchor of the next title: its words, then a number when the page has the same title already."""
        stem = slugify(title)[:60].strip("-") or "partie"
        found, again = stem, 2
        while found in self._used:
            found, again = f"{stem}-{again}", again + 1
        self._used.add(found)
        return found

    def number(self) -> int:
        """A number that nothing else of this page has: for ids."""
        return next(self._numbers)

    def explained(self, html: str) -> str:
        """The same HTML, where the first occurrence in the page of each known word opens its meaning."""
        return self.explainer.explained(html) if self.explainer is not None else html


def contents(blocks: Iterable[Any]) -> list[Title]:
    """The titles of a page, with the anchors that its blocks will bear; empty when they are too few to be listed."""
    showing = Showing()
    titles = [Title(showing.anchor(text), text) for block in blocks or () if (text := _title_of(block))]
    return titles if len(titles) >= FEWEST_TITLES else []


def _title_of(block: Any) -> str:
    if block.block_type == "sources":
        return SOURCES_TITLE if block.value.get("sources") else ""
    if block.block_type == "family":
        return family_plural(block.value)
    return str(block.value.get("title") or "") if block.block_type in TITLED else ""
