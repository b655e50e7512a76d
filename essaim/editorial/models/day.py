"""« Au fil des heures »: the page, and the same day without the ESS."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.utils import timezone
from wagtail.admin.panels import FieldPanel, Panel
from wagtail.contrib.routable_page.models import path
from wagtail.fields import StreamField
from wagtail.models import Page

from essaim.editorial.blocks.day import MomentBlock
from essaim.editorial.day.choice import choice_of
from essaim.editorial.day.moments import moments_of
from essaim.editorial.day.view import day_view
from essaim.editorial.models.base import SitePage
from essaim.editorial.models.pages import tabs
from essaim.foundation.territories import current_scope, home

WITHOUT = "sans/"


class DayPage(SitePage):
    """A day lived with the ESS; `sans/` under its address is the same day without it."""

    intro = models.TextField("introduction", max_length=600, blank=True)
    without_title = models.CharField("titre du jour sans ESS", max_length=120)
    without_intro = models.TextField("introduction du jour sans ESS", max_length=600, blank=True)
    moments = StreamField(
        [("moment", MomentBlock())],
        verbose_name="moments",
        blank=True,
        help_text="Dans l’ordre de la journée. Le ciel prend la couleur de l’heure.",
    )

    names_structures: ClassVar[bool] = True
    """The nearest ones, under each moment: see `framing.Frame.shows_structures`."""
    max_count = 1
    params: ClassVar[tuple[str, ...]] = ("commune", "famille")
    template = "editorial/day.html"

    content_panels: ClassVar[list[Panel]] = [
        *Page.content_panels,
        FieldPanel("intro"),
        FieldPanel("without_title"),
        FieldPanel("without_intro"),
        FieldPanel("moments"),
    ]
    edit_handler = tabs(content_panels, SitePage)

    class Meta:
        verbose_name = "page « au fil des heures »"

    @path("")
    def day(self, request: HttpRequest) -> TemplateResponse:
        """The day, as seen from the commune of the address."""
        return self._day(request, without=False)

    @path(WITHOUT)
    def day_without(self, request: HttpRequest) -> TemplateResponse:
        """The same day in the negative."""
        return self._day(request, without=True)

    def _day(self, request: HttpRequest, *, without: bool) -> TemplateResponse:
        scope = current_scope()
        choice = choice_of(request.GET, scope, home().short_name)
        view = day_view(moments_of(self.moments), choice, scope, timezone.now(), without=without)
        address = self.get_url(request) or "/"
        here, other = (f"{address}{WITHOUT}", address) if without else (address, f"{address}{WITHOUT}")
        context = {"day": view, "here": here, "other": other}
        return self.render(request, context_overrides=context)

    @property
    def preview_modes(self) -> list[tuple[str, str]]:
        """The editor looks at the day, at the day without, and at the easy-to-read version when there is one."""
        easy = [("facile/", "Facile à lire")] if self.easy_body else []
        return [("", "La journée"), (WITHOUT, "Si l’ESS s’arrêtait"), *easy]

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponseBase:
        """The route of the mode; an unknown one is a 404."""
        if mode_name not in dict(self.preview_modes):
            raise Http404("Cet aperçu n’existe pas.")
        view, args, kwargs = self.resolve_subpage(f"/{mode_name}")
        answer: HttpResponseBase = view(request, *args, **kwargs)
        return answer
