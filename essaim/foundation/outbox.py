"""`/outbox/`, in development and in a demonstration: the messages of the file backend, as readers would see them.

A demonstration has invented structures and open doors (`DEMO_DOORS`): codes and links of its accounts are read here,
since nobody else receives them. With a mail server, or with anything real in the directory, there is no such page.
"""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from functools import wraps
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_safe

from essaim.foundation.context import structures_are_invented
from essaim.foundation.csp import message_alone, replace_directives

_NAME = re.compile(r"^[0-9A-Za-z_-]+\.log$")
_SEPARATOR = re.compile(rb"^-{79}\r?\n", re.MULTILINE)
SHOWN = 200
_FILES = "django.core.mail.backends.filebased.EmailBackend"

View = Callable[..., HttpResponse]


def _where_nothing_leaves(view: View) -> View:
    """Answer 404 wherever a message reaches somebody."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        in_demonstration = settings.DEMO_DOORS and settings.EMAIL_BACKEND == _FILES and structures_are_invented()
        if not (settings.DEBUG or in_demonstration):
            raise Http404("Cette page n’existe que là où aucun message ne part.")
        response = view(request, *args, **kwargs)
        add_never_cache_headers(response)
        return response

    return guarded


@dataclass(frozen=True)
class Kept:
    """One message found on the disk: `name` and `rank` tell where."""

    name: str
    rank: int
    at: datetime
    subject: str
    to: str
    sender: str
    text: str
    html: str


def _read(path: Path) -> list[Kept]:
    """Read one file of the outbox: it holds the messages of one connection, separated by a line of dashes."""
    at = datetime.fromtimestamp(path.stat().st_mtime, tz=UTC)
    kept = []
    for rank, raw in enumerate(part for part in _SEPARATOR.split(path.read_bytes()) if part.strip()):
        message = email.message_from_bytes(raw, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        kept.append(
            Kept(
                name=path.name,
                rank=rank,
                at=at,
                subject=str(message["Subject"] or ""),
                to=str(message["To"] or ""),
                sender=str(message["From"] or ""),
                text=_part(message, "plain"),
                html=_part(message, "html"),
            )
        )
    return kept


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return str(part.get_content()) if part is not None else ""


def messages() -> list[Kept]:
    """Return the newest messages of the outbox, 200 at most."""
    folder = Path(settings.EMAIL_FILE_PATH)
    paths = sorted(folder.glob("*.log"), key=lambda path: path.stat().st_mtime, reverse=True) if folder.is_dir() else []
    return [kept for path in paths[:SHOWN] for kept in reversed(_read(path))][:SHOWN]


def _find(name: str, rank: int) -> Kept:
    path = Path(settings.EMAIL_FILE_PATH) / name
    if _NAME.match(name) and path.is_file():
        for kept in _read(path):
            if kept.rank == rank:
                return kept
    raise Http404("Ce message n’est plus dans la boîte d’envoi.")


@require_safe
@_where_nothing_leaves
def outbox(request: HttpRequest) -> HttpResponse:
    """List the messages."""
    return render(request, "foundation/outbox.html", {"messages_kept": messages()})


@require_safe
@_where_nothing_leaves
def outbox_message(request: HttpRequest, name: str, rank: int) -> HttpResponse:
    """Show one message: its HTML in a frame that may do nothing, or its text (`?vue=texte`, or when it has no HTML)."""
    kept = _find(name, rank)
    in_text = not kept.html or request.GET.get("vue") == "texte"
    response = render(request, "foundation/outbox_message.html", {"kept": kept, "in_text": in_text})
    return replace_directives(response, {"frame-src": ["'self'"]})


@require_safe
@_where_nothing_leaves
def outbox_html(_request: HttpRequest, name: str, rank: int) -> HttpResponse:
    """Serve the HTML part alone: a message is not a page."""
    return message_alone(_find(name, rank).html)
