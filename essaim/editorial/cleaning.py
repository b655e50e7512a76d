"""Rich text keeps its sense and loses everything else: scripts, styles, what a word processor hides in a paste.

The editor filters what is typed; this is asked again of what files plant, and of every text as it is shown, so that a
row written by any other way runs nothing.
"""

from __future__ import annotations

import re

import nh3

TAGS = {"p", "h2", "h3", "h4", "b", "strong", "i", "em", "ol", "ul", "li", "a", "br", "hr", "abbr", "dfn", "sup", "sub"}
"""What a text may hold: nothing that changes the look of the site."""
_STORED = {"a": {"href", "linktype", "id"}, "h2": {"id"}, "h3": {"id"}, "h4": {"id"}, "abbr": {"title"}}
_SCHEMES = {"http", "https", "mailto", "tel"}
_WHOLE = {"script", "style", "xml", "head", "title", "iframe", "object", "svg", "math", "template", "noscript"}
"""Their content goes with them."""
_OFFICE = re.compile(r"<!--\[if.*?<!\[endif\]-->|<!\[if[^\]]*\]>|<!\[endif\]>|<\?xml[^>]*>", re.DOTALL | re.IGNORECASE)
_UNREAD = re.compile(r"^[\x00-\x20]+|[\t\n\r]")
"""What browsers leave out of an address before they read it (WHATWG URL, « basic URL parser »)."""
_EMPTY = re.compile(r"<(p|h2|h3|h4|b|strong|i|em|li)>(?:\s|&nbsp;|\u00a0|<br>)*</\1>")


def _sound(tag: str, name: str, value: str) -> str | None:
    """The attribute as it is; none for a link that looks like one of this site and leads elsewhere."""
    if name == "href":
        read = _UNREAD.sub("", value)
        if "\\" in read or read.startswith("//"):
            return None
    return value


def clean_html(html: str) -> str:
    """Return the text with its paragraphs, titles, lists and links alone. Cleaned twice, it is the same."""
    cleaner = safe_html(_OFFICE.sub("", html))
    former = None
    while former != cleaner:
        former, cleaner = cleaner, _EMPTY.sub("", cleaner)
    return cleaner


def safe_html(html: str) -> str:
    """As `clean_html`, for what is about to be shown: nothing is taken out for being empty."""
    return nh3.clean(
        html,
        tags=TAGS,
        clean_content_tags=_WHOLE,
        attributes=_STORED,
        attribute_filter=_sound,
        url_schemes=_SCHEMES,
        link_rel=None,
        strip_comments=True,
    )
