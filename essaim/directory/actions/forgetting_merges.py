"""What merges keep to part sheets again may hold somebody whose account is erased: their part is taken out.

Undoing such a merge still works: what was emptied comes back empty, or not at all.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models

from essaim.directory.models import Merge
from essaim.foundation.journal import Forgetting
from essaim.people.leaving import addresses_of, names_alone, pseudonym
from essaim.people.models import Person

GONE = frozenset({"directory.cardcontact", "directory.contact"})
"""Rows that are nothing without the person: they go whole, and undoing says so."""
WORDS: Mapping[str, Collection[str]] = {
    "directory.campaignline": ("email",),
    "directory.cardchange": ("email",),
    "directory.claim": ("role", "message"),
    "directory.claimevidence": ("sent_to", "code_digest", "note", "document", "document_name"),
    "directory.errorreport": ("email",),
    "directory.invitation": ("email", "role", "message"),
    "directory.mandate": ("role", "end_note"),
    "directory.structureproposal": ("proposer_name", "proposer_email"),
}
"""What the erasure empties in rows that stand (see `erasing`), by model: the same in rows that a merge has dropped."""


def forget_in_merges(*, person: Person) -> int:
    """Take somebody's words, names and addresses out of what merges keep; return how many merges changed.

    Called by the erasure of their part in the directory, inside its transaction; the journal is the erasure's.
    """
    forgetting = _Part(person)
    changed = 0
    for merge in Merge.objects.select_for_update(of=("self",)).exclude(dropped=[], before={}).order_by("pk"):
        dropped = [forgetting.of(row) for row in merge.dropped]
        before = forgetting.of(merge.before)
        if isinstance(before.get("closed"), list):
            before["closed"] = [forgetting.of(row) for row in before["closed"]]
        if (dropped, before) != (merge.dropped, merge.before):
            merge.dropped, merge.before = dropped, before
            merge.save(update_fields=["dropped", "before"])
            changed += 1
    return changed


class _Part:
    """Tells what of a written row is somebody's, and returns it without."""

    def __init__(self, person: Person) -> None:
        label = pseudonym(person)
        self._pk = person.pk
        self._addresses = {address.casefold() for address in addresses_of(person)}
        self._everywhere = Forgetting(sorted(addresses_of(person)), label)
        self._close = Forgetting(sorted(names_alone(person) | {person.name} - {""}), label)

    def of(self, value: Any) -> Any:
        """The same, without them: a row tied to them is emptied, whatever else loses their addresses."""
        if not isinstance(value, dict) or "model" not in value or not self._is_theirs(value):
            return self._everywhere.of(value)
        if value["model"] in GONE:
            return {"model": value["model"], "fields": {}}
        emptied = {**value}
        for part in ("fields", "before", "after"):
            if isinstance(emptied.get(part), dict):
                words = WORDS.get(value["model"], ())
                emptied[part] = {
                    name: "" if name in words else self._close.of(held) for name, held in emptied[part].items()
                }
        return emptied

    def _is_theirs(self, row: Mapping[str, Any]) -> bool:
        fields = row.get("fields") or {**(row.get("before") or {}), **(row.get("after") or {})}
        if any(isinstance(held, str) and held.casefold() in self._addresses for held in fields.values()):
            return True
        return any(fields.get(name) == self._pk for name in _accounts_in(row["model"]))


def _accounts_in(label: str) -> set[str]:
    """The columns of a model that tie to an account; none when the model is no more."""
    try:
        kind: type[models.Model] = apps.get_model(label)
    except LookupError:
        return set()
    ties = [
        one
        for one in kind._meta.concrete_fields
        if isinstance(one.related_model, type) and one.related_model._meta.label == settings.AUTH_USER_MODEL
    ]
    return {name for one in ties for name in (one.name, one.attname)}
