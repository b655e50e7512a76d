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
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from itertools import chain
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPSenderRefused
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.core.mail import EmailMultiAlternatives
from django.core.validators import validate_email
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.module_loading import import_string
from django.utils.text import Truncator
from django_tasks import task

from essaim.foundation import unsent
from essaim.foundation.territories import home
from essaim.foundation.unsent import Unsent

logger = logging.getLogger(__name__)

SUBJECT_LENGTH = 78
"""What a subject may count (RFC 5322, 2.1.1: a line of 78 characters); mail programs show less."""

REFUSED = (SMTPRecipientsRefused, SMTPSenderRefused, SMTPDataError)
"""The mail server answers, and does not take this message. (Every failure of SMTP is an OSError.)"""


class TooOld(Exception):
    """This message has waited too long to be still worth sending."""


@dataclass(frozen=True)
class Rendered:
    """A message ready to leave: one-line subject, plain text, HTML."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class Written:
    """A message written whole, for one address: how to write it again, and itself."""

    again: Unsent
    message: EmailMultiAlternatives


class Mail:
    """Base of every notification. Subclasses are frozen dataclasses whose fields JSON can hold (ids, texts)."""

    template: ClassVar[str]

    def subject(self) -> str:
        """Return the subject; line breaks in it become spaces, past `SUBJECT_LENGTH` an ellipsis stands."""
        raise NotImplementedError

    def context(self) -> dict[str, object]:
        """Return what the templates need, read anew when the message is rendered."""
        raise NotImplementedError

    def reply_to(self) -> str:
        """Return the address that answers go to; the mission's by default, or none."""
        return home().email

    def headers(self) -> dict[str, str]:
        """Return the headers of this kind of message (« List-Unsubscribe »): those of the house cannot be replaced.

        A line break in one refuses the message (`BadHeaderError`).
        """
        return {}

    @classmethod
    def sample(cls) -> Mail:
        """Return an example for previews and tests; its context must not need a row of the database."""
        raise NotImplementedError

    def render(self) -> Rendered:
        """Render both parts with the site's identity."""
        subject = Truncator(" ".join(self.subject().split())).chars(SUBJECT_LENGTH)
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

    Nobody to write to: nothing leaves, 0 is returned. A mail server that does not answer loses nothing: see `unsent`.
    """
    addresses = recipients(to)
    path, data = _path(mail), dataclasses.asdict(mail)  # type: ignore[call-overload]
    if addresses:
        transaction.on_commit(lambda: deliver.enqueue(path, data, addresses))
    return len(addresses)


def write(mail: Mail, to: str) -> Written:
    """Write one message whole, for one address: whatever is wrong in it is raised here, before anything leaves."""
    rendered = mail.render()
    reply_to = mail.reply_to()
    message = EmailMultiAlternatives(
        subject=rendered.subject,
        body=rendered.text,
        to=[to],
        reply_to=[reply_to] if reply_to else None,
        headers=mail.headers() | {"Auto-Submitted": "auto-generated"},
    )
    message.attach_alternative(rendered.html, "text/html")
    message.message()  # a header that cannot be one says so now
    return Written(Unsent(_path(mail), dataclasses.asdict(mail), to), message)  # type: ignore[call-overload]


def _path(mail: Mail) -> str:
    return f"{type(mail).__module__}.{type(mail).__qualname__}"


def _hand_over(waiting: Unsent) -> None:
    """Render one message and give it to the mail server."""
    kind = import_string(waiting.kind)
    if not (isinstance(kind, type) and issubclass(kind, Mail)):
        raise TypeError(f"« {waiting.kind} » n’est pas un message.")
    write(kind(**waiting.fields), waiting.to).message.send()


@task()
def deliver(path: str, data: dict[str, Any], to: list[str]) -> None:
    """Send one message to each address. `path` names a Mail class, `data` its fields.

    What the mail server does not take is kept for `resend`. A server that does not answer is asked once, not once per
    address: with tasks done at once, a visitor is waiting.
    """
    waiting = (Unsent(path, data, address) for address in to)
    _hand_over_each((one, partial(_hand_over, one)) for one in waiting)


def hand_over_each(messages: Iterable[Written]) -> int:
    """Give messages to the mail server one by one, for a task that has its own list; return how many it took.

    Each is asked for when the one before has left. What the server does not take is kept for `resend`; so is one that
    a broken sending (not SMTP's) stops, and the first such error is raised once the others have left. Never inside a
    transaction.
    """
    broken: list[Exception] = []
    taken = _hand_over_each(((one.again, one.message.send) for one in messages), broken)
    if broken:
        raise broken[0]
    return taken


def _hand_over_each(
    messages: Iterable[tuple[Unsent, Callable[[], object]]], broken: list[Exception] | None = None
) -> int:
    """`broken`: where errors that are not the mail server's are gathered; without it they are raised at once."""
    taken = 0
    waiting = iter(messages)
    for message, leave in waiting:
        try:
            leave()
        except REFUSED as error:
            _keep([message], error)
        except OSError as error:
            _keep(chain([message], (other for other, _ in waiting)), error)
            break
        except ObjectDoesNotExist as error:
            logger.warning("Un message « %s » est abandonné (%s)", message.kind, type(error).__name__)
        except Exception as error:
            if broken is None:
                raise
            _keep([message], error)
            broken.append(error)
        else:
            taken += 1
    return taken


def _keep(messages: Iterable[Unsent], error: Exception) -> None:
    kinds = []
    for message in messages:
        unsent.keep(message)
        kinds.append(message.kind)
    # The kind of failure, never its words: servers repeat addresses in them.
    logger.warning("%s message(s) « %s » gardé(s) pour plus tard (%s)", len(kinds), kinds[0], type(error).__name__)


@dataclass(frozen=True)
class Resent:
    """What became of the messages that waited."""

    sent: int
    waiting: int
    given_up: int


def resend() -> Resent | None:
    """Hand over again what waits, the oldest first; None when another process is at it.

    A message that fails stays, without keeping the others; a server that does not answer ends the round. Given up, and
    logged: what is a week old, what speaks of something erased since.
    """
    with unsent.only_one() as alone:
        if not alone:
            return None
        sent = given_up = 0
        for path in unsent.paths():
            message = unsent.read(path)
            try:
                if unsent.age(path) > unsent.GIVEN_UP_AFTER:
                    raise TooOld
                _hand_over(message)
            except (TooOld, ObjectDoesNotExist) as error:
                logger.warning("Un message « %s » est abandonné (%s)", message.kind, type(error).__name__)
                given_up += 1
            except REFUSED:
                continue
            except OSError:
                break
            except Exception:
                # Whatever one message breaks must not keep the others; it stays, and the log says why.
                logger.exception("Un message « %s » ne peut pas être écrit", message.kind)
                continue
            else:
                sent += 1
            path.unlink()
        return Resent(sent, len(unsent.paths()), given_up)
