"""Claimed data: what a structure says of itself, by its own hand or the officer's. A sync never comes here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from essaim.directory.actions.indexing import reindex
from essaim.directory.models import Card, Structure
from essaim.directory.provenance import Sayer, confirmation_text, origin_of, source_text
from essaim.foundation import journal
from essaim.foundation.hours import InvalidHours, WeeklyHours
from essaim.foundation.journal import Author

FIELDS = ("name", "description", "phone", "email", "website", "hours", "photo", "photo_alt", "photo_credit", "keywords")
REACH = ("phone", "email")
"""What reaches a person: often somebody's own."""


class CardRefused(ValueError):
    """The card cannot be kept; `errors` says what, by field, in French."""

    def __init__(self, errors: Mapping[str, list[str]]) -> None:
        super().__init__(" ".join(message for messages in errors.values() for message in messages))
        self.errors = dict(errors)


def save_card(
    *,
    structure: Structure,
    by: Author,
    values: Mapping[str, Any],
    said_by: Sayer = Sayer.TEAM,
    source: str | None = None,
) -> Card:
    """Write some fields of the card (names of `FIELDS`); the others stay. Nothing changed: nothing is written.

    `said_by` is who speaks: the structure only when its own hand writes. `source` says, in free words, where that one
    has it from (« Appel du 12 novembre »); None leaves what is kept of an unchanged card. Raises CardRefused.
    """
    unknown = sorted(values.keys() - set(FIELDS))
    if unknown:
        raise CardRefused({name: ["Ce champ n’existe pas sur une fiche."] for name in unknown})
    if "hours" in values:
        try:
            values = {**values, "hours": WeeklyHours.from_json(values["hours"]).to_json()}
        except InvalidHours as error:
            raise CardRefused({"hours": list(error.problems)}) from error
    with transaction.atomic():
        structure = Structure.objects.select_for_update().get(pk=structure.pk)
        card = Card.objects.filter(structure=structure).first() or Card(structure=structure)
        former = {name: _plain(getattr(card, name)) for name in values}
        for name, value in values.items():
            setattr(card, name, value)
        wanted = {name: _plain(getattr(card, name)) for name in values}
        # Saved again without a new word, a card keeps the one who wrote it.
        if wanted != former or not card.pk or (source is not None and source != origin_of(card)):
            former["source"], wanted["source"] = card.source, source_text(said_by, source or "")
            card.source = wanted["source"]
        before, after = (_without_reach(side) for side in journal.changes(former, wanted))
        if not after and card.pk:
            return card
        try:
            card.full_clean(exclude=["structure"])
        except ValidationError as error:
            raise CardRefused(error.message_dict) from error
        card.save()
        journal.record(by=by, verb="fiche modifiée", obj=structure, before=before, after=after)
        reindex([structure.pk])
    return card


def confirm_card(*, structure: Structure, by: Author, said_by: Sayer = Sayer.TEAM, at: datetime | None = None) -> Card:
    """Say that the card is right today, or was on the day `at`: lists rank it higher, and show the date.

    `said_by` confirms: the structure only by its own hand.
    """
    with transaction.atomic():
        structure = Structure.objects.select_for_update().get(pk=structure.pk)
        card, _made = Card.objects.get_or_create(structure=structure)
        before = card.confirmed_at
        card.confirmed_at = at or timezone.now()
        card.confirmed_by_label = confirmation_text(said_by, str(by))
        card.save(update_fields=["confirmed_at", "confirmed_by_label", "updated_at"])
        journal.record(
            by=by,
            verb="fiche confirmée",
            obj=structure,
            before={"confirmed_at": before},
            after={"confirmed_at": card.confirmed_at},
        )
        reindex([structure.pk])
    return card


def _without_reach(side: dict[str, object]) -> dict[str, object]:
    """The journal is for ever, a number or an address goes when its owner asks: it says that it changed, not what."""
    return {name: "changé" if name in REACH and value else value for name, value in side.items()}


def _plain(value: Any) -> Any:
    """A file is compared and told by its name."""
    return value.name if hasattr(value, "name") else value
