"""The home page and the ordinary page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.http import HttpRequest
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList, Panel, PublishingPanel, TabbedInterface
from wagtail.fields import StreamField
from wagtail.models import Page

from essaim.editorial.blocks import BODY, HOME
from essaim.editorial.models.base import SitePage
from essaim.ui import scenes


def tabs(
    content: list[Panel], page: type[SitePage], promote: Sequence[Panel] = SitePage.promote_panels
) -> TabbedInterface:
    """The tabs of a page's form: what it says, its easy-to-read version, its place in the site."""
    return TabbedInterface(
        [
            ObjectList(content, heading="Contenu"),
            ObjectList(page.easy_panels, heading="Facile à lire"),
            # The hours of publication have no tab: Wagtail shows them beside the page, with its state.
            ObjectList([*promote, PublishingPanel()], heading="Place et adresse"),
        ]
    )


class HomePage(SitePage):
    """The door of the site: one per site."""

    lead = models.TextField("accroche", max_length=400, help_text="Ce qu’est l’ESS, en deux lignes.")
    ideas = models.TextField(
        "idées de recherche", blank=True, help_text="Une par ligne : elles sont proposées sous la recherche."
    )
    body = StreamField(HOME, verbose_name="blocs de la page", blank=True)

    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]
    max_count = 1
    # Kept for some, the door would take the menu and the foot of every page with it.
    private_page_options: ClassVar[list[str]] = []
    template = "editorial/home.html"

    content_panels: ClassVar[list[Panel]] = [
        *Page.content_panels,
        FieldPanel("lead"),
        FieldPanel("ideas"),
        FieldPanel("body"),
    ]
    # Its address is « / » whatever its slug, which the addresses of every other page rest on: it has no field.
    promote_panels: ClassVar[list[Panel]] = [
        MultiFieldPanel(SitePage.promote_panels[0].children[1:], heading="Moteurs de recherche"),
        *SitePage.promote_panels[1:],
    ]
    edit_handler = tabs(content_panels, SitePage, promote_panels)

    class Meta:
        verbose_name = "page d’accueil"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the emblem of communes and what the frame must know of this page."""
        from essaim.editorial.live.home import holdings  # noqa: PLC0415 -- the blocks read the models

        context = super().get_context(request, *args, **kwargs)
        frame = {"home_url": f"{settings.SITE_URL}/", "shows_structures": True, "hide_header_search": True}
        return {**context, **frame, "holdings": holdings()}

    @property
    def search_ideas(self) -> list[str]:
        """The ideas, one a line."""
        return [idea.strip() for idea in self.ideas.splitlines() if idea.strip()]


class ContentPage(SitePage):
    """A page of texts and blocks: comprendre, the systems of the site, institutional pages."""

    intro = models.TextField("introduction", max_length=600, blank=True)
    scene = models.CharField("dessin", max_length=30, choices=scenes.choices, blank=True)
    body = StreamField(BODY, verbose_name="contenu", blank=True)

    template = "editorial/content.html"

    content_panels: ClassVar[list[Panel]] = [
        *Page.content_panels,
        FieldPanel("intro"),
        FieldPanel("scene"),
        FieldPanel("body"),
    ]
    edit_handler = tabs(content_panels, SitePage)

    class Meta:
        verbose_name = "page"
