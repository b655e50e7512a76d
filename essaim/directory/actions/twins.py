"""« Ce sont deux structures »: two like sheets are told apart, once and for all."""

from __future__ import annotations

from essaim.directory.actions.locks import directory_locked
from essaim.directory.actions.merging import MergeRefused, locked_pair
from essaim.directory.models import NotTwins, Structure
from essaim.foundation import journal
from essaim.foundation.journal import Author


def tell_apart(*, one: Structure, other: Structure, by: Author) -> NotTwins:
    """Remember that these two sheets are two structures; said twice, it is written once. Raises MergeRefused."""
    with directory_locked():
        first, second = sorted(locked_pair(one, other), key=lambda structure: structure.pk)
        if first.merged_into_id is not None or second.merged_into_id is not None:
            raise MergeRefused("L’une des deux fiches est déjà réunie à une autre.")
        row, is_new = NotTwins.objects.get_or_create(
            one=first, other=second, defaults={"by_label": journal.label_of(by)[:200]}
        )
        if is_new:
            journal.record(
                by=by, verb="fiches reconnues distinctes", obj=first, after={"other": second.key}, about=[second]
            )
    return row
