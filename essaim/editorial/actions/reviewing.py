"""Who is told about a review. Our own messages take the place of Wagtail's: same words, same outbox, same retries."""

from __future__ import annotations

from wagtail.models import Page, WorkflowState
from wagtail.users.models import UserProfile

from essaim.editorial.mails import ChangesAsked, PageApproved, PageToReview
from essaim.foundation import mails
from essaim.people.models import Person
from essaim.people.queries import officers


def _wants(person: Person, kind: str) -> bool:
    """The person has not asked, on the page of their preferences, to be left in peace."""
    profile = UserProfile.objects.filter(user=person).first()
    return profile is None or bool(getattr(profile, f"{kind}_notifications"))


def _page_of(state: WorkflowState) -> Page | None:
    thing = state.content_object
    return thing if isinstance(thing, Page) else None


def tell_officers(*, state: WorkflowState, by: Person | None) -> None:
    """A page was submitted: every officer is told, but whoever submitted it."""
    page = _page_of(state)
    if page is None:
        return
    asked_by = state.requested_by
    away = {person.pk for person in (by, asked_by) if person is not None}
    told = [person.email for person in officers() if person.pk not in away and _wants(person, "submitted")]
    mails.send(PageToReview(page_id=page.pk, who=str(asked_by or "")), told)


def tell_author(*, state: WorkflowState, by: Person | None) -> None:
    """A review has ended: its author is told, unless they ended it themselves."""
    page, author = _page_of(state), state.requested_by
    if page is None or author is None or author == by or not author.is_active:
        return
    approved = state.status == WorkflowState.STATUS_APPROVED
    if not _wants(author, "approved" if approved else "rejected"):
        return
    last = state.current_task_state
    comment = str(last.specific.get_comment() or "") if last is not None else ""
    kind = PageApproved if approved else ChangesAsked
    mails.send(kind(page_id=page.pk, who=str(by or ""), comment=comment), author.email)
