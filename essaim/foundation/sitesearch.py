"""`/recherche/`: one search over the whole site, each noun of each room in its turn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from essaim.foundation.pagecache import cache_anonymous
from essaim.foundation.pagination import PAGE_SIZE, last_page, page_number, page_of
from essaim.foundation.registries import Found, SearchNoun, search_nouns
from essaim.foundation.search import SearchError

if TYPE_CHECKING:
    from django.core.paginator import Page

EACH = 5
"""Hits of each noun when all are shown."""
LONGEST = 200
ADDRESS = "/recherche/"


@dataclass(frozen=True)
class Group:
    """What one noun answers; `failure`: why it cannot, in words for the visitor; `more`: where its other hits are."""

    noun: SearchNoun
    found: Found
    more: str = ""
    failure: str = ""
    page: Page[Any] | None = None


@require_safe
@cache_anonymous(seconds=60, params=("q", "quoi", "page"))
def results(request: HttpRequest) -> HttpResponse:
    """The best of every noun for a text, or with `quoi` every page of one."""
    text = clean(request.GET.get("q", ""))
    only = search_nouns.get(request.GET.get("quoi", ""))
    groups: list[Group] = []
    if text:
        groups = [_one(only, text, request.GET.get("page"))] if only else [_best(noun, text) for noun in search_nouns]
    context = {
        "text": text,
        "only": only,
        "groups": [group for group in groups if group.found.total or group.failure],
        "total": sum(group.found.total for group in groups),
        "hide_header_search": True,
        "shows_structures": any(group.noun.key == "structure" and group.found.total for group in groups),
    }
    return render(request, "foundation/site_search.html", context)


def clean(text: str) -> str:
    """What was typed on one line, without what cannot be printed; 200 characters at most."""
    printable = "".join(letter if letter.isprintable() else " " for letter in text[:LONGEST])
    return " ".join(printable.split())


def _best(noun: SearchNoun, text: str) -> Group:
    try:
        found = noun.find(text, 0, EACH)
    except SearchError as error:
        return Group(noun, Found(0, ()), failure=str(error))
    more = ""
    if found.total > len(found.hits):
        asked = {"q": text} if noun.url else {"q": text, "quoi": noun.key}
        more = f"{noun.url or ADDRESS}?{urlencode(asked)}"
    return Group(noun, found, more)


def _one(noun: SearchNoun, text: str, page: str | None) -> Group:
    try:
        found = noun.find(text, 0, PAGE_SIZE)
        last = last_page(found.total, PAGE_SIZE)
        number = page_number(page, last)
        if number > 1:
            found = noun.find(text, (number - 1) * PAGE_SIZE, PAGE_SIZE)
    except SearchError as error:
        return Group(noun, Found(0, ()), failure=str(error))
    return Group(noun, found, page=page_of(found.hits, found.total, number))
