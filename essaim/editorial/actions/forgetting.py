"""What the pages forget when an account is erased: its messages, its subscription, its drafts of forms."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone
from wagtail.admin.models import EditingSession, FormState
from wagtail.models import Page, PageSubscription, UploadedFile
from wagtail.users.models import UserProfile

from essaim.editorial.models import ContactMessage, Subscription
from essaim.foundation import journal
from essaim.foundation.journal import Author
from essaim.people.models import Person

LEFT_OPEN = timedelta(hours=1)


def forget_in_pages(*, person: Person, by: Author) -> Sequence[str]:
    """Erase what the person sent and set aside; return what stays and why. Inside one transaction."""
    with transaction.atomic():
        messages, _ = ContactMessage.objects.filter(email__iexact=person.email).delete()
        letters, _ = Subscription.objects.filter(email__iexact=person.email).delete()
        if messages or letters:
            done = {"messages": messages, "lettre": letters}
            journal.record(by=by, verb="messages et abonnement effacés", obj=person, after=done)
        for model in (FormState, EditingSession, PageSubscription):
            model.objects.filter(user=person).delete()
        UserProfile.objects.filter(user=person).delete()
        for upload in UploadedFile.objects.filter(uploaded_by_user=person):
            transaction.on_commit(partial(upload.file.storage.delete, upload.file.name))
            upload.delete()
        Page.objects.filter(locked_by=person).update(locked=False, locked_by=None, locked_at=None)
        wrote = Page.objects.filter(owner=person).exists()
    return ["Les pages que vous avez écrites restent celles du site, sans votre nom."] if wrote else []


def purge_drafts(*, by: Author) -> int:
    """Erase the forms in progress of a day ago, and pages left open for an hour. No journal: nothing was published."""
    del by
    forms, _ = FormState.objects.stale().delete()
    opened, _ = EditingSession.objects.filter(last_seen_at__lt=timezone.now() - LEFT_OPEN).delete()
    return int(forms) + int(opened)
