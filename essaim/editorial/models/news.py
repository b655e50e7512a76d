"""News: short dated articles, and their list."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, Panel
from wagtail.fields import StreamField
from wagtail.models import Page

from essaim.editorial.blocks import BODY
from essaim.editorial.models.about import AboutStructure
from essaim.editorial.models.base import SitePage
from essaim.editorial.models.pages import tabs
from essaim.editorial.models.pictures import Picture


def today() -> date:
    """The day in France."""
    return timezone.localdate()


class NewsIndexPage(SitePage):
    """The list of the news, by year."""

    intro = models.TextField("introduction", max_length=600, blank=True)

    params: ClassVar[tuple[str, ...]] = ("annee", "page")
    template = "editorial/news_index.html"
    parent_page_types: ClassVar[list[str]] = ["editorial.HomePage"]
    subpage_types: ClassVar[list[str]] = ["editorial.NewsPage"]
    max_count = 1

    content_panels: ClassVar[list[Panel]] = [*Page.content_panels, FieldPanel("intro")]
    edit_handler = tabs(content_panels, SitePage)

    class Meta:
        verbose_name = "liste des actualités"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """One page of the list, the years and their counts."""
        from essaim.editorial.stories import news_list  # noqa: PLC0415 -- it reads these models

        return {**super().get_context(request, *args, **kwargs), **news_list(self, request.GET)}


class NewsPage(AboutStructure):
    """One article."""

    day = models.DateField(
        "publiée le",
        default=today,
        help_text="Le jour où l’article paraît : il range les listes et le flux.",
    )
    about_day = models.DateField(
        "retour sur le",
        null=True,
        blank=True,
        help_text="Pour un article écrit après coup : le jour de ce qu’il raconte. Vide sinon.",
    )
    intro = models.TextField(
        "résumé", max_length=400, help_text="Une ou deux phrases : elles vont aussi dans la lettre."
    )
    picture = models.ForeignKey(
        Picture, verbose_name="image", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    body = StreamField(BODY, verbose_name="contenu", blank=True)

    template = "editorial/news.html"
    parent_page_types: ClassVar[list[str]] = ["editorial.NewsIndexPage"]
    subpage_types: ClassVar[list[str]] = []

    content_panels: ClassVar[list[Panel]] = [
        *Page.content_panels,
        MultiFieldPanel([FieldPanel("day"), FieldPanel("about_day")], heading="Quand"),
        FieldPanel("intro"),
        FieldPanel("picture"),
        FieldPanel("body"),
        MultiFieldPanel([FieldPanel("structure_key"), FieldPanel("source")], heading="De qui, d’après qui"),
    ]
    edit_handler = tabs(content_panels, SitePage)

    class Meta:
        verbose_name = "actualité"
        verbose_name_plural = "actualités"
