"""What the foundation itself forgets in time."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from essaim.foundation import journal
from essaim.foundation.journal import Author

TASKS_KEPT = timedelta(days=14)
"""A finished task holds the address of whoever was written to: the time to understand a message that did not leave."""


def purge_tasks(*, by: Author) -> int:
    """Erase the tasks finished for TASKS_KEPT; return how many."""
    with transaction.atomic():
        number, _ = DBTaskResult.objects.filter(finished_at__lt=timezone.now() - TASKS_KEPT).delete()
        if number:
            journal.record(by=by, verb="tâches finies effacées", after={"number": number})
    return number
