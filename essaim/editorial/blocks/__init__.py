"""The blocks of pages: few, drawn by the design system. Those that show live data read it from its room."""

from __future__ import annotations

from wagtail import blocks

from essaim.editorial.blocks.text import (
    PLAIN,
    ActionBlock,
    PictureBlock,
    QuestionsBlock,
    QuoteBlock,
    StepsBlock,
    TextBlock,
)

WORDS = [
    ("text", TextBlock()),
    ("quote", QuoteBlock()),
    ("action", ActionBlock()),
    ("questions", QuestionsBlock()),
    ("steps", StepsBlock()),
    ("picture", PictureBlock()),
]
BODY = [*WORDS]
HOME = [*WORDS]
EASY = [
    (
        "title",
        blocks.CharBlock(label="Titre", max_length=120, icon="title", template="editorial/blocks/easy_title.html"),
    ),
    ("sentences", blocks.RichTextBlock(label="Phrases", features=["bold", "ul", "link"], icon="pilcrow")),
]

__all__ = ["BODY", "EASY", "HOME", "PLAIN"]
