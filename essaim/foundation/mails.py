"""Notifications: one small class each, in text and HTML, sent one by one after the transaction, by a task.

    @dataclass(frozen=True)
    class ReportReceived(Mail):
        template = "directory/mails/report_received"   # + .txt and .html
        report_id: int

        def subject(self) -> str: …
        def context(self) -> dict[str, object]: …
        @classmethod
        def sample(cls) -> "ReportReceived": …          # needs no row of the database

A link in a message never acts by itself: it opens a page with one button (see `onebutton`), since mail scanners follow
every link.
"""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.core.validators import validate_email
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.module_loading import import_string
from django_tasks import task

from essaim.foundation.territories import home

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Rendered:
    """A message ready to leave: one-line subject, plain text, HTML."""

    subject: str
    text: str
    html: str


class Mail:
    """Base of every notification. Subclasses are frozen dataclasses whose fields JSON can hold (ids, texts)."""

    template: ClassVar[str]

    def subject(self) -> str:
        """Return the subject; line breaks in it become spaces."""
        raise NotImplementedError

    def context(self) -> dict[str, object]:
        """Return what the templates need, read anew when the message is rendered."""
        raise NotImplementedError

    def reply_to(self) -> str:
        """Return the address that answers go to; the mission's by default, or none."""
        return home().email

    @classmethod
    def sample(cls) -> Mail:
        """Return an example for previews and tests; its context must not need a row of the database."""
        raise NotImplementedError

    def render(self) -> Rendered:
        """Render both parts with the site's identity."""
        subject = " ".join(self.subject().split())
        context = {
            "territory": home(),
            "site_url": settings.SITE_URL,
            "subject": subject,
            **self.context(),
        }
        return Rendered(
            subject=subject,
            text=render_to_string(f"{self.template}.txt", context).strip() + "\n",
            html=render_to_string(f"{self.template}.html", context),
        )


def recipients(to: str | Iterable[str]) -> list[str]:
    """Return the valid addresses of `to`, each once, in order; the others are left out and counted in the log."""
    kept: list[str] = []
    refused = 0
    for address in [to] if isinstance(to, str) else to:
        clean = address.strip()
        try:
            validate_email(clean)
        except ValidationError:
            refused += 1
            continue
        if clean.lower() not in {other.lower() for other in kept}:
            kept.append(clean)
    if refused:
        logger.warning("%s adresse(s) de destinataire inutilisable(s), laissée(s) de côté", refused)
    return kept


def send(mail: Mail, to: str | Iterable[str]) -> int:
    """Send `mail` to each address separately, once the current transaction is committed; return how many will leave.

    Nobody to write to: nothing leaves, 0 is returned.
    """
    addresses = recipients(to)
    path = f"{type(mail).__module__}.{type(mail).__qualname__}"
    data = dataclasses.asdict(mail)  # type: ignore[call-overload]
    for address in addresses:
        transaction.on_commit(lambda address=address: deliver.enqueue(path, data, address))  # type: ignore[misc]
    return len(addresses)


@task()
def deliver(path: str, data: dict[str, Any], to: str) -> None:
    """Render and send one message. `path` names a Mail class, `data` its fields."""
    kind = import_string(path)
    if not (isinstance(kind, type) and issubclass(kind, Mail)):
        raise TypeError(f"« {path} » n’est pas un message.")
    mail = kind(**data)
    rendered = mail.render()
    reply_to = mail.reply_to()
    message = EmailMultiAlternatives(
        subject=rendered.subject,
        body=rendered.text,
        to=[to],
        reply_to=[reply_to] if reply_to else None,
        headers={"Auto-Submitted": "auto-generated"},
    )
    message.attach_alternative(rendered.html, "text/html")
    message.send()
