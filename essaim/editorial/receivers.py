"""What Django and Wagtail announce, and the action that each thing calls for. Connected by `editing`.

What the CMS's own log tells goes straight to `actions.following`, which does nothing but write it in the journal.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from wagtail.models import Page, TaskState, UploadedFile, WorkflowState

from essaim.editorial.actions import editors, pictures, reviewing
from essaim.editorial.models import Picture
from essaim.people.models import Person


def person_saved(
    instance: Person, *, raw: bool = False, update_fields: frozenset[str] | None = None, **_kwargs: Any
) -> None:
    """An office was given or withdrawn, an account closed (`post_save`)."""
    if not raw and (update_fields is None or {"is_officer", "is_active"} & set(update_fields)):
        editors.follow_office(person=instance)


def root_made(instance: Page, *, created: bool, raw: bool = False, **_kwargs: Any) -> None:
    """Rights are given on the root of the pages: a new one needs them (`post_save`)."""
    if created and not raw and instance.depth == 1:
        editors.ensure_roles()


def picture_saved(
    instance: Picture, *, raw: bool = False, update_fields: frozenset[str] | None = None, **_kwargs: Any
) -> None:
    """Make its sizes once the picture is really there (`post_save`)."""
    if not raw and update_fields is None:
        transaction.on_commit(lambda: pictures.make_sizes(Picture.objects.get(pk=instance.pk)), robust=True)


def upload_made(instance: UploadedFile, *, created: bool, **_kwargs: Any) -> None:
    """Another file waits for its description: those that nobody has described in a day leave (`post_save`)."""
    if created:
        pictures.purge_waiting()


def page_submitted(instance: TaskState, *, user: Person | None = None, **_kwargs: Any) -> None:
    """A page waits for the team (`task_submitted`)."""
    reviewing.tell_officers(state=instance.workflow_state, by=user)


def review_ended(instance: WorkflowState, *, user: Person | None = None, **_kwargs: Any) -> None:
    """The team has published a page, or asks for changes (`workflow_approved`, `workflow_rejected`)."""
    reviewing.tell_author(state=instance, by=user)
