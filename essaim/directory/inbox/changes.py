"""What reaches the officer of what structures write of themselves: changes of cards, photos, easy-to-read summaries.

Corrections by others have their own kind: see `inbox.corrections`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from essaim.directory.actions.card_space import OWN, answer_change, send_back_easy_text
from essaim.directory.actions.cards import ChangeRefused, accept_easy_summary
from essaim.directory.actions.photos import LONGEST_REASON, PhotoRefused, accept_photo, refuse_photo
from essaim.directory.corrections import compare
from essaim.directory.mails.changes import CHANGES, PHOTOS
from essaim.directory.models import Card, CardChange, CardPhoto
from essaim.directory.queries import in_scope
from essaim.foundation.journal import NO_NAME
from essaim.foundation.registries import BulkAction, InboxKind
from essaim.foundation.territories import current_scope
from essaim.people.models import Person

EASY = "facile-a-lire"
LONGEST = 2000


class ChangeForm(forms.Form):
    """Field by field: ticked, it is published; unticked, it is not, with a word."""

    kept = forms.MultipleChoiceField(
        label="Rubriques à publier",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Décochez ce que vous ne publiez pas ; tout décoché, le changement est refusé.",
        error_messages={"invalid_choice": "Une rubrique choisie ne fait pas partie de ce changement."},
    )
    answer = forms.CharField(
        label="Votre réponse",
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Elle part par courriel à la personne. Nécessaire dès qu’une rubrique n’est pas publiée.",
    )

    def __init__(self, *args: Any, item: CardChange, **kwargs: Any) -> None:
        initial: dict[str, Any] = {"kept": list(item.values)} | dict(kwargs.get("initial") or {})
        # A form kept over a sign-in comes as plain words: one choice stands there alone.
        if isinstance(initial["kept"], str):
            initial["kept"] = [initial["kept"]]
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        self.item = item
        field = self.fields["kept"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(one.name, one.label) for one in compare(item)]

    def clean(self) -> dict[str, Any]:
        """A field that is not published asks for a word."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if "kept" in data and len(data["kept"]) < len(self.item.values) and not data.get("answer", "").strip():
            self.add_error("answer", "Dites pourquoi : la personne recevra votre réponse.")
        return data


class JudgeForm(forms.Form):
    """Show it, or say why not."""

    verdict = forms.ChoiceField(
        label="Votre décision",
        choices=[("accept", "Montrer"), ("refuse", "Ne pas montrer")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez."},
    )
    answer = forms.CharField(
        label="Pourquoi ?",
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=f"Nécessaire pour ne pas montrer : la structure reçoit votre réponse. {NO_NAME}",
    )

    def __init__(self, *args: Any, item: object, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


def _changes(_person: Any) -> QuerySet[CardChange]:
    mine = CardChange.objects.filter(origin__in=OWN, structure__in=in_scope(current_scope()))
    return mine.select_related("structure__card", "by")


def _pending_changes(person: Any) -> QuerySet[CardChange]:
    return _changes(person).filter(decided_at__isnull=True).order_by("at", "pk")


def _answer(change: CardChange, kept: Iterable[str], answer: str, by: Person) -> CardChange:
    try:
        return answer_change(change=change, kept=list(kept), answer=answer, by=by)
    except ChangeRefused as refusal:
        raise ValidationError(str(refusal)) from refusal


def _photos(_person: Any) -> QuerySet[CardPhoto]:
    return CardPhoto.objects.filter(structure__in=in_scope(current_scope())).select_related("structure__card")


def _pending_photos(person: Any) -> QuerySet[CardPhoto]:
    waiting = _photos(person).filter(accepted_at__isnull=True, refused_reason="", removed_at__isnull=True)
    return waiting.order_by("added_at", "pk")


def _judge_photo(photo: CardPhoto, accepted: bool, answer: str, by: Person) -> CardPhoto:
    try:
        return accept_photo(photo=photo, by=by) if accepted else refuse_photo(photo=photo, by=by, reason=answer)
    except PhotoRefused as refusal:
        raise ValidationError(str(refusal)) from refusal


def _easy(_person: Any) -> QuerySet[Card]:
    cards = Card.objects.exclude(easy_summary="").filter(structure__in=in_scope(current_scope()))
    return cards.select_related("structure__card")


def _pending_easy(person: Any) -> QuerySet[Card]:
    return _easy(person).filter(easy_accepted_at__isnull=True).order_by("updated_at", "pk")


def _judge_easy(card: Card, accepted: bool, answer: str, by: Person) -> object:
    try:
        if accepted:
            return accept_easy_summary(structure=card.structure, by=by)
        send_back_easy_text(structure=card.structure, answer=answer, by=by)
    except ChangeRefused as refusal:
        raise ValidationError(str(refusal)) from refusal
    return card


CARD_CHANGES = InboxKind(
    key=CHANGES,
    label="Changement de fiche",
    plural="Changements de fiches",
    items=_changes,
    pending=_pending_changes,
    received_at="at",
    row_template="directory/desk/change_row.html",
    item_template="directory/desk/change_item.html",
    form=ChangeForm,
    handle=lambda item, form, by: _answer(item, form.cleaned_data["kept"], form.cleaned_data["answer"], by),
    is_pending=lambda item: item.decided_at is None,
    order=20,
    structure_id="structure_id",
    bulk=(
        BulkAction("publier", "Publier tel quel", lambda item, reason, by: _answer(item, item.values, reason, by)),
        BulkAction("refuser", "Refuser", lambda item, reason, by: _answer(item, (), reason, by), needs_reason=True),
    ),
)
CARD_PHOTOS = InboxKind(
    key=PHOTOS,
    label="Photo à regarder",
    plural="Photos à regarder",
    items=_photos,
    pending=_pending_photos,
    received_at="added_at",
    row_template="directory/desk/photo_row.html",
    item_template="directory/desk/photo_item.html",
    form=JudgeForm,
    handle=lambda item, form, by: _judge_photo(
        item, form.cleaned_data["verdict"] == "accept", form.cleaned_data["answer"], by
    ),
    is_pending=lambda item: item.accepted_at is None and not item.refused_reason and item.removed_at is None,
    order=21,
    structure_id="structure_id",
    bulk=(
        BulkAction("montrer", "Montrer", lambda item, reason, by: _judge_photo(item, True, reason, by)),
        BulkAction("refuser", "Ne pas montrer", lambda item, reason, by: _judge_photo(item, False, reason, by), True),
    ),
)
EASY_TEXTS = InboxKind(
    key=EASY,
    label="Résumé facile à lire",
    plural="Résumés faciles à lire",
    items=_easy,
    pending=_pending_easy,
    received_at="updated_at",
    row_template="directory/desk/easy_row.html",
    item_template="directory/desk/easy_item.html",
    form=JudgeForm,
    handle=lambda item, form, by: _judge_easy(
        item, form.cleaned_data["verdict"] == "accept", form.cleaned_data["answer"], by
    ),
    is_pending=lambda item: bool(item.easy_summary) and item.easy_accepted_at is None,
    order=22,
    structure_id="structure_id",
    bulk=(
        BulkAction("montrer", "Montrer", lambda item, reason, by: _judge_easy(item, True, reason, by)),
        BulkAction("renvoyer", "Renvoyer", lambda item, reason, by: _judge_easy(item, False, reason, by), True),
    ),
)
KINDS = (CARD_CHANGES, CARD_PHOTOS, EASY_TEXTS)
