"""The blocks of pages: few, drawn by the design system. Those that show live data read it from its room."""

from __future__ import annotations

from wagtail import blocks

from essaim.editorial.blocks.figures import FigureBlock, FiguresBlock
from essaim.editorial.blocks.home import DayBlock, HomeFiguresBlock, HomeLaureatesBlock, InitiativesBlock, NewsBlock
from essaim.editorial.blocks.laureates import LaureatesBlock
from essaim.editorial.blocks.lists import CardsBlock, NoticeBlock, SourcesBlock, TableBlock, VideoBlock
from essaim.editorial.blocks.newsletter import NewsletterBlock
from essaim.editorial.blocks.structures import FamiliesBlock, FamilyBlock, MapBlock, StructuresBlock
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
    ("cards", CardsBlock()),
    ("table", TableBlock()),
    ("notice", NoticeBlock()),
    ("video", VideoBlock()),
    ("sources", SourcesBlock()),
    ("newsletter", NewsletterBlock()),
]
LIVE = [
    ("figure", FigureBlock()),
    ("figures", FiguresBlock()),
    ("laureates", LaureatesBlock()),
    ("structures", StructuresBlock()),
    ("family", FamilyBlock()),
    ("map", MapBlock()),
    ("families", FamiliesBlock()),
]
"""What the site knows by itself: read from its room each time the page is made, never a copy."""
BODY = [*WORDS, *LIVE]
_AT_HOME = {"figures": HomeFiguresBlock(), "laureates": HomeLaureatesBlock()}
"""The same blocks, silent on the home page about what is not known."""
HOME = [
    *WORDS,
    *((name, _AT_HOME.get(name, block)) for name, block in LIVE),
    ("day", DayBlock()),
    ("news", NewsBlock()),
    ("initiatives", InitiativesBlock()),
]
EASY = [
    (
        "title",
        blocks.CharBlock(label="Titre", max_length=120, icon="title", template="editorial/blocks/easy_title.html"),
    ),
    ("sentences", blocks.RichTextBlock(label="Phrases", features=["bold", "ul", "link"], icon="pilcrow")),
]

__all__ = ["BODY", "EASY", "HOME", "PLAIN"]
