"""What reaches the officer from the public and from the campaigns: corrections of cards, answered field by field."""

from __future__ import annotations

from typing import Any

from django import forms

from essaim.directory.actions.card_space import MandateOver
from essaim.directory.actions.cards import CardRefused, ChangeRefused
from essaim.directory.actions.corrections import CorrectionRefused, answer_correction
from essaim.directory.corrections import compare, corrections_in, current_mandates, waiting_in
from essaim.directory.forms.corrections import AnswerForm
from essaim.directory.mails.corrections import CORRECTIONS
from essaim.directory.models import CardChange
from essaim.foundation import registries
from essaim.foundation.territories import current_scope
from essaim.people.models import Person


class OfficerAnswerForm(AnswerForm):
    """The same as in a structure's space; the page also asks it what it compares, and who represents the structure."""

    def __init__(self, *args: Any, item: CardChange, **kwargs: Any) -> None:
        super().__init__(*args, compared=compare(item), has_address=bool(item.email), **kwargs)
        self.mandates = current_mandates(item.structure)


def _answer(change: CardChange, kept: Any, answer: str, by: Person) -> CardChange:
    try:
        return answer_correction(change=change, kept=kept, answer=answer, by=by)
    except (ChangeRefused, CorrectionRefused, CardRefused, MandateOver) as refusal:
        raise forms.ValidationError(str(refusal)) from refusal


def _handle(change: CardChange, form: forms.Form, by: Person) -> CardChange:
    data = form.cleaned_data
    return _answer(change, data["fields_kept"], data["answer"], by)


def _accept(change: CardChange, reason: str, by: Person) -> CardChange:
    return _answer(change, list(change.values), reason, by)


def _refuse(change: CardChange, reason: str, by: Person) -> CardChange:
    return _answer(change, [], reason, by)


CARD_CORRECTIONS = registries.InboxKind(
    key=CORRECTIONS,
    label="Correction proposée",
    plural="Corrections proposées",
    items=lambda _person: corrections_in(current_scope()),
    pending=lambda _person: waiting_in(current_scope()),
    received_at="at",
    row_template="directory/desk/correction_row.html",
    item_template="directory/desk/correction_item.html",
    form=OfficerAnswerForm,
    handle=_handle,
    is_pending=lambda change: change.decided_at is None,
    order=15,
    bulk=(
        registries.BulkAction("accepter", "Tout accepter", _accept),
        registries.BulkAction("refuser", "Refuser", _refuse, needs_reason=True),
    ),
    structure_id="structure_id",
)
