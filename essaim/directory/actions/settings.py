"""How the team runs the directory: one row, written here alone."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from django.db import transaction

from essaim.directory.actions.locks import directory_locked
from essaim.directory.models import DirectorySettings
from essaim.foundation import journal
from essaim.foundation.journal import Author


@dataclass(frozen=True, slots=True)
class DirectoryChoices:
    """What the officer sets on one screen."""

    moderation: str
    answer_days: int
    offers_post: bool


def save_directory_settings(*, by: Author, choices: DirectoryChoices) -> DirectorySettings:
    """Write the settings of the directory; nothing is recorded when nothing changes. Raises ValidationError."""
    wanted = asdict(choices)
    with transaction.atomic(), directory_locked():
        row = DirectorySettings.objects.order_by("pk").first() or DirectorySettings()
        before, after = journal.changes({name: getattr(row, name) for name in wanted}, wanted)
        if not after:
            return row
        for name, value in after.items():
            setattr(row, name, value)
        row.full_clean()
        row.save()
        journal.record(by=by, verb="réglages de l’annuaire enregistrés", obj=row, before=before, after=after)
    return row
