"""Reads of the public face: the menu and the footer that pages ask for, and what later screens list."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from django.urls import reverse
from wagtail.models import Page

from essaim.editorial.accessibility import accessibility_status
from essaim.editorial.models import AccessibilityPage, ContactMessage
from essaim.editorial.tree import published, tree
from essaim.foundation.registries import ACCESSIBILITY, FooterLink, NavItem

if TYPE_CHECKING:
    from django.db.models import QuerySet


def pages_of_the_site(only: Collection[int] | None = None) -> list[Page]:
    """Every published page that the public may see (or those of `only`), specific, in the order of the tree."""
    home = next(iter(tree()), None)
    if home is None:
        return []
    pages = published(Page.objects.filter(path__startswith=home.path)).order_by("path")
    return list((pages if only is None else pages.filter(pk__in=only)).specific())


def menu_items() -> list[NavItem]:
    """The pages that the officer has put in the menu."""
    return [NavItem(f"page-{leaf.pk}", leaf.title, leaf.url, leaf.rank) for leaf in tree() if leaf.in_menu]


def footer_items() -> list[FooterLink]:
    """The pages that the officer has put at the foot of every page, and the declaration of accessibility, always."""
    mention = accessibility_status()
    links = [
        FooterLink(f"page-{leaf.pk}", leaf.title, leaf.url, leaf.rank)
        for leaf in tree()
        if leaf.in_footer and leaf.model != AccessibilityPage.__name__
    ]
    if tree().of_model("NewsIndexPage"):
        links.append(FooterLink("flux", "S’abonner au flux (RSS)", reverse("news_feed"), 85))
    # Without a declaration, the foundation says the only lawful wording by itself.
    return [*links, FooterLink(ACCESSIBILITY, mention.label, mention.url, 90)] if mention.url else links


def messages() -> QuerySet[ContactMessage]:
    """Every message of the contact page."""
    return ContactMessage.objects.select_related("handled_by")


def pending_messages() -> QuerySet[ContactMessage]:
    """The messages that nobody has handled."""
    return messages().filter(handled_at__isnull=True)
