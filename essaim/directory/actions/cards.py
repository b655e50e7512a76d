"""Claimed data: what a structure says of itself. A sync never comes here.

Every change of a card, by whichever door, is a `CardChange`: published at once, or waiting for somebody's word. The
published ones are the card's history, and each can be taken up again (`restore`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from essaim.directory.actions.indexing import reindex
from essaim.directory.cardfields import FIELDS, LABELS, REACH, CardRefused, clean
from essaim.directory.enums import ChangeOrigin, ChangeOutcome
from essaim.directory.models import Card, CardChange, Structure
from essaim.directory.provenance import Sayer, confirmation_text, origin_of, sayer_of, source_text
from essaim.foundation import journal
from essaim.foundation.journal import Author
from essaim.people.models import Person

__all__ = [
    "FIELDS",
    "CardRefused",
    "ChangeRefused",
    "EditConflict",
    "SheetMerged",
    "accept_easy_summary",
    "confirm_card",
    "lock_for",
    "propose_change",
    "publish_change",
    "refuse_change",
    "restore",
    "save_card",
    "values_at",
    "vouching",
    "withdraw_change",
]

_ACCORDING = {
    ChangeOrigin.PUBLIC: "une personne du public",
    ChangeOrigin.CAMPAIGN: "réponse à la vérification",
}
"""Whose words the team vouches for when it accepts them: the card says so beside her name."""


class ChangeRefused(ValueError):
    """The change cannot be decided so; the message says why, in French."""


class SheetMerged(CardRefused, ChangeRefused):
    """The sheet was joined to another one: nothing is written on it any more."""

    def __init__(self) -> None:
        super().__init__({"": ["Cette fiche vient d’être réunie à une autre : rouvrez la page, et lisez celle-là."]})


class EditConflict(CardRefused):
    """Somebody published other words meanwhile. `theirs`: the card's values of today for the fields in question.

    Nothing is written: both texts are shown, and whoever writes chooses, with the version of today (`version`).
    """

    def __init__(self, theirs: Mapping[str, Any], version: int) -> None:
        told = ", ".join(f"« {LABELS[name]} »" for name in theirs)
        super().__init__({name: ["Cette rubrique vient d’être modifiée par quelqu’un d’autre."] for name in theirs})
        self.args = (f"Pendant que vous écriviez, quelqu’un d’autre a modifié {told}. Rien n’est perdu : comparez.",)
        self.theirs = dict(theirs)
        self.version = version


def vouching(origin: str, *, own: bool) -> Sayer:
    """Who vouches for a change that somebody publishes; `own`: that somebody represents the structure.

    What the structure wrote stays its own when the team has only read it; for anybody else's words the team answers.
    """
    return Sayer.STRUCTURE if own or origin in (ChangeOrigin.SPACE, ChangeOrigin.RESTORED) else Sayer.TEAM


def lock_for(change: CardChange) -> Structure:
    """Lock the structure of a change, inside the caller's transaction. Raises ChangeRefused when a merge moved it."""
    structure = _locked_structure(change.structure_id)
    if CardChange.objects.filter(pk=change.pk).values_list("structure_id", flat=True).first() != structure.pk:
        raise SheetMerged
    return structure


def values_at(structure: Structure, version: int) -> dict[str, Any]:
    """What the card held at that version (0: before any word), by field: its history undone from today."""
    card = Card.objects.filter(structure=structure).first() or Card(structure=structure)
    values = {name: getattr(card, name) for name in FIELDS}
    later = CardChange.objects.filter(structure=structure, version__gt=version).order_by("-version")
    for change in later:
        values.update({name: change.base.get(name, values[name]) for name in change.published_fields})
    return values


def save_card(
    *,
    structure: Structure,
    by: Author,
    values: Mapping[str, Any],
    said_by: Sayer = Sayer.TEAM,
    source: str | None = None,
    origin: ChangeOrigin | None = None,
) -> Card:
    """Write some fields of the card (names of `FIELDS`) at once; the others stay. Nothing changed: nothing is written.

    `said_by` is who speaks: the structure only when its own hand writes. `source` says, in free words, where that one
    has it from (« Appel du 12 novembre »); None leaves what is kept of an unchanged card. `origin`: whose words they
    are, when it is neither (a proposal that the team admits). Raises CardRefused.
    """
    values = clean(values)
    origin = origin or (ChangeOrigin.SPACE if said_by is Sayer.STRUCTURE else ChangeOrigin.TEAM)
    with transaction.atomic():
        card = _locked_card(structure)
        before, after = journal.changes({name: getattr(card, name) for name in values}, values)
        if not after and card.pk and (source is None or source == origin_of(card)):
            return card
        change = _made(card, origin=origin, by=by, base=before, values=after)
        _publish(card, change, after, by=by, said_by=said_by, source=source or "")
    return card


