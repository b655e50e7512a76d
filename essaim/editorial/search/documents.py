"""From a page to a document of the index: its title, its words, what a list shows of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from html import unescape

from django.utils.html import strip_tags
from wagtail.fields import StreamField
from wagtail.models import Page

from essaim.editorial.queries import pages_of_the_site
from essaim.foundation.search import Document, IndexSpec

EXCERPT = 220
"""Letters of a page shown in a list of results."""
DOOR = 2
"""The depth of the home page in Wagtail's tree."""


@dataclass(frozen=True, slots=True)
class Listed:
    """What a list shows of a page; `place`: the page above it, or what kind of page it is."""

    title: str
    url: str
    place: str
    excerpt: str

    def dump(self) -> bytes:
        """Bytes for the index."""
        return json.dumps(asdict(self), ensure_ascii=False).encode()

    @classmethod
    def load(cls, raw: bytes) -> Listed:
        """What `dump` wrote."""
        return cls(**json.loads(raw))


SPEC = IndexSpec("pages", shown=" ".join(field.name for field in fields(Listed)))


def documents() -> Iterator[Document]:
    """Every published page that anybody may read."""
    titles: dict[str, str] = {}
    for page in pages_of_the_site():
        titles[page.path] = page.title
        above = titles.get(page.path[: -page.steplen], "") if page.depth > DOOR + 1 else ""
        yield document_of(page, above)


def document_of(page: Page, above: str = "") -> Document:
    """One document; pages near the door of the site come first. `above`: the title of the page that holds it."""
    words = list(_words(page))
    kind = page.specific_class._meta.verbose_name.capitalize()
    shown = Listed(page.title, page.url, above or kind, _excerpt(page, words))
    return Document(
        id=page.pk,
        names=[name for name in dict.fromkeys((page.title, page.seo_title)) if name],
        texts=[text for text in (page.search_description, *words) if text],
        rank=min(99, 10 * page.depth),
        shown=shown.dump(),
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
