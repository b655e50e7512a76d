"""Messages of visitors: kept, announced, handled, then erased."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from essaim.editorial.blocks.links import is_site_path
from essaim.editorial.enums import ContactTopic
from essaim.editorial.mails import MessageAcknowledged, MessageReceived
from essaim.editorial.models import ContactMessage
from essaim.editorial.models.contact import LONGEST_MESSAGE
from essaim.foundation import journal, mails
from essaim.foundation.addresses import clean_address
from essaim.foundation.journal import Author
from essaim.foundation.plaintext import clean_line, clean_text
from essaim.foundation.territories import home
from essaim.people.models import Person
from essaim.people.queries import officer_addresses

VISITOR = "un visiteur"
KEPT_HANDLED = timedelta(days=365)
"""How long a message stays after it was handled."""
KEPT_WAITING = timedelta(days=730)
"""How long a message stays that nobody handled."""
ACKNOWLEDGED_ONCE_A = timedelta(days=1)
"""One address gets at most one acknowledgement in that time: nobody fills a mailbox through this site."""
SAME_WITHIN = timedelta(hours=1)
"""The same words sent twice in that time are one message: the button was pressed twice."""
_LINK = re.compile(r"(?:https?://|www\.)\S", re.IGNORECASE)


class MessageRefused(ValueError):
    """The message cannot be kept, or handled; the message says why, in French."""


@dataclass(frozen=True)
class Words:
    """What a visitor wrote."""

    topic: str
    name: str
    email: str
    message: str
    structure: str = ""
    about: str = ""


def count_links(text: str) -> int:
    """How many addresses of sites a text holds."""
    return len(_LINK.findall(text))


def send_message(*, words: Words, by: Author = VISITOR) -> ContactMessage:
    """Keep a message, tell the authority, acknowledge it to the visitor. Raises MessageRefused.

    The same words twice within an hour are one message. The journal keeps the topic and nothing of what was written.
    """
    name, structure = clean_line(words.name), clean_line(words.structure)
    message, about = clean_text(words.message), clean_line(words.about)
    if words.topic not in ContactTopic.values:
        raise MessageRefused("Choisissez l’objet de votre message.")
    if not name or not message:
        raise MessageRefused("Donnez votre nom et écrivez votre message.")
    if len(message) > LONGEST_MESSAGE or len(name) > 100 or len(structure) > 150 or len(about) > 200:
        raise MessageRefused("Votre message est trop long : raccourcissez-le.")
    if about and not is_site_path(about):
        raise MessageRefused("La page dont vous parlez n’est pas de ce site.")
    try:
        email = clean_address(words.email)
    except ValidationError as error:
        raise MessageRefused(error.messages[0]) from error
    now = timezone.now()
    with transaction.atomic():
        _alone()
        same = ContactMessage.objects.filter(
            topic=words.topic, email=email, name=name, message=message, at__gte=now - SAME_WITHIN
        ).first()
        if same is not None:
            return same
        acknowledge = not ContactMessage.objects.filter(
            email__iexact=email, was_acknowledged=True, at__gte=now - ACKNOWLEDGED_ONCE_A
        ).exists()
        kept = ContactMessage.objects.create(
            topic=words.topic,
            name=name,
            email=email,
            structure=structure,
            about=about,
            message=message,
            links=count_links(message),
            was_acknowledged=acknowledge,
        )
        journal.record(by=by, verb="message reçu", obj=kept, after={"objet": words.topic})
        mails.send(MessageReceived(message_id=kept.pk), home().email or officer_addresses())
        if acknowledge:
            mails.send(MessageAcknowledged(topic=words.topic), email)
    return kept


def _alone() -> None:
    """Nobody else keeps a message until this transaction ends: two presses at once would not see each other.

    SQLite: the transaction begins IMMEDIATE (see settings). PostgreSQL: a row that always exists is locked, without
    keeping anybody from referring to it.
    """
    kind: dict[str, Any] = {"app_label": "editorial", "model": "contactmessage"}
    if not ContentType.objects.select_for_update(no_key=True).filter(**kind):
        ContentType.objects.get_or_create(**kind)


def handle_message(*, message: ContactMessage, outcome: str, by: Person) -> ContactMessage:
    """Close a message with a word of what was done. Two officers at once: the second is told. Raises MessageRefused."""
    outcome = clean_line(outcome)
    if not outcome or len(outcome) > 300:
        raise MessageRefused("Dites en quelques mots ce qui a été fait.")
    with transaction.atomic():
        message = ContactMessage.objects.select_for_update().get(pk=message.pk)
        if message.handled_at is not None:
            raise MessageRefused("Ce message vient d’être traité par quelqu’un d’autre.")
        message.handled_at = timezone.now()
        message.handled_by = by
        message.outcome = outcome
        message.save(update_fields=["handled_at", "handled_by", "outcome"])
        journal.record(by=by, verb="message traité", obj=message)
    return message


def purge_messages(*, by: Author) -> int:
    """Erase the messages handled for KEPT_HANDLED, and those that waited for KEPT_WAITING; return how many."""
    now = timezone.now()
    old = ContactMessage.objects.filter(
        Q(handled_at__lt=now - KEPT_HANDLED) | Q(handled_at__isnull=True, at__lt=now - KEPT_WAITING)
    )
    with transaction.atomic():
        number, _ = old.delete()
        if number:
            journal.record(by=by, verb="messages de visiteurs effacés", after={"number": number})
    return number
