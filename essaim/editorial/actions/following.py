"""What editors do in the CMS enters the journal like everything else, so that every page kept becomes old at once."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from wagtail.log_actions import registry
from wagtail.models import ModelLogEntry, PageLogEntry

from essaim.foundation import journal


def follow_log(instance: PageLogEntry | ModelLogEntry, *, created: bool, raw: bool = False, **_kwargs: Any) -> None:
    """Repeat one line of the CMS's log in the journal (receiver of `post_save`)."""
    if not created or raw:
        return
    with transaction.atomic():
        journal.record(
            by=instance.user or "site",
            verb=f"pages : {registry.get_action_label(instance.action)}".lower(),
            reason=f"{instance.label} ({instance.object_id})",
            after=instance.data or None,
        )
