"""What a structure answers to « votre fiche est-elle à jour ? », by a link or a code, without signing in.

Whoever holds the link is not proved to represent the structure: « tout est exact » is taken at its word, anything else
waits for somebody to read it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from essaim.directory.actions.cards import confirm_card, propose_change
from essaim.directory.actions.corrections import clean_note
from essaim.directory.actions.reports import report_error
from essaim.directory.campaign_links import digest_of_address
from essaim.directory.campaigns import asks_a_representative, takes_answers
from essaim.directory.enums import CampaignAnswer, ChangeOrigin, ErrorTopic
from essaim.directory.models import CampaignLine, CampaignSilence, Card, CardChange, ErrorReport, Structure
from essaim.directory.provenance import Sayer
from essaim.foundation import journal


class AnswerRefused(ValueError):
    """The answer cannot be kept; the message says why, in French."""


class AlreadyAnswered(AnswerRefused):
    """Somebody has answered before, by the same link or another way."""


class CardMoved(AnswerRefused):
    """The card is not the one that was read: it must be read again before it is called right."""


def confirm_by_link(*, line: CampaignLine, version: int) -> CampaignLine:
    """« Oui, tout est exact »: the card is confirmed today. `version`: the one that was read.

    The structure confirms when the message went to somebody who represents it today; else the link does.
    Raises AlreadyAnswered, CardMoved, AnswerRefused.
    """
    with transaction.atomic():
        line = _open(line)
        # Read behind the structure's lock: what is published meanwhile is not confirmed unread.
        card = Card.objects.filter(structure=line.structure).first()
        if (card.version if card else 0) != version:
            raise CardMoved("La fiche a changé pendant que vous la lisiez : relisez-la, puis répondez.")
        by = _speaker(line)
        _answer(line, CampaignAnswer.CONFIRMED, by)
        said_by = Sayer.STRUCTURE if asks_a_representative(line) else Sayer.LINK
        confirm_card(structure=line.structure, by=by, said_by=said_by)
    return line


def correct_by_link(
    *, line: CampaignLine, values: Mapping[str, Any], note: str = "", version: int | None = None
) -> CardChange | ErrorReport:
    """What is not exact: fields of the card wait for a reading; words alone reach the officer as a report.

    Raises CardRefused, EditConflict (nothing is lost: the card is compared), AlreadyAnswered, AnswerRefused.
    """
    note = clean_note(note)
    if not values and not note:
        raise AnswerRefused("Remplissez au moins une rubrique, ou dites en quelques mots ce qui est à corriger.")
    with transaction.atomic():
        line = _open(line)
        by = _speaker(line)
        made: CardChange | ErrorReport
        if values:
            made = propose_change(
                structure=line.structure,
                by=by,
                origin=ChangeOrigin.CAMPAIGN,
                values=values,
                version=version,
                note=note,
            )
        else:
            made = report_error(
                structure=line.structure, topic=ErrorTopic.OTHER, message=note, by=by, tells_officers=False
            )
        _answer(line, CampaignAnswer.CHANGED, by)
    return made


def close_by_link(*, line: CampaignLine, note: str = "") -> ErrorReport:
    """« La structure a cessé »: an item for the officer, who checks it. Nothing changes on the page before."""
    note = clean_note(note)
    with transaction.atomic():
        line = _open(line)
        by = _speaker(line)
        told = f"Réponse à la campagne « {line.campaign} » : la structure a cessé.\n\n{note}"[:2000]
        made = report_error(
            structure=line.structure, topic=ErrorTopic.CLOSED, message=told, by=by, tells_officers=False
        )
        _answer(line, CampaignAnswer.CLOSED, by)
    return made


def ask_silence(*, line: CampaignLine) -> None:
    """« Ne plus m’écrire »: that address is never asked again, by any campaign. A second time changes nothing."""
    with transaction.atomic():
        line = CampaignLine.objects.select_for_update(of=("self",)).get(pk=line.pk)
        if not line.email:
            return
        _row, is_new = CampaignSilence.objects.get_or_create(digest=digest_of_address(line.email))
        if is_new:
            journal.record(by="le lien d’un message de campagne", verb="silence demandé")


def _open(line: CampaignLine) -> CampaignLine:
    """The line, when it still waits for an answer: its structure is locked first, then itself, as a merge does."""
    structure = Structure.objects.select_for_update().get(pk=line.structure_id)
    rows = CampaignLine.objects.select_for_update(of=("self",)).select_related("campaign", "structure")
    found = rows.filter(pk=line.pk, structure=structure).first()
    if found is None or structure.merged_into_id is not None:
        raise AnswerRefused("Cette fiche a été réunie à une autre.")
    line = found
    if line.answered_at is not None:
        raise AlreadyAnswered("Une réponse est déjà arrivée pour cette fiche. Merci !")
    if not takes_answers(line.campaign):
        raise AnswerRefused("Cette campagne est finie.")
    return line


def _answer(line: CampaignLine, answer: CampaignAnswer, by: str) -> None:
    line.answer, line.answered_at = answer, timezone.now()
    # The code has opened what it had to open.
    line.save(update_fields=["answer", "answered_at"])
    journal.record(by=by, verb="campagne : réponse reçue", obj=line, after={"answer": answer.value})


def _speaker(line: CampaignLine) -> str:
    """Who answers, as the journal and the officer read it: a link, not a person."""
    way = "le lien d’un message" if line.email else "le code d’une lettre"
    return f"{way} (campagne « {line.campaign} »)"[:200]
