"""The card as its structure writes it: at once or after the team has read it, one waiting change at a time.

The right to write is asked again behind the lock: a mandate that ends while somebody types ends the typing too.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction

from essaim.directory.actions import cards
from essaim.directory.actions.cards import ChangeRefused, EditConflict
from essaim.directory.cardfields import CardRefused, clean
from essaim.directory.enums import ChangeOrigin, MandateEnd, Moderation
from essaim.directory.mails.changes import ChangeAnswered, ChangeWaits, EasyTextSentBack
from essaim.directory.mandates import in_force, representatives_of
from essaim.directory.models import Card, CardChange, Structure
from essaim.directory.provenance import Sayer
from essaim.directory.settings import directory_settings
from essaim.foundation import journal, mails
from essaim.people.models import Person
from essaim.people.queries import officer_addresses
from essaim.people.rules import is_officer

__all__ = [
    "MandateOver",
    "answer_change",
    "confirm_own",
    "require_mandate",
    "restore_version",
    "send_back_easy_text",
    "waiting_change",
    "withdraw_own",
    "write_card",
    "write_team_card",
]
OWN = (ChangeOrigin.SPACE, ChangeOrigin.RESTORED)
"""Where the changes come from that a structure makes of its own card."""


class MandateOver(PermissionError):
    """The person acts for that structure no more; the message says so, in French."""

    def __init__(self, reason: str = "") -> None:
        why = f" ({MandateEnd(reason).label})" if reason in MandateEnd.values else ""
        super().__init__(
            f"Votre mandat pour cette structure a pris fin{why} : rien n’a été enregistré. "
            "Votre texte est encore là : copiez-le, puis écrivez à l’équipe ESS si c’est une erreur."
        )


def require_mandate(structure: Structure, by: Person) -> bool:
    """Whether the person writes for the structure itself (False: for the team). Raises MandateOver.

    Asked of the database inside the caller's transaction, never of what the request remembers.
    """
    if in_force().filter(structure=structure, person=by).exists():
        return True
    if is_officer(by):
        return False
    last = by.mandates.filter(structure=structure).order_by("-pk").first()
    raise MandateOver(last.end_reason if last else "")


def waiting_change(structure: Structure) -> CardChange | None:
    """What the structure wrote itself and the team has not read yet: one change at most."""
    own = CardChange.objects.filter(structure=structure, origin__in=OWN, decided_at__isnull=True)
    return own.order_by("-pk").first()


def write_card(
    *,
    structure: Structure,
    by: Person,
    values: Mapping[str, Any],
    version: int,
    resolved: int | None = None,
    leave: Collection[str] = (),
    waiting: int | None = None,
    resolved_waiting: int | None = None,
) -> CardChange:
    """Publish what changes, or have it wait for the team. Raises CardRefused, EditConflict, MandateOver.

    `version` is the card that the author saw when the form was opened, `waiting` the change that waited then. After a
    conflict `resolved` and `resolved_waiting` are those that the comparison showed, `leave` the fields where the
    author keeps the other's words. A waiting change that the author saw is replaced; another one is completed.
    """
    values = clean(values)
    with transaction.atomic():
        structure = Structure.objects.select_for_update().get(pk=structure.pk)
        own = require_mandate(structure, by)
        seen = cards.values_at(structure, version)
        meant = {name: value for name, value in values.items() if value != seen[name] and name not in leave}
        former = waiting_change(structure) if own else None
        if former is not None:
            if former.pk not in (waiting, resolved_waiting):
                _compare(structure, former, meant)
            if former.pk != waiting:
                meant = {**former.values, **meant}
            cards.withdraw_change(change=former, by=by)
        at_once = not own or directory_settings().moderation == Moderation.AT_ONCE
        if not meant and former is not None:
            # The author took back all that waited: the card stays as it is.
            return former
        change = cards.propose_change(
            structure=structure,
            by=by,
            origin=ChangeOrigin.SPACE if own else ChangeOrigin.TEAM,
            values=meant,
            version=version if resolved is None else resolved,
            said_by=cards.vouching(ChangeOrigin.SPACE if own else ChangeOrigin.TEAM, own=own) if at_once else None,
        )
        if not at_once and former is None:
            mails.send(ChangeWaits(change_id=change.pk), officer_addresses())
    return change


def _compare(structure: Structure, former: CardChange, meant: Mapping[str, Any]) -> None:
    """Refuse to cover a colleague's waiting words that the author has not seen."""
    theirs = {name: former.values[name] for name in meant if former.values.get(name, meant[name]) != meant[name]}
    if theirs:
        card = Card.objects.filter(structure=structure).first() or Card(structure=structure)
        raise EditConflict(theirs, card.version)


