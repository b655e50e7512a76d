"""Blocks that show figures of the observatory: read when the page is shown, with their source and year."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wagtail import blocks

from essaim.editorial.blocks import choices
from essaim.editorial.blocks.text import PLAIN


class FigureBlock(blocks.StructBlock):
    """One figure."""

    indicator = blocks.ChoiceBlock(label="Indicateur", choices=choices.indicators)
    label = blocks.CharBlock(
        label="Ce qui est compté, autrement dit",
        required=False,
        max_length=120,
        help_text="Vide : les mots de l’observatoire.",
    )

    def get_context(self, value: Any, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Add the figure of today, or the sentence that says why there is none."""
        from essaim.editorial.live.figures import shown_figure  # noqa: PLC0415 -- the models import the blocks

        context: dict[str, Any] = super().get_context(value, parent_context)
        context["shown"] = shown_figure(value.get("indicator") or "", value.get("label") or "")
        return context

    class Meta:
        template = "editorial/blocks/figure.html"
        icon = "order"
        label = "Chiffre"
        group = "Données du site"


class FiguresBlock(blocks.StructBlock):
    """A few figures side by side."""

    title = blocks.CharBlock(label="Titre", required=False, max_length=120)
    indicators = blocks.ListBlock(
        blocks.ChoiceBlock(label="Indicateur", choices=choices.indicators), label="Indicateurs", min_num=1, max_num=8
    )
    text = blocks.RichTextBlock(label="Texte", features=[*PLAIN, "ul"], required=False)

    def get_context(self, value: Any, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Add the figures of today."""
        from essaim.editorial.live.figures import shown_figure  # noqa: PLC0415 -- the models import the blocks

        context: dict[str, Any] = super().get_context(value, parent_context)
        context["figures"] = [shown_figure(key or "") for key in value.get("indicators") or ()]
        return context

    class Meta:
        template = "editorial/blocks/figures.html"
        icon = "order"
        label = "Chiffres"
        group = "Données du site"
