"""The map of the site: for people (one tree), for search engines (sitemaps.org: an index and its files)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone

from essaim.directory.queries import structures_visible_to
from essaim.editorial.tree import Leaf, tree
from essaim.foundation import registries
from essaim.foundation.territories import current_scope
from essaim.geography.queries import served_communes
from essaim.observatory.communes import address

CHUNK = 5_000
"""Structures of one file: ten times under what sitemaps.org allows, so that each is kept by the page cache."""
MOST_CHUNKS = 50_000
"""Files of one index, says sitemaps.org."""

OBSERVATORY = (
    ("L’essentiel", "/observatoire/"),
    ("Commune par commune", "/observatoire/communes/"),
    ("Tous les chiffres", "/observatoire/chiffres/"),
    ("Comparer des territoires", "/observatoire/comparer/"),
    ("La méthode", "/observatoire/methode/"),
    ("Le glossaire des chiffres", "/observatoire/glossaire/"),
)
DIRECTORY = (
    ("Chercher une structure", "/annuaire/"),
    ("Les communes, en hexagones", "/annuaire/essaim/"),
    ("Qui est dans l’annuaire, et pourquoi", "/annuaire/criteres/"),
)
HERE = "/plan-du-site/"
SERVICES = (("Chercher dans tout le site", "/recherche/"),)


@dataclass(frozen=True, slots=True)
class Entry:
    """One address for search engines, with the day it last changed when that is known."""

    path: str
    changed: dt.date | None = None

    @property
    def url(self) -> str:
        """The complete address, as sitemaps ask."""
        return settings.SITE_URL + self.path


@dataclass(frozen=True, slots=True)
class Branch:
    """One line of the human map, and what stands under it."""

    title: str
    url: str
    below: tuple[Branch, ...] = ()


def branches() -> tuple[Branch, ...]:
    """The pages of the officer as a tree, in her order, the home page first and by itself."""
    leaves = tuple(tree())
    return (Branch("Accueil", "/"), *_under(leaves, 1)) if leaves else ()


def _under(leaves: tuple[Leaf, ...], parent: int) -> Iterator[Branch]:
    """The pages right under the one at `parent - 1`, each with its own; `leaves` is in the order of the tree."""
    above = leaves[parent - 1]
    for position, leaf in enumerate(leaves[parent:], parent):
        if not leaf.path.startswith(above.path):
            return
        if leaf.depth == above.depth + 1:
            yield Branch(leaf.title, leaf.url, tuple(_under(leaves, position + 1)))


def room_branches() -> tuple[Branch, ...]:
    """The rooms that are no pages of the tree: those that the menu and the footer know, with their screens."""
    known = {
        "/annuaire/": tuple(Branch(*pair) for pair in DIRECTORY),
        "/observatoire/": tuple(Branch(*pair) for pair in OBSERVATORY),
    }
    entries = [*registries.nav_items, *registries.footer_links]
    rooms = [Branch(entry.label, entry.url, known.get(entry.url, ())) for entry in entries if entry.url != HERE]
    return (*rooms, *(Branch(*pair) for pair in SERVICES))


def page_entries() -> list[Entry]:
    """The pages of the tree."""
    return [Entry(leaf.url, timezone.localdate(leaf.changed) if leaf.changed else None) for leaf in tree()]


def observatory_entries() -> list[Entry]:
    """The screens of the observatory: the essential, then each commune (its figures ask not to be indexed)."""
    paths = [*(path for _, path in OBSERVATORY), *map(address, served_communes(current_scope()))]
    return [Entry(path) for path in paths]


def directory_entries() -> list[Entry]:
    """The screens of the directory that are no structure."""
    return [Entry(path) for path in (*(path for _, path in DIRECTORY), HERE)]


def structure_chunks() -> int:
    """How many files the structures take. One query."""
    return -(-structures_visible_to(None, current_scope()).count() // CHUNK)


def structure_entries(chunk: int) -> list[Entry]:
    """The structures of one file, from 1. One query."""
    start = (chunk - 1) * CHUNK
    rows = structures_visible_to(None, current_scope()).select_related("card").order_by("pk")[start : start + CHUNK]
    return [Entry(structure.get_absolute_url(), timezone.localdate(structure.updated_at)) for structure in rows]