def propose_change(
    *,
    structure: Structure,
    by: Author,
    origin: ChangeOrigin,
    values: Mapping[str, Any],
    version: int | None = None,
    said_by: Sayer | None = None,
    note: str = "",
    email: str = "",
) -> CardChange:
    """Keep a change of some fields, seen from the card of `version` (None: today's); it waits, or is published now.

    `said_by`: who vouches for it, so that it is published now (see `vouching`); None: it waits for somebody's word.
    Fields that say what the author saw are left out. Raises CardRefused (also when nothing changes), EditConflict when
    a field changed meanwhile to something else than what is proposed.
    """
    values = clean(values)
    with transaction.atomic():
        card = _locked_card(structure)
        seen = values_at(card.structure, card.version if version is None else version)
        meant = {name: value for name, value in values.items() if value != seen[name]}
        today = {name: getattr(card, name) for name in meant}
        theirs = {name: now for name, now in today.items() if now not in (seen[name], meant[name])}
        if theirs:
            raise EditConflict(theirs, card.version)
        meant = {name: value for name, value in meant.items() if today[name] != value}
        if not meant:
            raise CardRefused({"": ["Rien n’a changé : la fiche dit déjà cela."]})
        change = _made(card, origin=origin, by=by, base={n: today[n] for n in meant}, values=meant)
        change.note, change.email = note, email
        if said_by is not None:
            _publish(card, change, meant, by=by, said_by=said_by)
        else:
            change.save()
            journal.record(
                by=by,
                verb="changement de fiche proposé",
                obj=change,
                after={"fields": [LABELS[name] for name in meant]},
            )
    return change


def publish_change(
    *, change: CardChange, by: Author, said_by: Sayer, fields: Collection[str] | None = None, answer: str = ""
) -> CardChange:
    """Publish a waiting change, whole or some of its fields; the card as it is today yields. Raises ChangeRefused.

    `said_by` is who vouches for it: the caller asks `vouching` behind the lock of `lock_for`. Two at once: the second
    is told. A field left out asks for a word (`answer`); no field kept is a refusal: see `refuse_change`.
    """
    with transaction.atomic():
        card = _card_of(lock_for(change))
        change = _waiting(change)
        if fields is not None and set(fields) - change.values.keys():
            raise ChangeRefused("Une rubrique choisie ne fait pas partie de ce changement.")
        kept = {name: value for name, value in change.values.items() if fields is None or name in fields}
        if not kept:
            raise ChangeRefused("Choisissez au moins une rubrique, ou refusez le changement.")
        if len(kept) < len(change.values) and not answer.strip():
            raise ChangeRefused(
                "Dites en un mot pourquoi une rubrique n’est pas publiée : la personne recevra votre réponse."
            )
        today = {name: getattr(card, name) for name in kept}
        change.base = {**change.base, **today}
        change.answer = answer.strip()
        source = _ACCORDING.get(ChangeOrigin(change.origin), "") if said_by is Sayer.TEAM else ""
        _publish(card, change, kept, by=by, said_by=said_by, source=source)
    return change


def refuse_change(*, change: CardChange, by: Author, answer: str) -> CardChange:
    """Refuse a waiting change, with the reason. Raises ChangeRefused."""
    if not answer.strip():
        raise ChangeRefused("Dites pourquoi : la personne qui l’a proposé recevra votre réponse.")
    return _close(
        change, by=by, outcome=ChangeOutcome.REFUSED, answer=answer.strip(), verb="changement de fiche refusé"
    )


def withdraw_change(*, change: CardChange, by: Author) -> CardChange:
    """Take back one's own waiting change. Raises ChangeRefused."""
    return _close(change, by=by, outcome=ChangeOutcome.WITHDRAWN, answer="", verb="changement de fiche retiré")


def restore(*, structure: Structure, version: int, by: Author, said_by: Sayer, at_once: bool = True) -> CardChange:
    """Give the card back what it held at that version, as a new change (published when `at_once`).

    Raises CardRefused when the card holds just that already, ChangeRefused when there is no such version.
    """
    with transaction.atomic():
        card = _locked_card(structure)
        source = CardChange.objects.filter(structure=structure, version=version).first()
        if version != 0 and source is None:
            raise ChangeRefused("Cette version n’existe pas.")
        former, today = values_at(structure, version), {name: getattr(card, name) for name in FIELDS}
        before, after = journal.changes(today, former)
        if not after:
            raise CardRefused({"": ["La fiche dit déjà cela."]})
        change = _made(card, origin=ChangeOrigin.RESTORED, by=by, base=before, values=after)
        change.restores = source
        if at_once:
            _publish(card, change, after, by=by, said_by=said_by)
        else:
            change.save()
            journal.record(by=by, verb="reprise d’une version proposée", obj=change, after={"version": version})
    return change


