"""What reaches the officer from the public pages: the messages of visitors."""

from __future__ import annotations

from django import forms

from essaim.editorial.actions.contact import KEPT_HANDLED, MessageRefused, handle_message
from essaim.editorial.mails import MESSAGES
from essaim.editorial.models import ContactMessage
from essaim.editorial.queries import messages, pending_messages
from essaim.foundation import registries
from essaim.people.models import Person


class HandleMessageForm(forms.Form):
    """What the officer did of a message."""

    outcome = forms.CharField(
        label="Ce qui a été fait",
        max_length=300,
        help_text="En quelques mots, pour l’équipe : « répondu par courriel », « transmis au service culture ». "
        f"Le message est effacé {KEPT_HANDLED.days // 30} mois après : effacez alors aussi le courriel reçu.",
        error_messages={"required": "Dites en quelques mots ce qui a été fait."},
    )

    def __init__(self, *args: object, item: ContactMessage, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.item = item


def _handle(message: ContactMessage, form: forms.Form, by: Person) -> ContactMessage:
    try:
        return handle_message(message=message, outcome=form.cleaned_data["outcome"], by=by)
    except MessageRefused as refusal:
        raise forms.ValidationError(str(refusal)) from refusal


CONTACT_MESSAGES = registries.InboxKind(
    key=MESSAGES,
    label="Message",
    plural="Messages",
    items=lambda _person: messages(),
    pending=lambda _person: pending_messages(),
    received_at="at",
    row_template="editorial/desk/message_row.html",
    item_template="editorial/desk/message_item.html",
    form=HandleMessageForm,
    handle=_handle,
    is_pending=lambda message: message.handled_at is None,
    order=5,
)
