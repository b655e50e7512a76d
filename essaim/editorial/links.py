"""Broken links of the published pages: found against the page tree, the library and the site's own addresses.

Nothing is asked of the network: addresses of other sites are not judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve, reverse
from wagtail import blocks
from wagtail.blocks.base import Block
from wagtail.contrib.redirects.models import Redirect
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.documents.models import Document
from wagtail.fields import RichTextField, StreamField
from wagtail.images.blocks import ImageChooserBlock
from wagtail.models import Page

from essaim.editorial.models import Picture, SitePage
from essaim.editorial.tree import address_of
from essaim.foundation.kept import Kept

_LINK = re.compile(r"<a\b([^>]*)>(.*?)</a>", re.IGNORECASE | re.DOTALL)
_ATTRIBUTE = re.compile(r"""([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_TAG = re.compile(r"<[^>]+>")
_ADDRESS_NAMES = ("address", "url", "link")
_CMS_SERVE = "wagtail_serve"

GONE = "La page n’existe plus."
HIDDEN = "La page n’est pas publiée."
UNKNOWN = "Cette adresse n’existe pas sur le site."
NO_ADDRESS = "Ce n’est pas une adresse."
NO_DOCUMENT = "Le document n’existe plus."
NO_PICTURE = "L’image n’existe plus."

ADVICE = {
    GONE: "Choisissez une autre page, ou retirez le lien.",
    HIDDEN: "Publiez la page visée, ou retirez le lien.",
    UNKNOWN: "Corrigez l’adresse, ou choisissez la page dans la liste.",
    NO_ADDRESS: "Écrivez-la comme « /annuaire/ », ou comme https://…",
    NO_DOCUMENT: "Choisissez un autre document, ou retirez le lien.",
    NO_PICTURE: "Choisissez une autre image, ou retirez le bloc.",
}
"""What to do about each trouble."""


@dataclass(frozen=True)
class BrokenLink:
    """One link that leads nowhere. `where`: the field and the block; `words`: what the visitor reads; `target`: what
    it aims at; `problem`: one of the keys of ADVICE.
    """

    page_id: int
    page: str
    url: str
    where: str
    words: str
    target: str
    problem: str

    @property
    def advice(self) -> str:
        """What to do."""
        return ADVICE[self.problem]

    @property
    def edit_url(self) -> str:
        """Where the page is edited."""
        return reverse("wagtailadmin_pages:edit", args=[self.page_id])


@dataclass(frozen=True)
class _Aim:
    """A link as it stands in a page: a page or a file by its number, or an address."""

    kind: str
    target: str
    words: str
    where: str


@dataclass
class _Known:
    """What links may aim at, read once."""

    live: frozenset[int]
    pages: Mapping[int, str]
    documents: frozenset[int]
    pictures: frozenset[int]
    redirects: frozenset[str]
    open: Mapping[str, SitePage]
    """The published pages by their address."""
    answers: dict[str, str | None] = field(default_factory=dict)

    @classmethod
    def read(cls, pages: Sequence[SitePage]) -> _Known:
        rows = list(Page.objects.filter(depth__gt=1).values_list("pk", "live", "title"))
        return cls(
            frozenset(pk for pk, live, _ in rows if live),
            {pk: title for pk, _, title in rows},
            frozenset(Document.objects.values_list("pk", flat=True)),
            frozenset(Picture.objects.values_list("pk", flat=True)),
            frozenset(Redirect.objects.values_list("old_path", flat=True)),
            {address_of(page.url_path): page for page in pages},
        )


def find_broken_links() -> list[BrokenLink]:
    """Return every broken link of the published pages, in the order of the tree then of each page."""
    live = Page.objects.live().filter(depth__gt=1).order_by("path").specific()
    pages = [page for page in live if isinstance(page, SitePage)]
    known = _Known.read(pages)
    found = []
    for page in pages:
        for aim in _aims(page):
            problem = _problem(aim, known)
            if problem:
                target = known.pages.get(_number(aim.target) or 0, aim.target) if aim.kind == "page" else aim.target
                url = address_of(page.url_path)
                found.append(BrokenLink(page.pk, page.title, url, aim.where, aim.words, target, problem))
    return found


_found: Kept[None, list[BrokenLink]] = Kept(lambda _: find_broken_links())


def broken_links() -> list[BrokenLink]:
    """As `find_broken_links`, worked out once after each change of the site."""
    return _found.of(None)


def _aims(page: SitePage) -> Iterator[_Aim]:
    for one in page._meta.get_fields():
        if isinstance(one, StreamField):
            stream = getattr(page, one.name)
            yield from _in_block(one.stream_block, list(stream.raw_data), str(one.verbose_name))
        elif isinstance(one, RichTextField):
            yield from _in_html(getattr(page, one.name) or "", str(one.verbose_name))


def _in_block(block: Block, raw: Any, where: str, name: str = "") -> Iterator[_Aim]:
    """Every link under a block, read in the stored form: what was deleted is still named there."""
    if raw in (None, ""):
        return
    if isinstance(block, blocks.BaseStreamBlock):
        yield from _in_stream(block, raw, where)
    elif isinstance(block, TypedTableBlock):
        yield from _in_table(block, raw, where)
    elif isinstance(block, blocks.BaseStructBlock):
        # A picture chosen before it had a text of its own is a bare number.
        values = raw if isinstance(raw, Mapping) else {"image": raw}
        for key, child in block.child_blocks.items():
            yield from _in_block(child, values.get(key), where, key)
    elif isinstance(block, blocks.ListBlock):
        for item in raw:
            value = item["value"] if isinstance(item, Mapping) and item.get("type") == "item" else item
            yield from _in_block(block.child_block, value, where)
    elif isinstance(block, blocks.RichTextBlock):
        yield from _in_html(str(raw), where)
    elif isinstance(block, blocks.PageChooserBlock):
        yield _Aim("page", str(raw), "", where)
    elif isinstance(block, DocumentChooserBlock):
        yield _Aim("document", str(raw), "", where)
    elif isinstance(block, ImageChooserBlock):
        yield _Aim("picture", str(raw), "", where)
    elif isinstance(block, blocks.URLBlock) or (isinstance(block, blocks.CharBlock) and name in _ADDRESS_NAMES):
        yield _Aim("address", str(raw), "", where)


def _in_stream(block: blocks.BaseStreamBlock, raw: Any, where: str) -> Iterator[_Aim]:
    for rank, item in enumerate(raw, start=1):
        child = block.child_blocks.get(item["type"])
        if child is not None:
            yield from _in_block(child, item["value"], f"{where}, bloc {rank} : {child.label}")


def _in_table(block: TypedTableBlock, raw: Any, where: str) -> Iterator[_Aim]:
    kinds = [block.child_blocks.get(column["type"]) for column in raw.get("columns", ())]
    for row in raw.get("rows", ()):
        for child, value in zip(kinds, row["values"], strict=False):
            if child is not None:
                yield from _in_block(child, value, where)


def _in_html(html: str, where: str) -> Iterator[_Aim]:
    for attributes, inside in _LINK.findall(html):
        said = {key.lower(): unescape(one or two) for key, one, two in _ATTRIBUTE.findall(attributes)}
        words = unescape(_TAG.sub("", inside)).strip()
        kind = said.get("linktype", "")
        if kind in ("page", "document"):
            yield _Aim(kind, said.get("id", ""), words, where)
        elif "href" in said:
            yield _Aim("address", said["href"], words, where)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else None


def _problem(aim: _Aim, known: _Known) -> str | None:
    """What is wrong with this link, or None."""
    number = _number(aim.target)
    if aim.kind == "page":
        if number in known.live:
            return None
        return HIDDEN if number in known.pages else GONE
    if aim.kind == "document":
        return None if number in known.documents else NO_DOCUMENT
    if aim.kind == "picture":
        return None if number in known.pictures else NO_PICTURE
    if aim.target not in known.answers:
        known.answers[aim.target] = _address_problem(aim.target, known)
    return known.answers[aim.target]


def _address_problem(address: str, known: _Known) -> str | None:
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return NO_ADDRESS
    own = urlsplit(settings.SITE_URL).netloc
    if parts.scheme in ("mailto", "tel") or (not parts.path and not parts.netloc and parts.fragment):
        return None
    if parts.scheme in ("http", "https") and parts.netloc:
        if parts.netloc != own:
            return None
    elif parts.scheme or parts.netloc or not parts.path.startswith("/"):
        return NO_ADDRESS
    return None if _is_known_path(unquote(parts.path) or "/", known) else UNKNOWN


def _is_known_path(path: str, known: _Known) -> bool:
    """The site answers something at that path: a room, a page (or a part of one), an old address."""
    if Redirect.normalise_path(path) in known.redirects:
        return True
    try:
        match = resolve(path)
    except Resolver404:
        # « /contact » is sent to « /contact/ ».
        return not path.endswith("/") and _is_known_path(f"{path}/", known)
    if match.url_name == "wagtaildocs_serve":
        return _number(match.kwargs["document_id"]) in known.documents
    if match.url_name != _CMS_SERVE:
        return True
    return _is_in_a_page(f"{path.rstrip('/')}/", known)


def _is_in_a_page(address: str, known: _Known) -> bool:
    """A published page answers there, or the nearest one above has such a view. No query: its class knows."""
    holder = address
    while holder not in known.open and len(holder) > 1:
        holder = holder.rstrip("/").rpartition("/")[0] + "/"
    page = known.open.get(holder)
    if page is None or holder == address:
        return page is not None
    try:
        page.resolve_subpage(f"/{address.removeprefix(holder)}")
    except Resolver404:
        return False
    # Every page has a view « facile/ », but those that have no such version answer that they have none.
    return not address.endswith("/facile/") or bool(page.easy_body)
