"""What the editors' pages show: our places in their menus, and none of those whose matter has another owner here."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db.models import Model
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from modelcluster.fields import ParentalKey
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.models import Page
from wagtail.rich_text.feature_registry import FeatureRegistry
from wagtail.snippets.models import get_snippet_models, register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from essaim.editorial import guards  # noqa: F401 -- its hooks are known with these
from essaim.editorial.richlinks import TreeLinkHandler
from essaim.editorial.views import cms
from essaim.people.rules import is_officer

HIDDEN_SETTINGS = {"users", "groups", "sites"}
"""Accounts and their rights are given by commands; the site's address and name are the team's settings."""


class OfficerItem(MenuItem):
    """A place that only officers have."""

    def is_shown(self, request: HttpRequest) -> bool:
        """For officers."""
        return bool(is_officer(request.user))


@hooks.register("register_admin_menu_item")
def team_space() -> MenuItem:
    """The way back."""
    return OfficerItem("Espace de l’équipe", reverse("desk:home"), name="team", icon_name="home", order=9000)


@hooks.register("register_settings_menu_item")
def site_settings() -> MenuItem:
    """Name, logo, colours, contacts: one owner, outside the pages."""
    return OfficerItem(
        "Nom, logo, couleurs et contacts", reverse("desk:settings"), name="identity", icon_name="cog", order=10
    )


@hooks.register("register_reports_menu_item")
def broken_links_item() -> MenuItem:
    """The report of broken links."""
    return MenuItem("Liens cassés", reverse("editorial_broken_links"), name="broken-links", icon_name="link", order=10)


@hooks.register("register_admin_urls")
def own_urls() -> list[URLPattern]:
    """Our pages among theirs."""
    return [path("reports/liens/", cms.broken_links_report, name="editorial_broken_links")]


@hooks.register("construct_settings_menu")
def without_other_owners(_request: HttpRequest, items: list[Any]) -> None:
    """Take away what is decided elsewhere."""
    items[:] = [item for item in items if item.name not in HIDDEN_SETTINGS]


@hooks.register("construct_reports_menu")
def history_is_the_teams(request: HttpRequest, items: list[Any]) -> None:
    """No way to a report that its address refuses: see `urls_cms`."""
    if not is_officer(request.user):
        items[:] = [item for item in items if item.name != "site-history"]


@hooks.register("construct_help_menu")
def without_foreign_help(_request: HttpRequest, items: list[Any]) -> None:
    """Wagtail's help is in English, on another site."""
    items[:] = []


@hooks.register("register_rich_text_features", order=10)
def page_links(features: FeatureRegistry) -> None:
    """Links to pages are written by our own handler."""
    features.register_link_type(TreeLinkHandler)


def _kept_beside_pages() -> list[type[Model]]:
    """Models of this room that declare a form (`panels`) and stand alone: no page, no part of a page."""
    return [
        model
        for model in apps.get_app_config("editorial").get_models()
        if hasattr(model, "panels")
        and not issubclass(model, Page)
        and not any(isinstance(one, ParentalKey) for one in model._meta.get_fields())
        and model not in get_snippet_models()
    ]


_SHOWN = {"Laureate": ("Lauréats", "pick"), "Term": ("Glossaire", "openquote")}

for _model in _kept_beside_pages():
    # Each has its name in the menu: « Fragments », where Wagtail would gather them, says nothing to who writes.
    _label, _icon = _SHOWN.get(_model.__name__, (str(_model._meta.verbose_name_plural).capitalize(), "snippet"))
    _place = {"add_to_admin_menu": True, "menu_order": 500, "menu_label": _label, "icon": _icon}
    register_snippet(type(f"{_model.__name__}ViewSet", (SnippetViewSet,), {"model": _model, **_place}))
