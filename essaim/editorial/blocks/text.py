"""Blocks that hold what the officer writes."""

from __future__ import annotations

from wagtail import blocks
from wagtail.images.blocks import ImageBlock

from essaim.editorial.blocks.links import LinkBlock

FEATURES = ["h3", "h4", "bold", "italic", "ol", "ul", "link", "document-link"]
"""What a rich text may hold: nothing that changes the look of the site."""
PLAIN = ["bold", "italic", "link"]


class TextBlock(blocks.StructBlock):
    """A title and its text."""

    title = blocks.CharBlock(label="Titre", required=False, max_length=120)
    text = blocks.RichTextBlock(label="Texte", features=FEATURES)

    class Meta:
        template = "editorial/blocks/text.html"
        icon = "pilcrow"
        label = "Texte"


class QuoteBlock(blocks.StructBlock):
    """Somebody's words."""

    words = blocks.TextBlock(label="Citation", max_length=600)
    author = blocks.CharBlock(label="Qui parle", max_length=120)
    role = blocks.CharBlock(label="Qualité", required=False, max_length=160)

    class Meta:
        template = "editorial/blocks/quote.html"
        icon = "openquote"
        label = "Citation"


class ActionBlock(LinkBlock):
    """What the visitor can do now."""

    title = blocks.CharBlock(label="Titre", max_length=120)
    text = blocks.TextBlock(label="Texte", required=False, max_length=400)
    button = blocks.CharBlock(label="Bouton", max_length=60)

    class Meta:
        form_layout = ["title", "text", "page", "address", "button"]
        template = "editorial/blocks/action.html"
        icon = "link"
        label = "Appel à agir"


class QuestionBlock(blocks.StructBlock):
    """One question and its answer."""

    question = blocks.CharBlock(label="Question", max_length=200)
    answer = blocks.RichTextBlock(label="Réponse", features=[*PLAIN, "ul", "ol"])


class QuestionsBlock(blocks.StructBlock):
    """Frequent questions."""

    title = blocks.CharBlock(label="Titre", required=False, max_length=120)
    questions = blocks.ListBlock(QuestionBlock(), label="Questions", min_num=1)

    class Meta:
        template = "editorial/blocks/questions.html"
        icon = "help"
        label = "Questions fréquentes"


class StepBlock(blocks.StructBlock):
    """One step."""

    title = blocks.CharBlock(label="Étape", max_length=120)
    text = blocks.RichTextBlock(label="Texte", features=[*PLAIN, "ul"], required=False)


class StepsBlock(blocks.StructBlock):
    """Steps, in order."""

    title = blocks.CharBlock(label="Titre", required=False, max_length=120)
    steps = blocks.ListBlock(StepBlock(), label="Étapes", min_num=2)

    class Meta:
        template = "editorial/blocks/steps.html"
        icon = "list-ol"
        label = "Étapes"


class PictureBlock(blocks.StructBlock):
    """A picture with its alternative text and its credit."""

    picture = ImageBlock(label="Image")
    caption = blocks.CharBlock(label="Légende", required=False, max_length=250)

    class Meta:
        template = "editorial/blocks/picture.html"
        icon = "image"
        label = "Image"
