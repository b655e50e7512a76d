"""Cards, tables, notices, sources, videos."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.documents.blocks import DocumentChooserBlock

from essaim.editorial.blocks.links import LinkBlock
from essaim.editorial.blocks.text import PLAIN
from essaim.ui import scenes

VIDEO_KINDS = {"mp4": "video/mp4", "webm": "video/webm"}
"""What browsers play without help, by extension."""


class CardBlock(LinkBlock):
    """One card that leads somewhere, or only says something."""

    title = blocks.CharBlock(label="Titre", max_length=120)
    text = blocks.TextBlock(label="Texte", required=False, max_length=400)
    scene = blocks.ChoiceBlock(label="Dessin", choices=scenes.choices, required=False)
    link_required = False

    class Meta:
        form_layout = ["title", "text", "page", "address", "scene"]


class CardsBlock(blocks.StructBlock):
    """A few cards side by side."""

    title = blocks.CharBlock(label="Titre", required=False, max_length=120)
    cards = blocks.ListBlock(CardBlock(), label="Cartes", min_num=1, max_num=24)

    class Meta:
        template = "editorial/blocks/cards.html"
        icon = "grip"
        label = "Cartes"


class TableBlock(blocks.StructBlock):
    """A table of words, readable by a screen reader and on a phone."""

    title = blocks.CharBlock(label="Titre", required=False, max_length=120)
    caption = blocks.CharBlock(
        label="Légende", max_length=200, help_text="Ce que dit le tableau, en une phrase : elle est lue en premier."
    )
    table = TypedTableBlock(
        [
            ("text", blocks.CharBlock(label="Texte court", required=False)),
            ("rich_text", blocks.RichTextBlock(label="Texte", features=[*PLAIN, "ul"], required=False)),
        ],
        label="Tableau",
    )

    class Meta:
        template = "editorial/blocks/table.html"
        icon = "table"
        label = "Tableau"


class NoticeBlock(blocks.StructBlock):
    """Something to know before going on."""

    tone = blocks.ChoiceBlock(
        label="Ton",
        choices=[("info", "À savoir"), ("honey", "À valider, en attente"), ("warning", "Attention")],
        default="info",
    )
    title = blocks.CharBlock(label="Titre", required=False, max_length=120)
    text = blocks.RichTextBlock(label="Texte", features=[*PLAIN, "ul"])

    class Meta:
        template = "editorial/blocks/notice.html"
        icon = "warning"
        label = "Encadré"


class SourcesBlock(blocks.StructBlock):
    """Where the page's information comes from, one line a source."""

    sources = blocks.ListBlock(blocks.RichTextBlock(label="Source", features=PLAIN), label="Sources", min_num=1)

    class Meta:
        template = "editorial/blocks/sources.html"
        icon = "openquote"
        label = "D’où viennent ces informations"


class VideoBlock(blocks.StructBlock):
    """A video kept by the site itself: no player from elsewhere. Captions and transcript are required."""

    title = blocks.CharBlock(label="Titre", max_length=120)
    document = DocumentChooserBlock(label="Vidéo", help_text="Un document .mp4 ou .webm.")
    captions = DocumentChooserBlock(
        label="Sous-titres", help_text="Un document .vtt : pour qui n’entend pas, ou regarde sans le son."
    )
    transcript = blocks.RichTextBlock(
        label="Transcription",
        features=[*PLAIN, "ul"],
        help_text="Tout ce qui est dit et montré, en texte : pour qui ne voit pas la vidéo.",
    )

    def clean(self, value: Any) -> Any:
        """Refuse a film that browsers do not play, and captions that are not WebVTT."""
        cleaned = super().clean(value)
        errors = {}
        if extension_of(cleaned["document"]) not in VIDEO_KINDS:
            errors["document"] = ValidationError("Choisissez une vidéo .mp4 ou .webm : les autres ne se lisent pas.")
        if extension_of(cleaned["captions"]) != "vtt":
            errors["captions"] = ValidationError("Choisissez un fichier de sous-titres .vtt.")
        if errors:
            raise StructBlockValidationError(errors)
        return cleaned

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        """Add the kind of the film; empty when the document was deleted."""
        context: dict[str, Any] = super().get_context(value, parent_context)
        context["kind"] = VIDEO_KINDS.get(extension_of(value.get("document")), "")
        return context

    class Meta:
        template = "editorial/blocks/video.html"
        icon = "media"
        label = "Vidéo"


def extension_of(document: Any) -> str:
    """« mp4 »; empty for no document."""
    return str(document.file.name).rpartition(".")[2].lower() if document is not None else ""
