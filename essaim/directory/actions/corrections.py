"""Corrections of a card by whoever comes: proposed without an account, accepted or refused field by field, answered."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from essaim.directory.actions.card_space import require_mandate
from essaim.directory.actions.cards import (
    ChangeRefused,
    lock_for,
    propose_change,
    publish_change,
    refuse_change,
    vouching,
)
from essaim.directory.corrections import BY_OTHERS, waiting
from essaim.directory.enums import ChangeOrigin
from essaim.directory.mails.corrections import CorrectionAnswered, CorrectionReceived, CorrectionToRepresentative
from essaim.directory.mandates import representatives_of
from essaim.directory.models import CardChange, Structure
from essaim.foundation import journal, mails
from essaim.foundation.addresses import clean_address
from essaim.foundation.plaintext import clean_text
from essaim.people.models import Person
from essaim.people.queries import officer_addresses

LONGEST_NOTE = 2000
MOST_WAITING = 20
"""Corrections of the public that may wait for one structure: past that, somebody is playing."""
VISITOR = "une personne du public"


class CorrectionRefused(ValueError):
    """The correction, or its answer, cannot be kept; the message says why, in French."""


def clean_note(text: str) -> str:
    """The author's words as they are kept. Raises CorrectionRefused when too long."""
    text = clean_text(text)
    if len(text) > LONGEST_NOTE:
        raise CorrectionRefused(f"Votre message dépasse {LONGEST_NOTE} caractères : raccourcissez-le.")
    return text


def propose_correction(
    *, structure: Structure, values: Mapping[str, Any], version: int, note: str = "", email: str = ""
) -> CardChange:
    """Keep what a visitor says of some fields; those who look after the card are told once it is committed.

    The journal keeps which fields, never the visitor's address nor words. Raises CorrectionRefused, CardRefused,
    EditConflict (the card changed meanwhile: it is to be read again).
    """
    note, email = clean_note(note), email.strip()
    if email:
        try:
            email = clean_address(email)
        except ValidationError as error:
            raise CorrectionRefused(error.messages[0]) from error
    if not values:
        raise CorrectionRefused("Remplissez au moins une rubrique, ou signalez l’erreur avec vos mots.")
    with transaction.atomic():
        # Behind the structure's lock: two identical proposals come one after the other, and the second is told.
        Structure.objects.select_for_update().get(pk=structure.pk)
        pending = waiting().filter(structure=structure, origin=ChangeOrigin.PUBLIC)
        change = propose_change(
            structure=structure,
            by=VISITOR,
            origin=ChangeOrigin.PUBLIC,
            values=values,
            version=version,
            note=note,
            email=email,
        )
        before = list(pending.exclude(pk=change.pk).values_list("values", flat=True)[: MOST_WAITING + 1])
        if change.values in before:
            raise CorrectionRefused("Cette correction nous est déjà parvenue : elle attend d’être relue. Merci !")
        if len(before) >= MOST_WAITING:
            raise CorrectionRefused(
                "Beaucoup de corrections attendent déjà pour cette fiche. Réessayez dans quelques jours."
            )
        mails.send(CorrectionReceived(change_id=change.pk), officer_addresses())
        people = representatives_of([structure]).values_list("email", flat=True)
        mails.send(CorrectionToRepresentative(change_id=change.pk), people)
    return change


def answer_correction(*, change: CardChange, kept: Collection[str], answer: str, by: Person) -> CardChange:
    """Publish the fields kept of a correction, refuse the others; the proposer is answered once, and forgotten.

    A word is due as soon as something is refused. A representative and an officer at once: the second is told, and
    nothing leaves twice. Raises CorrectionRefused, ChangeRefused, CardRefused, MandateOver.
    """
    answer = clean_note(answer)
    if change.origin not in BY_OTHERS:
        raise CorrectionRefused("Ce changement ne vient pas du public.")
    unknown = set(kept) - change.values.keys()
    if unknown:
        raise CorrectionRefused("Une rubrique choisie ne fait pas partie de cette correction.")
    if len(set(kept)) < len(change.values) and not answer:
        raise CorrectionRefused(
            "Dites en un mot pourquoi une rubrique est refusée : la personne recevra votre réponse."
        )
    with transaction.atomic(), journal.group():
        own = require_mandate(lock_for(change), by)
        if kept:
            said_by = vouching(change.origin, own=own)
            done = publish_change(change=change, by=by, said_by=said_by, fields=set(kept), answer=answer)
        else:
            done = refuse_change(change=change, by=by, answer=answer)
        if done.email:
            done.was_answered = mails.send(CorrectionAnswered(change_id=done.pk), done.email) > 0
            done.email = ""
            done.save(update_fields=["was_answered", "email"])
    return done


__all__ = [
    "ChangeRefused",
    "CorrectionRefused",
    "answer_correction",
    "clean_note",
    "propose_correction",
]
