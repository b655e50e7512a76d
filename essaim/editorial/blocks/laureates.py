"""The laureates of the contest, as announced."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wagtail import blocks

from essaim.editorial.blocks.text import PLAIN


class LaureatesBlock(blocks.StructBlock):
    """The laureates of one edition, with their project and their source."""

    title = blocks.CharBlock(label="Titre", required=False, max_length=120)
    text = blocks.RichTextBlock(label="Texte", features=[*PLAIN, "ul"], required=False)
    year = blocks.IntegerBlock(
        label="Édition", required=False, min_value=1990, max_value=2100, help_text="Vide : la dernière connue."
    )

    def get_context(self, value: Any, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Add the laureates."""
        from essaim.editorial.live.laureates import laureates_of  # noqa: PLC0415 -- the models import the blocks

        context: dict[str, Any] = super().get_context(value, parent_context)
        context["edition"] = laureates_of(value.get("year"))
        return context

    class Meta:
        template = "editorial/blocks/laureates.html"
        icon = "pick"
        label = "Lauréats du Coup de cœur"
        group = "Données du site"
