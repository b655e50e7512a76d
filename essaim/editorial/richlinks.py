"""Links of rich texts to pages: written from the tree that is known already, without a query a text."""

from __future__ import annotations

from typing import Any

from django.utils.html import escape
from wagtail.rich_text.pages import PageLinkHandler

from essaim.editorial.tree import tree


class TreeLinkHandler(PageLinkHandler):
    """A page that visitors cannot read is named, not linked: nobody is sent to an error."""

    @classmethod
    def expand_db_attributes_many(cls, attrs_list: list[dict[str, Any]]) -> list[str]:
        """The opening tags of these links."""
        known = {str(leaf.pk): leaf.url for leaf in tree()}
        urls = (known.get(str(attrs.get("id"))) for attrs in attrs_list)
        return [f'<a href="{escape(url)}">' if url else "<a>" for url in urls]
