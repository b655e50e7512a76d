"""The published tree, in one query: what the menu, the footer, the site map, the home page and the door ask of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any, TypeVar

from django.apps import apps
from django.db.models import (
    BooleanField,
    DateField,
    DateTimeField,
    DecimalField,
    F,
    Field,
    IntegerField,
    Q,
    QuerySet,
    TextField,
    Value,
)
from django.db.models.functions import Cast, Coalesce
from wagtail.models import PageViewRestriction

from essaim.editorial.models import HomePage, SitePage
from essaim.foundation.kept import Kept

QS = TypeVar("QS", bound=QuerySet[Any, Any])
_CLOSED = "closed"
"""Where a class has its name: this row tells a path under which pages are not for everybody."""
_STEP = 4
"""Characters of one level in the path of a page (Wagtail's own)."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One published page that anybody may read. `model`: name of its class. `rank`: its place in the menu.

    `day`, `theme`, `who`, `place`: what news and initiatives say of themselves; `scene`: the name of its drawing;
    `audited_on`, `rate`: the declaration of accessibility, which the foot of every page repeats. `source`: the path of
    the page that it is an alias of. None or empty for other pages.
    """

    path: str
    pk: int
    title: str
    url_path: str
    in_menu: bool
    in_footer: bool
    rank: int
    description: str
    intro: str
    day: dt.date | None
    theme: str
    who: str
    place: str
    scene: str
    source: str
    audited_on: dt.date | None
    rate: Decimal | None
    changed: dt.datetime | None
    model: str
    url: str = ""

    @property
    def depth(self) -> int:
        """1 for the home page."""
        return len(self.path) // _STEP - 1

    @property
    def summary(self) -> str:
        """What the page is about, in a sentence or two."""
        return self.intro or self.description

    @property
    def kind(self) -> str:
        """What its class is called: « Page », « Actualité »…"""
        return str(apps.get_model("editorial", self.model)._meta.verbose_name).capitalize()


class Tree:
    """Every published page under the door of the site, from the top down, as the editors ordered them.

    `closed`: the paths under which nothing is for everybody.
    """

    def __init__(self, leaves: tuple[Leaf, ...], closed: tuple[str, ...] = ()) -> None:
        self.leaves = leaves
        self.closed = closed

    def __iter__(self) -> Iterator[Leaf]:
        return iter(self.leaves)

    @cached_property
    def _by_url(self) -> dict[str, Leaf]:
        return {leaf.url: leaf for leaf in self.leaves}

    def at(self, url: str) -> Leaf | None:
        """The page of that address (« /comprendre/ »), or None."""
        return self._by_url.get(url)

    @cached_property
    def _by_pk(self) -> dict[int, Leaf]:
        return {leaf.pk: leaf for leaf in self.leaves}

    @cached_property
    def _by_path(self) -> dict[str, Leaf]:
        return {leaf.path: leaf for leaf in self.leaves}

    @cached_property
    def _below(self) -> dict[str, list[Leaf]]:
        below: dict[str, list[Leaf]] = {}
        for leaf in self.leaves:
            below.setdefault(leaf.path[:-_STEP], []).append(leaf)
        return below

    def of(self, pk: int) -> Leaf | None:
        """The page of that number, or None when it is not for everybody."""
        return self._by_pk.get(pk)

    def holding(self, url: str) -> Leaf | None:
        """The nearest page whose address begins that one, the home page left out: everything begins like it."""
        while len(url := url.rstrip("/").rpartition("/")[0] + "/") > 1:
            if (leaf := self.at(url)) is not None:
                return leaf
        return None

    def above(self, path: str) -> list[Leaf]:
        """The pages above that path, the home page first; one that is not published is left out."""
        steps = (path[:end] for end in range(_STEP, len(path), _STEP))
        return [self._by_path[step] for step in steps if step in self._by_path]

    def below(self, path: str) -> list[Leaf]:
        """The pages right under that path."""
        return self._below.get(path, [])

    def is_closed(self, path: str) -> bool:
        """Whether what stands there is kept for some."""
        return path.startswith(self.closed)

    def of_model(self, name: str) -> list[Leaf]:
        """The pages of one class."""
        return [leaf for leaf in self.leaves if leaf.model == name]

    def newest(self, name: str, most: int) -> list[Leaf]:
        """The last ones of a class of dated pages, the newest first."""
        dated = [leaf for leaf in self.of_model(name) if leaf.day is not None]
        return sorted(dated, key=lambda leaf: (leaf.day or dt.date.min, leaf.pk), reverse=True)[:most]


def address_of(url_path: str) -> str:
    """The address of a page from its place in the tree, without asking for the site: the door's own part goes."""
    return "/" + url_path.lstrip("/").partition("/")[2]


def page_models() -> list[type[SitePage]]:
    """Every class of page of the site."""
    return [model for model in apps.get_models() if issubclass(model, SitePage)]


def _read_as(model: type[SitePage], field: Field[Any, Any], missing: Any, *names: str) -> Cast:
    """The first of these fields that the class has, else `missing`: all classes are read as one, column by column."""
    fields = {field.name for field in model._meta.get_fields()}
    return Cast(next((F(name) for name in names if name in fields), Value(missing)), field)


_COLUMNS = (
    *("a_description", "a_intro", "a_day", "a_theme", "a_who", "a_place", "a_scene", "a_source"),
    *("a_audit", "a_rate", "a_change", "a_model"),
)
_TEXT, _DAY, _RATE = TextField(), DateField(), DecimalField(max_digits=5, decimal_places=2)


def _rows_of(model: type[SitePage]) -> QuerySet[SitePage, tuple[Any, ...]]:
    found: QuerySet[SitePage, tuple[Any, ...]] = (
        model.objects.live()
        .annotate(
            a_description=_read_as(model, _TEXT, "", "search_description"),
            a_intro=_read_as(model, _TEXT, "", "intro", "lead"),
            a_day=_read_as(model, _DAY, None, "day"),
            a_theme=_read_as(model, _TEXT, "", "theme"),
            a_who=_read_as(model, _TEXT, "", "structure_name"),
            a_place=_read_as(model, _TEXT, "", "place"),
            a_scene=_read_as(model, _TEXT, "", "scene"),
            a_source=Coalesce(Cast("alias_of__path", _TEXT), Value("", output_field=_TEXT)),
            a_audit=_read_as(model, _DAY, None, "audited_on"),
            a_rate=_read_as(model, _RATE, None, "rate"),
            a_change=Coalesce("last_published_at", "latest_revision_created_at"),
            a_model=Value(model.__name__, output_field=_TEXT),
        )
        .order_by()
        .values_list("path", "pk", "title", "url_path", "show_in_menus", "in_footer", "menu_rank", *_COLUMNS)
    )
    return found


def _closed_rows() -> QuerySet[PageViewRestriction, tuple[Any, ...]]:
    """The paths under restriction, in the shape of a page: they are read in the same query, and sifted in Python.

    A subquery that looks for them at each page costs pages times pages on SQLite.
    """
    empty, none = Cast(Value(""), _TEXT), Value(None)
    found: QuerySet[PageViewRestriction, tuple[Any, ...]] = (
        PageViewRestriction.objects.annotate(
            b_title=empty,
            b_url=empty,
            b_menu=Cast(Value(False), BooleanField()),
            b_footer=Cast(Value(False), BooleanField()),
            b_rank=Cast(Value(0), IntegerField()),
            **{f"a_{name}": empty for name in ("description", "intro", "theme", "who", "place", "scene", "source")},
            a_day=Cast(none, _DAY),
            a_audit=Cast(none, _DAY),
            a_rate=Cast(none, _RATE),
            a_change=Cast(none, DateTimeField()),
            a_model=Value(_CLOSED, output_field=_TEXT),
        )
        .order_by()
        .values_list("page__path", "pk", "b_title", "b_url", "b_menu", "b_footer", "b_rank", *_COLUMNS)
    )
    return found


def _read() -> Tree:
    """One query, whatever the number of pages and of their classes; a page behind a restriction is not in it."""
    first, *others = (_rows_of(model) for model in page_models())
    rows = [Leaf(*row) for row in first.union(*others, _closed_rows(), all=True)]
    closed = tuple(sorted({row.path for row in rows if row.model == _CLOSED}))
    leaves = sorted((row for row in rows if row.model != _CLOSED), key=lambda leaf: leaf.path)
    home = next((leaf for leaf in leaves if leaf.model == HomePage.__name__), None)
    if home is None:
        return Tree((), closed)
    below = (leaf for leaf in leaves if leaf.path.startswith(home.path) and not _is_kept_back(leaf, closed))
    return Tree(tuple(replace(leaf, url=address_of(leaf.url_path)) for leaf in below), closed)


def _is_kept_back(leaf: Leaf, closed: tuple[str, ...]) -> bool:
    return leaf.path.startswith(closed) or leaf.source.startswith(closed)


_tree: Kept[None, Tree] = Kept(lambda _: _read())


def tree() -> Tree:
    """The tree, kept by the process until something is written."""
    return _tree.of(None)


def published(pages: QS) -> QS:
    """What the public may see of these pages. No query of its own: the tree knows which paths are closed."""
    pages = pages.filter(live=True)
    for path in tree().closed:
        pages = pages.exclude(Q(path__startswith=path) | Q(alias_of__path__startswith=path))
    return pages