def write_team_card(*, structure: Structure, by: Person, values: Mapping[str, Any], version: int, source: str) -> Card:
    """The team writes for the structure, from the card of `version`. Raises CardRefused, EditConflict.

    `source`: where she has it from. Nothing changed: nothing is written.
    """
    values = clean(values)
    with transaction.atomic():
        structure = Structure.objects.select_for_update().get(pk=structure.pk)
        card = Card.objects.filter(structure=structure).first() or Card(structure=structure)
        seen = cards.values_at(structure, version)
        meant = {name: value for name, value in values.items() if value != seen[name]}
        theirs = {n: getattr(card, n) for n, value in meant.items() if getattr(card, n) not in (seen[n], value)}
        if theirs:
            raise EditConflict(theirs, card.version)
        return cards.save_card(structure=structure, by=by, values=meant, source=source)


def confirm_own(*, structure: Structure, by: Person) -> Card:
    """Somebody of the structure (or of the team) says that the card is right today. Raises MandateOver."""
    with transaction.atomic():
        structure = Structure.objects.select_for_update().get(pk=structure.pk)
        own = require_mandate(structure, by)
        return cards.confirm_card(structure=structure, by=by, said_by=Sayer.STRUCTURE if own else Sayer.TEAM)


def restore_version(*, structure: Structure, version: int, by: Person) -> CardChange:
    """Give the card back what it held then, at once or after the team has read it.

    Raises CardRefused, ChangeRefused, MandateOver.
    """
    with transaction.atomic():
        structure = Structure.objects.select_for_update().get(pk=structure.pk)
        own = require_mandate(structure, by)
        at_once = not own or directory_settings().moderation == Moderation.AT_ONCE
        if own and waiting_change(structure) is not None:
            raise ChangeRefused("Un changement attend déjà l’équipe : retirez-le d’abord, ou modifiez-le.")
        said_by = Sayer.STRUCTURE if own else Sayer.TEAM
        change = cards.restore(structure=structure, version=version, by=by, said_by=said_by, at_once=at_once)
        if not at_once:
            mails.send(ChangeWaits(change_id=change.pk), officer_addresses())
    return change


def withdraw_own(*, structure: Structure, change: CardChange, by: Person) -> CardChange:
    """Take back what the structure had waiting. Raises ChangeRefused, MandateOver."""
    with transaction.atomic():
        structure = Structure.objects.select_for_update().get(pk=structure.pk)
        require_mandate(structure, by)
        if change.structure_id != structure.pk or change.origin not in OWN:
            raise ChangeRefused("Ce changement n’est pas celui de la structure.")
        return cards.withdraw_change(change=change, by=by)


def answer_change(*, change: CardChange, kept: Collection[str], answer: str, by: Person) -> CardChange:
    """Publish the fields kept of what a structure wrote, or refuse it all; its author is answered by mail.

    Raises ChangeRefused, MandateOver.
    """
    with transaction.atomic():
        own = require_mandate(cards.lock_for(change), by)
        if kept:
            said_by = cards.vouching(change.origin, own=own)
            decided = cards.publish_change(change=change, by=by, said_by=said_by, fields=set(kept), answer=answer)
        else:
            decided = cards.refuse_change(change=change, by=by, answer=answer)
        author = decided.by
        if author is not None and author.is_active and author.email and author.pk != by.pk:
            decided.was_answered = mails.send(ChangeAnswered(change_id=decided.pk), author.email) > 0
            decided.save(update_fields=["was_answered"])
    return decided


def send_back_easy_text(*, structure: Structure, answer: str, by: Person) -> None:
    """Take the easy-to-read summary off the card with the reason, told to those who represent the structure.

    The text stays in the card's history. Raises ChangeRefused.
    """
    answer = answer.strip()
    if not answer:
        raise ChangeRefused("Dites pourquoi : la structure recevra votre réponse.")
    with transaction.atomic():
        # The structure first, as every writer of a card does: two who take them the other way round wait for ever.
        structure = Structure.objects.select_for_update().get(pk=structure.pk)
        card = Card.objects.filter(structure=structure).first()
        if card is None or not card.easy_summary or card.easy_accepted_at is not None:
            raise ChangeRefused("Ce résumé vient d’être traité par quelqu’un d’autre.")
        try:
            change = cards.propose_change(
                structure=structure,
                by=by,
                origin=ChangeOrigin.TEAM,
                values={"easy_summary": ""},
                said_by=Sayer.TEAM,
                note=answer,
            )
        except CardRefused as error:
            raise ChangeRefused(str(error)) from error
        journal.record(by=by, verb="résumé facile à lire renvoyé", obj=structure, reason=answer)
        to = list(representatives_of([structure]).values_list("email", flat=True))
        mails.send(EasyTextSentBack(change_id=change.pk), to)
