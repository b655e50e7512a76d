"""The form that asks to receive the newsletter, on any page."""

from __future__ import annotations

from typing import Any

from wagtail import blocks


class NewsletterBlock(blocks.StructBlock):
    """A title, a word, and the form. It holds no token: the page that bears it is kept like any other."""

    title = blocks.CharBlock(label="Titre", max_length=120)
    text = blocks.TextBlock(label="Texte", required=False, max_length=300)

    class Meta:
        template = "editorial/blocks/newsletter.html"
        icon = "mail"
        label = "Lettre d’information"

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """Add the sentence that one agrees to."""
        from essaim.editorial.newsletter.words import consent  # noqa: PLC0415 -- the models are made of blocks

        context: dict[str, Any] = super().get_context(value, parent_context)
        context["consent"] = consent()
        return context
