"""`{% load editorial %}`: titles with their anchor, rich texts with their words explained."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import template
from django.template.context import Context
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from wagtail.templatetags.wagtailcore_tags import richtext

from essaim.editorial.showing import Showing
from essaim.editorial.tree import Leaf, tree
from essaim.ui import typography

register = template.Library()


def _showing(context: Context) -> Showing:
    """That of the page; outside a page (preview of a block alone, guide) one that lasts as long as the block."""
    found = context.get("showing")
    return found if isinstance(found, Showing) else Showing()


@register.simple_tag(takes_context=True)
def heading(context: Context, title: str) -> SafeString:
    """`{% heading self.title %}`: the title of a block, which one may link to; nothing without a title."""
    if not title:
        return mark_safe("")
    return format_html('<h2 class="block__title" id="{}">{}</h2>', _showing(context).anchor(title), title)


@register.simple_tag(takes_context=True)
def anchor(context: Context, title: str) -> str:
    """`{% anchor plural as id %}`: the anchor of a title that is drawn by hand."""
    return _showing(context).anchor(title)


@register.simple_tag(takes_context=True)
def rich(context: Context, value: Any) -> SafeString:
    """`{% rich self.text %}`: what an editor wrote, where the first occurrence of each known word is explained."""
    if not value:
        return mark_safe("")
    if isinstance(value, str):  # a cell of short text
        return format_html("{}", value)
    # What `richtext` gives has been through the editor's filter; the explainer adds escaped texts only.
    return mark_safe(_showing(context).explained(str(richtext(value))))  # noqa: S308


@register.simple_tag(takes_context=True)
def fresh_id(context: Context, stem: str) -> str:
    """`{% fresh_id "carte" as id %}`: an id that nothing else of the page bears."""
    return f"{stem}-{_showing(context).number()}"


@register.inclusion_tag("ui/components/breadcrumb.html", takes_context=True)
def page_breadcrumb(context: Context, here: str = "") -> dict[str, Any]:
    """`{% page_breadcrumb %}`: the way from the door to the page; `here` names something under it."""
    page = context["page"]
    steps = [{"label": above.title, "url": above.url} for above in context["frame"].above]
    if here:
        steps.append({"label": page.title, "url": page.url})
    return {"steps": steps, "here": here or page.title}


@register.filter
def drawing(page: Any) -> str:
    """`{{ child|drawing }}`: the name of the drawing that a page wears; empty when its kind wears none."""
    return str(getattr(page, "scene", "") or "")


@register.filter
def gist(page: Leaf) -> str:
    """`{{ child|gist }}`: what a page of the tree says of itself, in a sentence or two."""
    return Truncator(page.description or page.intro).chars(180)


@register.simple_tag
def page_of(kind: str) -> str:
    """`{% page_of "ContactPage" as contact %}`: the address of the page of that class; empty when there is none."""
    leaf = next(iter(tree().of_model(kind)), None)
    return leaf.url if leaf else ""


@register.filter
def day_of(at: dt.datetime) -> str:
    """`{{ page.last_published_at|day_of }}` → « 12 octobre 2026 », as the clocks of the site have it."""
    return typography.day_name(timezone.localdate(at))


@register.filter
def labelled(table: Any) -> list[list[tuple[str, Any]]]:
    """`{% for cells in self.table|labelled %}`: the rows of a table, each cell with the heading of its column."""
    if table is None:
        return []
    headings = [column["heading"] for column in table.columns]
    return [list(zip(headings, (cell.value for cell in row), strict=False)) for row in table.rows]
