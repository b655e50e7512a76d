"""The page that Wagtail puts at « / » of a new installation, in English: taken away, ours says where things stand."""

from __future__ import annotations

from django.db import transaction
from wagtail.models import Page

TITLE, SLUG = "Welcome to your new Wagtail site!", "home"
"""As Wagtail's first migration writes them."""


def remove_welcome_page() -> bool:
    """Take away the welcome page that nobody has touched, and the empty site that it was the door of; say if it was.

    Called after every migration. A page renamed, revised, moved or with pages below is somebody's work and stays.
    """
    with transaction.atomic():
        untouched = Page.objects.select_for_update().filter(
            title=TITLE,
            draft_title__in=(TITLE, ""),
            slug=SLUG,
            depth=2,
            numchild=0,
            latest_revision__isnull=True,
            content_type__app_label="wagtailcore",
            content_type__model="page",
        )
        found = untouched.first()
        if found is None or found.revisions.exists():
            return False
        Page.objects.filter(pk=found.pk).delete()
    return True
