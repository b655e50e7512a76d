"""What the public face tells the rooms below."""

from __future__ import annotations

from django.db.models.signals import post_delete, post_save
from wagtail.models import ModelLogEntry, Page, PageLogEntry, PageViewRestriction
from wagtail.signals import page_published, page_unpublished, post_page_move

from essaim.editorial import editing, indexing, privacy, queries
from essaim.editorial.actions.following import follow_log
from essaim.editorial.demo import STEP
from essaim.editorial.glossary import GLOSSARY
from essaim.editorial.guide import SECTION
from essaim.editorial.inbox import CONTACT_MESSAGES
from essaim.editorial.newsletter.desk import LETTERS
from essaim.editorial.search import index
from essaim.editorial.stories import LETTER_SOURCES, MENTIONS
from essaim.foundation import pagecache, registries
from essaim.foundation.glossary import glossaries
from essaim.ui.guide import sections


def register() -> None:
    """Called once, when Django is ready."""
    registries.frame_sources.register(registries.FrameSource("pages", queries.menu_items, queries.footer_items))
    registries.footer_links.register(registries.FooterLink("plan-du-site", "Plan du site", "/plan-du-site/", order=80))
    registries.demo_steps.register(STEP)
    registries.inbox_kinds.register(CONTACT_MESSAGES)
    glossaries.register(GLOSSARY)
    sections[SECTION.key] = SECTION
    registries.search_nouns.register(
        registries.SearchNoun("pages", "Pages du site", index.suggested, index.found, order=15)
    )
    registries.structure_panels.register(MENTIONS)
    registries.desk_links.register(LETTERS)
    for source in LETTER_SOURCES:
        registries.letter_sources.register(source)
    pagecache.add_version_part(index.version)
    for log in (PageLogEntry, ModelLogEntry):
        post_save.connect(follow_log, sender=log, dispatch_uid=f"editorial.{log.__name__}")
    for said in (page_published, page_unpublished):
        said.connect(indexing.follow_page, dispatch_uid="editorial.index")
    post_delete.connect(indexing.follow_page, sender=Page, dispatch_uid="editorial.index")
    post_page_move.connect(indexing.follow_branch, dispatch_uid="editorial.index")
    for done in (post_save, post_delete):
        done.connect(indexing.follow_branch, sender=PageViewRestriction, dispatch_uid="editorial.index")
    editing.register()
    privacy.register()
