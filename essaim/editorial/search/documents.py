"""From a page to a document of the index: its title, its words, what a list shows of it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from html import unescape

from django.utils.html import strip_tags
from wagtail.fields import StreamField
from wagtail.models import Page

from essaim.editorial.queries import pages_of_the_site
from essaim.foundation.search import Document, IndexSpec

EXCERPT = 220
"""Letters of a page shown in a list of results."""


def shown(excerpt: str) -> bytes:
    """What a document keeps for lists. Its title, its address and what is above it are the tree's: they may change."""
    return json.dumps({"excerpt": excerpt}, ensure_ascii=False).encode()


def excerpt_of(raw: bytes) -> str:
    """What `shown` wrote."""
    return str(json.loads(raw)["excerpt"])


SPEC = IndexSpec("pages", shown="excerpt")


def documents(only: Collection[int] | None = None) -> Iterator[Document]:
    """Every published page that anybody may read, or those of `only` that still are."""
    return map(document_of, pages_of_the_site(only))


def document_of(page: Page) -> Document:
    """One document; pages near the door of the site come first."""
    words = list(_words(page))
    return Document(
        id=page.pk,
        names=[name for name in dict.fromkeys((page.title, page.seo_title)) if name],
        texts=[text for text in (page.search_description, *words) if text],
        rank=min(99, 10 * page.depth),
        shown=shown(_excerpt(page, words)),
    )


def _words(page: Page) -> Iterator[str]:
    """What the page says: its introduction, then each block, easy-to-read version included."""
    for name in ("intro", "lead", "summary"):
        yield getattr(page, name, "")
    for field in page._meta.get_fields():
        if isinstance(field, StreamField):
            for text in field.stream_block.get_searchable_content(getattr(page, field.name)):
                yield " ".join(unescape(strip_tags(str(text))).split())


def _excerpt(page: Page, words: list[str]) -> str:
    text = page.search_description or next((word for word in words if word), "")
    return text if len(text) <= EXCERPT else f"{text[:EXCERPT].rsplit(' ', 1)[0]}…"
