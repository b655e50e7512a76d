"""Blocks of the home page alone: the moments around now, the last news, the last initiatives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from wagtail import blocks

from essaim.editorial.blocks.figures import FiguresBlock
from essaim.editorial.blocks.laureates import LaureatesBlock

MOMENTS = 5
STORIES = 3


class DayBlock(blocks.StructBlock):
    """A few moments of the day, from the one of now on; nothing while the page « au fil des heures » is not there."""

    title = blocks.CharBlock(label="Titre", max_length=120, default="L’ESS au fil des heures")
    text = blocks.TextBlock(label="Texte", required=False, max_length=400)

    def get_context(self, value: Any, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Add the moments around now."""
        from essaim.editorial.day import moments_around  # noqa: PLC0415 -- the models import the blocks

        context: dict[str, Any] = super().get_context(value, parent_context)
        context["strip"] = moments_around(timezone.now(), MOMENTS)
        return context

    class Meta:
        template = "editorial/blocks/home_day.html"
        icon = "time"
        label = "Au fil des heures"
        group = "Données du site"


class StoriesBlock(blocks.StructBlock):
    """The last pages of one kind, and the way to all of them; nothing while there is none."""

    title = blocks.CharBlock(label="Titre", max_length=120)
    model = index = ""

    def get_context(self, value: Any, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Add the last pages of the kind."""
        from essaim.editorial.live.home import newest  # noqa: PLC0415 -- the models import the blocks

        context: dict[str, Any] = super().get_context(value, parent_context)
        context["shelf"] = newest(self.model, self.index, STORIES)
        return context


class NewsBlock(StoriesBlock):
    """The last news."""

    model, index = "NewsPage", "NewsIndexPage"

    class Meta:
        template = "editorial/blocks/home_news.html"
        icon = "doc-full"
        label = "Actualités"
        group = "Données du site"


class InitiativesBlock(StoriesBlock):
    """The last initiatives."""

    model, index = "InitiativePage", "InitiativeIndexPage"

    class Meta:
        template = "editorial/blocks/home_initiatives.html"
        icon = "pick"
        label = "Zoom sur quelques initiatives"
        group = "Données du site"


class HomeFiguresBlock(FiguresBlock):
    """The figures that are known; without any, what the directory counts; without that either, nothing.

    A door does not begin with what is missing: the observatory says it, with the reason.
    """

    def get_context(self, value: Any, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Keep the known figures, and add what the directory holds."""
        from essaim.editorial.live.home import freshness, holdings  # noqa: PLC0415 -- the models import the blocks

        context = super().get_context(value, parent_context)
        known = [shown for shown in context["figures"] if shown.figure is not None and shown.figure.is_known]
        context["figures"] = known
        context["holdings"] = None if known else holdings()
        context["sync"] = None if known else freshness()
        return context

    class Meta:
        template = "editorial/blocks/home_figures.html"


class HomeLaureatesBlock(LaureatesBlock):
    """The laureates; nothing while none is known."""

    class Meta:
        template = "editorial/blocks/home_laureates.html"
