"""What the public face tells the rooms below."""

from __future__ import annotations

from django.db.models.signals import post_save
from wagtail.models import ModelLogEntry, PageLogEntry

from essaim.editorial import queries
from essaim.editorial.actions.following import follow_log
from essaim.editorial.demo import STEP
from essaim.foundation import registries


def register() -> None:
    """Called once, when Django is ready."""
    registries.frame_sources.register(registries.FrameSource("pages", queries.menu_items, queries.footer_items))
    registries.demo_steps.register(STEP)
    for log in (PageLogEntry, ModelLogEntry):
        post_save.connect(follow_log, sender=log, dispatch_uid=f"editorial.{log.__name__}")
