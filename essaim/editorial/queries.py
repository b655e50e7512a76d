"""Reads of the public face: the menu and the footer that pages ask for, and what later screens list."""

from __future__ import annotations

from wagtail.models import Page, Site

from essaim.editorial.models import HomePage
from essaim.editorial.tree import tree
from essaim.foundation.registries import FooterLink, NavItem


def home_page() -> HomePage | None:
    """The door of the site, or None before the pages are planted."""
    return HomePage.objects.live().first()


def pages_of_the_site() -> list[Page]:
    """Every published page that the public may see, specific, in the order of the tree."""
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    if site is None:
        return []
    return list(site.root_page.get_descendants(inclusive=True).live().public().specific())


def menu_items() -> list[NavItem]:
    """The pages that the officer has put in the menu."""
    return [NavItem(f"page-{leaf.pk}", leaf.title, leaf.url, leaf.rank) for leaf in tree() if leaf.in_menu]


def footer_items() -> list[FooterLink]:
    """The pages that the officer has put at the foot of every page."""
    return [FooterLink(f"page-{leaf.pk}", leaf.title, leaf.url, leaf.rank) for leaf in tree() if leaf.in_footer]
