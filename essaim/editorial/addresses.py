"""Which address a page may take: none that a room answers, none that the page above answers by itself.

What a room has is asked of Django's own resolver, so that a room that takes an address is known here at once.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.http import Http404
from django.urls import Resolver404, resolve
from wagtail.contrib.routable_page.models import RoutablePageMixin
from wagtail.models import Page, Site

PAGES_DOOR = "wagtail_serve"
"""The name of the address that serves whatever page stands there."""
ELSEWHERE = ("documents", "media", "outbox", "static", "style")
"""First words that some installation takes and another does not: files, what the web server serves by itself, and the
screens of development. A page written on one must be readable on the others."""


def site_root_of(page: Page) -> Page | None:
    """The root page of the site under which that page stands (itself included), or None above any site."""
    roots = (site.root_page for site in Site.objects.select_related("root_page"))
    return next((root for root in roots if page.path.startswith(root.path)), None)


def holds_site_root(pages: Iterable[Page]) -> bool:
    """Whether one of these pages is the root of a site, or stands above one: without it nothing is served."""
    roots = list(Site.objects.values_list("root_page__path", flat=True))
    return any(root.startswith(page.path) for page in pages for root in roots)


def refused_address(parent: Page, slug: str, below: Iterable[str] = ()) -> str:
    """Why a page may not stand at `slug` under `parent`; empty when it may.

    `below`: ends of the addresses of the pages that come with it (« verifier/ », « verifier/detail/ »).
    """
    root = site_root_of(parent)
    if root is None:
        return ""  # beside or above the site: it has no address, or it is the door, whose address is « / »
    above = "/" + parent.url_path.removeprefix(root.url_path)
    if _answered_by(parent, slug):
        return (
            f"L’adresse « {above}{slug}/ » est déjà celle d’une partie de la page « {parent.title} » (« facile » est "
            "sa version facile à lire) : la nouvelle page la cacherait. Choisissez une autre fin d’adresse."
        )
    if (parent.pk == root.pk and slug in ELSEWHERE) or _is_taken(f"{above}{slug}/"):
        return (
            f"L’adresse « {above}{slug}/ » est celle d’une autre partie du site : la page n’y serait jamais lue. "
            "Choisissez une autre fin d’adresse."
        )
    taken = next((end for end in below if _is_taken(f"{above}{slug}/{end}")), None)
    if taken is not None:
        return (
            f"L’adresse « {above}{slug}/{taken} », d’une page placée en dessous, deviendrait celle d’une autre partie "
            "du site : cette page ne serait plus lue. Choisissez une autre place ou une autre fin d’adresse."
        )
    return ""


def refused_place(parent: Page, page: Page, slug: str = "", *, with_below: bool = True) -> str:
    """The same for a page that exists, and those below it; `slug`: its own when empty."""
    below: list[str] = []
    if with_below and page.pk:
        below = [one.url_path.removeprefix(page.url_path) for one in page.get_descendants()]
    return refused_address(parent, slug or page.slug, below)


def _is_taken(address: str) -> bool:
    try:
        return resolve(address).view_name != PAGES_DOOR
    except Resolver404:
        return True


def _answered_by(parent: Page, slug: str) -> bool:
    specific = parent.specific
    if not isinstance(specific, RoutablePageMixin):
        return False
    try:
        specific.resolve_subpage(f"/{slug}/")
    except Http404:
        return False
    return True