def accept_easy_summary(*, structure: Structure, by: Author) -> Card:
    """Say that the easy-to-read summary may be shown: read, and found easy to read. A new text asks again."""
    with transaction.atomic():
        card = _locked_card(structure)
        if not card.easy_summary or card.easy_accepted_at is not None:
            return card
        card.easy_accepted_at = timezone.now()
        card.save(update_fields=["easy_accepted_at", "updated_at"])
        journal.record(by=by, verb="résumé facile à lire accepté", obj=card.structure)
    return card


def confirm_card(*, structure: Structure, by: Author, said_by: Sayer = Sayer.TEAM, at: datetime | None = None) -> Card:
    """Say that the card is right today, or was on the day `at`: lists rank it higher, and show the date.

    `said_by` confirms: the structure only by its own hand.
    """
    with transaction.atomic():
        structure = _locked_structure(structure.pk)
        card, _made_now = Card.objects.get_or_create(structure=structure)
        before = card.confirmed_at
        card.confirmed_at = at or timezone.now()
        card.confirmed_by_label = confirmation_text(said_by, journal.label_of(by))
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


# --- parts ---------------------------------------------------------------------------------------------------------


def _locked_card(structure: Structure) -> Card:
    """The card, behind the lock of its structure: two writers come one after the other."""
    return _card_of(_locked_structure(structure.pk))


def _locked_structure(pk: int) -> Structure:
    structure = Structure.objects.select_for_update().get(pk=pk)
    if structure.merged_into_id is not None:
        raise SheetMerged
    return structure


def _card_of(structure: Structure) -> Card:
    return Card.objects.filter(structure=structure).first() or Card(structure=structure)


def _made(
    card: Card, *, origin: ChangeOrigin, by: Author, base: Mapping[str, Any], values: Mapping[str, Any]
) -> CardChange:
    return CardChange(
        structure=card.structure,
        origin=origin,
        by=by if isinstance(by, Person) else None,
        by_label=journal.label_of(by)[:200],
        base=dict(base),
        values=dict(values),
    )


def _waiting(change: CardChange) -> CardChange:
    locked = CardChange.objects.select_for_update(of=("self",)).select_related("structure").get(pk=change.pk)
    if locked.decided_at is not None:
        raise ChangeRefused("Ce changement vient d’être traité par quelqu’un d’autre.")
    return locked


def _publish(
    card: Card, change: CardChange, kept: Mapping[str, Any], *, by: Author, said_by: Sayer, source: str = ""
) -> None:
    """Write the card and its change, inside the caller's lock."""
    before = {name: getattr(card, name) for name in kept} | {"source": card.source}
    for name, value in kept.items():
        setattr(card, name, value)
    if "easy_summary" in kept:
        card.easy_accepted_at = None
    # A correction of the public on a card that the structure wrote leaves the structure's name on it no more.
    card.source = source_text(said_by, source) if kept or source or not card.pk else source_text(sayer_of(card))
    if said_by is Sayer.STRUCTURE and change.origin in (ChangeOrigin.SPACE, ChangeOrigin.RESTORED):
        # Its own hand has just gone through the whole card: an older confirmation would date words not written yet.
        card.confirmed_at = timezone.now()
        card.confirmed_by_label = confirmation_text(said_by, change.by_label)
    card.version += 1
    card.save()
    _decide(change, by=by, outcome=ChangeOutcome.PUBLISHED)
    change.version, change.published_fields = card.version, list(kept)
    change.save()
    former, new = journal.changes(before, dict(kept) | {"source": card.source})
    journal.record(
        by=by, verb="fiche modifiée", obj=card.structure, before=_without_reach(former), after=_without_reach(new)
    )
    reindex([card.structure_id])


def _decide(change: CardChange, *, by: Author, outcome: ChangeOutcome) -> None:
    change.decided_at = timezone.now()
    change.decided_by = by if isinstance(by, Person) else None
    change.decided_by_label = journal.label_of(by)[:200]
    change.outcome = outcome


def _close(change: CardChange, *, by: Author, outcome: ChangeOutcome, answer: str, verb: str) -> CardChange:
    with transaction.atomic():
        change = _waiting(change)
        _decide(change, by=by, outcome=outcome)
        change.answer = answer
        change.save()
        journal.record(by=by, verb=verb, obj=change, reason=answer)
    return change


def _without_reach(side: dict[str, object]) -> dict[str, object]:
    """The journal is for ever, a number or an address goes when its owner asks: it says that it changed, not what."""
    return {name: "changé" if name in REACH and value else value for name, value in side.items()}
