"""Makers of the public face's nouns. A flush (`live_server`) takes Wagtail's root page away: it is made again."""

from __future__ import annotations

from typing import Any

from wagtail.models import Locale, Page, Site

from essaim.editorial.models import ContentPage, HomePage, SitePage


def make_home(**fields: Any) -> HomePage:
    """The door of the site, published; the one that exists when there is one."""
    found = HomePage.objects.first()
    if found is not None:
        return found
    Locale.objects.get_or_create(language_code="fr")
    root = Page.get_first_root_node() or Page.add_root(title="Racine", slug="root")
    root.get_children().delete()
    root.refresh_from_db()
    home = HomePage(**{"title": "Bienvenue", "slug": "accueil", "lead": "Deux lignes.", **fields})
    root.add_child(instance=home)
    Site.objects.all().delete()
    Site.objects.create(hostname="localhost", root_page=home, is_default_site=True)
    Site.clear_site_root_paths_cache()
    return home


def make_page(parent: Page | None = None, *, model: type[SitePage] = ContentPage, **fields: Any) -> Any:
    """A published page under `parent` (the door by default). Stream fields take lists of (block name, value)."""
    parent = parent or make_home()
    page = model(**{"title": "Une page", "slug": fields.get("slug", "une-page"), **fields})
    parent.add_child(instance=page)
    page.save_revision().publish()
    return model.objects.get(pk=page.pk)
