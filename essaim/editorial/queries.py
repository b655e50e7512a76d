"""Reads of the public face: the menu and the footer that pages ask for, and what later screens list."""

from __future__ import annotations

from wagtail.models import Page, Site

from essaim.editorial.models import HomePage
from essaim.foundation.kept import Kept
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


def _menu() -> list[NavItem]:
    pages = [page for page in pages_of_the_site() if page.show_in_menus]
    return [NavItem(f"page-{page.pk}", page.title, page.url, getattr(page, "menu_rank", 50)) for page in pages]


def _footer() -> list[FooterLink]:
    pages = [page for page in pages_of_the_site() if getattr(page, "in_footer", False)]
    return [FooterLink(f"page-{page.pk}", page.title, page.url, getattr(page, "menu_rank", 50)) for page in pages]


_frame: Kept[None, tuple[list[NavItem], list[FooterLink]]] = Kept(lambda _: (_menu(), _footer()))


def menu_items() -> list[NavItem]:
    """The pages that the officer has put in the menu."""
    return _frame.of(None)[0]


def footer_items() -> list[FooterLink]:
    """The pages that the officer has put at the foot of every page."""
    return _frame.of(None)[1]
