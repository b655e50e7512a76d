"""The published tree, in one query: what the menu, the footer, the site map, the home page and the door ask of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.apps import apps
from django.db.models import DateField, DecimalField, Exists, F, Field, OuterRef, QuerySet, TextField, Value
from django.db.models.functions import Cast, Coalesce, Length, Substr
from wagtail.models import PageViewRestriction

from essaim.editorial.models import HomePage, SitePage
from essaim.foundation.kept import Kept

_STEP = 4
"""Characters of one level in the path of a page (Wagtail's own)."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One published page that anybody may read. `model`: name of its class. `rank`: its place in the menu.

    `day`, `theme`, `who`, `place`: what news and initiatives say of themselves; `audited_on`, `rate`: the declaration
    of accessibility, which the foot of every page repeats. None or empty for other pages.
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


class Tree:
    """Every published page under the door of the site, from the top down, as the editors ordered them."""

    def __init__(self, leaves: tuple[Leaf, ...]) -> None:
        self.leaves = leaves

    def __iter__(self) -> Iterator[Leaf]:
        return iter(self.leaves)

    @cached_property
    def _by_url(self) -> dict[str, Leaf]:
        return {leaf.url: leaf for leaf in self.leaves}

    def at(self, url: str) -> Leaf | None:
        """The page of that address (« /comprendre/ »), or None."""
        return self._by_url.get(url)

    def of_model(self, name: str) -> list[Leaf]:
        """The pages of one class."""
        return [leaf for leaf in self.leaves if leaf.model == name]

    def newest(self, name: str, most: int) -> list[Leaf]:
        """The last ones of a class of dated pages, the newest first."""
        dated = [leaf for leaf in self.of_model(name) if leaf.day is not None]
        return sorted(dated, key=lambda leaf: (leaf.day or dt.date.min, leaf.pk), reverse=True)[:most]


def page_models() -> list[type[SitePage]]:
    """Every class of page of the site."""
    return [model for model in apps.get_models() if issubclass(model, SitePage)]


def _read_as(model: type[SitePage], field: Field[Any, Any], missing: Any, *names: str) -> Cast:
    """The first of these fields that the class has, else `missing`: all classes are read as one, column by column."""
    fields = {field.name for field in model._meta.get_fields()}
    return Cast(next((F(name) for name in names if name in fields), Value(missing)), field)


def _rows_of(model: type[SitePage]) -> QuerySet[SitePage, tuple[Any, ...]]:
    closed = PageViewRestriction.objects.filter(page__path=Substr(OuterRef("path"), 1, Length("page__path")))
    text, day, rate = TextField(), DateField(), DecimalField(max_digits=5, decimal_places=2)
    found: QuerySet[SitePage, tuple[Any, ...]] = (
        model.objects.live()
        .filter(~Exists(closed))
        .annotate(
            a_description=_read_as(model, text, "", "search_description"),
            a_intro=_read_as(model, text, "", "intro", "lead"),
            a_day=_read_as(model, day, None, "day"),
            a_theme=_read_as(model, text, "", "theme"),
            a_who=_read_as(model, text, "", "structure_name"),
            a_place=_read_as(model, text, "", "place"),
            a_audit=_read_as(model, day, None, "audited_on"),
            a_rate=_read_as(model, rate, None, "rate"),
            a_change=Coalesce("last_published_at", "latest_revision_created_at"),
            a_model=Value(model.__name__, output_field=TextField()),
        )
        .order_by()
        .values_list(
            *("path", "pk", "title", "url_path", "show_in_menus", "in_footer", "menu_rank"),
            *("a_description", "a_intro", "a_day", "a_theme", "a_who", "a_place"),
            *("a_audit", "a_rate", "a_change", "a_model"),
        )
    )
    return found


def _read() -> Tree:
    """One query, whatever the number of pages and of their classes; a page behind a restriction is not in it."""
    first, *others = (_rows_of(model) for model in page_models())
    leaves = sorted((Leaf(*row) for row in first.union(*others, all=True)), key=lambda leaf: leaf.path)
    home = next((leaf for leaf in leaves if leaf.model == HomePage.__name__), None)
    if home is None:
        return Tree(())
    below = (leaf for leaf in leaves if leaf.path.startswith(home.path))
    return Tree(tuple(replace(leaf, url="/" + leaf.url_path.removeprefix(home.url_path)) for leaf in below))


_tree: Kept[None, Tree] = Kept(lambda _: _read())


def tree() -> Tree:
    """The tree, kept by the process until something is written."""
    return _tree.of(None)
