"""Reads of news and initiatives: their lists, the latest of them, those that name a structure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django.db.models import QuerySet, Value
from django.http import QueryDict
from wagtail.models import Page

from essaim.editorial.enums import Theme
from essaim.editorial.models import InitiativePage, NewsPage
from essaim.editorial.tree import address_of, published
from essaim.foundation.kept import Kept
from essaim.foundation.pagination import numbered
from essaim.foundation.registries import LetterItem, LetterSource, StructurePanel
from essaim.foundation.territories import current_scope
from essaim.geography.queries import served_communes

P = TypeVar("P", NewsPage, InitiativePage)
PAGE_SIZE = 12


def newest(pages: QuerySet[P]) -> QuerySet[P]:
    """What the public may see of these pages, the newest first."""
    return published(pages).order_by("-day", "-pk")


def published_news() -> QuerySet[NewsPage]:
    """The news that the public may see, the newest first."""
    return newest(NewsPage.objects.all())


def published_initiatives() -> QuerySet[InitiativePage]:
    """The initiatives that the public may see, the newest first."""
    return newest(InitiativePage.objects.all())


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter: what the address says, what one reads, how many there are behind it."""

    value: str
    label: str
    count: int
    selected: bool


def news_list(index: Page, params: QueryDict) -> dict[str, Any]:
    """What the list of news shows for these parameters: `annee` (four digits) and `page`. Three queries.

    A year without news keeps its filter and shows an empty list that says so.
    """
    everything = newest(NewsPage.objects.child_of(index))
    counts = Counter(day.year for day in everything.values_list("day", flat=True))
    asked = params.get("annee", "")
    year = int(asked) if re.fullmatch(r"[1-9][0-9]{3}", asked) else None
    found = everything if year is None else everything.filter(day__year=year)
    years = [Choice(str(one), str(one), counts[one], one == year) for one in sorted(counts, reverse=True)]
    return {
        "articles": numbered(found.select_related("picture"), params, PAGE_SIZE),
        "years": years,
        "year": year,
        "total": sum(counts.values()),
        "unknown": bool(asked) and year is None,
    }


def initiative_list(index: Page, params: QueryDict) -> dict[str, Any]:
    """What the list of initiatives shows for `theme`, `commune` (Insee code) and `page`. Three queries.

    Counts beside a filter are those of the list that choosing it would show. A value that is none of the list's is left
    out, and `unknown` says so.
    """
    everything = newest(InitiativePage.objects.child_of(index))
    rows = list(everything.values_list("theme", "commune_code"))
    names = {commune.code: commune.name for commune in served_communes(current_scope())}
    communes = sorted({code for _, code in rows if code}, key=lambda code: names.get(code, code))
    theme, commune = params.get("theme", ""), params.get("commune", "")
    unknown = (bool(theme) and theme not in Theme.values) or (bool(commune) and commune not in communes)
    theme = theme if theme in Theme.values else ""
    commune = commune if commune in communes else ""
    by_theme = Counter(one for one, code in rows if commune in ("", code))
    by_commune = Counter(code for one, code in rows if theme in ("", one))
    found = everything
    if theme:
        found = found.filter(theme=theme)
    if commune:
        found = found.filter(commune_code=commune)
    return {
        "initiatives": numbered(found.select_related("picture"), params, PAGE_SIZE),
        "themes": [Choice(value, label, by_theme[value], value == theme) for value, label in Theme.choices],
        "communes": [Choice(code, names.get(code, code), by_commune[code], code == commune) for code in communes],
        "is_filtered": bool(theme or commune),
        "total": len(rows),
        "unknown": unknown,
    }


@dataclass(frozen=True, slots=True)
class Mention:
    """A page that names a structure."""

    title: str
    url: str
    day: date
    is_initiative: bool


def _mentions() -> dict[str, list[Mention]]:
    columns = ("structure_key", "title", "url_path", "day", "is_initiative")
    initiatives = published_initiatives().exclude(structure_key="").annotate(is_initiative=Value(1))
    news = published_news().exclude(structure_key="").annotate(is_initiative=Value(0))
    found: dict[str, list[Mention]] = {}
    rows = initiatives.order_by().values_list(*columns).union(news.order_by().values_list(*columns), all=True)
    for key, title, url_path, day, flag in sorted(rows, key=lambda row: (row[3], row[2]), reverse=True):
        found.setdefault(key, []).append(Mention(title, address_of(url_path), day, bool(flag)))
    return found


_kept_mentions: Kept[None, dict[str, list[Mention]]] = Kept(lambda _: _mentions())


def mentions_of(keys: Collection[str]) -> list[Mention]:
    """The news and initiatives that name a structure by one of its keys, the newest first.

    With nothing kept: the journal, the tree, then one query.
    """
    known = _kept_mentions.of(None)
    found = [mention for key in dict.fromkeys(keys) for mention in known.get(key, [])]
    return sorted(found, key=lambda mention: mention.day, reverse=True)


def mention_panel(structure: Any, _person: Any) -> Mapping[str, Any]:
    """« On en parle », on the page of a structure; nothing when no page names it."""
    mentions = mentions_of([key for key in (structure.key, structure.siren, structure.rna) if key])
    return {"mentions": mentions} if mentions else {}


def _items(pages: Sequence[NewsPage] | Sequence[InitiativePage]) -> list[LetterItem]:
    return [LetterItem(str(page.pk), page.title, page.intro, address_of(page.url_path), page.day) for page in pages]


def _numbers(keys: Sequence[str]) -> list[int]:
    return [int(key) for key in keys if key.isascii() and key.isdigit() and len(key) < 18]


def _news_since(since: date) -> list[LetterItem]:
    return _items(list(published_news().filter(day__gte=since)))


def _news_of(keys: Sequence[str]) -> list[LetterItem]:
    return _items(list(published_news().filter(pk__in=_numbers(keys))))


def _initiatives_since(since: date) -> list[LetterItem]:
    return _items(list(published_initiatives().filter(day__gte=since)))


def _initiatives_of(keys: Sequence[str]) -> list[LetterItem]:
    return _items(list(published_initiatives().filter(pk__in=_numbers(keys))))


LETTER_SOURCES = (
    LetterSource("actualites", "Actualités", _news_since, _news_of, order=10),
    LetterSource("initiatives", "Initiatives", _initiatives_since, _initiatives_of, order=20),
)
MENTIONS = StructurePanel(
    "mentions", "On en parle", 300, "editorial/parts/mentions.html", mention_panel, query_budget=3
)
