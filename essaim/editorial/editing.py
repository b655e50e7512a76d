"""The editors' side of the room: what it follows in the CMS, and what it shows in the officer's space."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.apps import AppConfig, apps
from django.db import connections
from django.db.models.signals import post_delete, post_migrate, post_save
from wagtail.contrib.redirects.signal_handlers import (
    autocreate_redirects_on_page_move,
    autocreate_redirects_on_slug_change,
)
from wagtail.documents.models import Document
from wagtail.models import Page, TaskState, UploadedFile, WorkflowState
from wagtail.signals import (
    page_slug_changed,
    post_page_move,
    task_submitted,
    workflow_approved,
    workflow_rejected,
    workflow_submitted,
)

from essaim.editorial import receivers
from essaim.editorial.actions import editors, following
from essaim.editorial.actions.welcome import remove_welcome_page
from essaim.editorial.completing import TO_COMPLETE
from essaim.editorial.links import broken_links
from essaim.editorial.models import HomePage, Picture
from essaim.foundation import registries
from essaim.people.models import Person

LINK = registries.DeskLink(
    "pages",
    "Pages du site",
    "wagtailadmin_home",
    "Écrire, illustrer, relire, publier : tout ce que le site dit, hors chiffres et structures.",
    order=20,
)
SHOWN = 5
"""Lines of each list of the panel."""


def reviews_waiting() -> list[Page]:
    """The pages that contributors have submitted and nobody has reviewed, the oldest first; 20 at most."""
    states = WorkflowState.objects.filter(status=WorkflowState.STATUS_IN_PROGRESS).order_by("created_at")
    things = (state.content_object for state in states.prefetch_related("content_object")[:20])
    return [thing for thing in things if isinstance(thing, Page)]


def panel(_person: Any) -> Mapping[str, Any]:
    """What waits for the officer among the pages: reviews, broken links."""
    broken = broken_links()
    return {"to_review": reviews_waiting(), "broken": broken[:SHOWN], "broken_count": len(broken)}


PANEL = registries.DeskPanel("pages", "Pages du site", 30, "editorial/desk/panel.html", panel)


def roles_after_migrations(sender: AppConfig, using: str, **_kwargs: Any) -> None:
    """Make the roles when the last app has migrated, on an installation whose tables are all there.

    Wagtail's welcome page leaves at the same moment.
    """
    last = [config for config in apps.get_app_configs() if config.models_module is not None][-1]
    if using != "default" or sender.label != last.label:
        return
    with connections[using].cursor() as cursor:
        tables = set(connections[using].introspection.table_names(cursor))
    needed = {"auth_group", "people_person", "wagtailcore_groupcollectionpermission", "wagtailcore_workflowpage"}
    if needed <= tables:
        editors.ensure_roles()
        if HomePage._meta.db_table in tables:
            remove_welcome_page()


def register() -> None:
    """Called once, when Django is ready."""
    registries.desk_links.register(LINK)
    registries.desk_panels.register(PANEL)
    registries.to_complete.register(TO_COMPLETE)
    post_migrate.connect(roles_after_migrations, dispatch_uid="editorial.roles")
    post_save.connect(receivers.person_saved, sender=Person, dispatch_uid="editorial.office")
    post_save.connect(receivers.root_made, sender=Page, dispatch_uid="editorial.root")
    post_save.connect(receivers.picture_saved, sender=Picture, dispatch_uid="editorial.sizes")
    post_save.connect(receivers.upload_made, sender=UploadedFile, dispatch_uid="editorial.waiting")
    for kind in (Picture, Document):
        post_save.connect(following.follow_file, sender=kind, dispatch_uid=f"editorial.file.{kind.__name__}")
        post_delete.connect(following.follow_file_gone, sender=kind, dispatch_uid=f"editorial.gone.{kind.__name__}")
    # Wagtail's receivers first (connected twice, they are called once): ours tells what they have made.
    page_slug_changed.connect(autocreate_redirects_on_slug_change)
    post_page_move.connect(autocreate_redirects_on_page_move)
    for moved in (page_slug_changed, post_page_move):
        moved.connect(following.follow_address, dispatch_uid="editorial.address")


def take_mails_over() -> None:
    """Wagtail's own messages stay silent; ours are told in `actions.reviewing`. Called when Wagtail is ready."""
    theirs = (
        (task_submitted, TaskState, "group_approval_task_submitted_email_notification"),
        (workflow_submitted, WorkflowState, "workflow_state_submitted_email_notification"),
        (workflow_rejected, WorkflowState, "workflow_state_rejected_email_notification"),
        (workflow_approved, WorkflowState, "workflow_state_approved_email_notification"),
    )
    for signal, sender, name in theirs:
        signal.disconnect(sender=sender, dispatch_uid=name)
    task_submitted.connect(receivers.page_submitted, dispatch_uid="editorial.tell_officers")
    workflow_rejected.connect(receivers.review_ended, dispatch_uid="editorial.tell_author")
    workflow_approved.connect(receivers.review_ended, dispatch_uid="editorial.tell_author")
