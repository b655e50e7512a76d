"""The open sessions of somebody: on which device, since when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone

from essaim.people.devices import device_name
from essaim.people.models import Person

if TYPE_CHECKING:
    from django.db.models import QuerySet


@dataclass(frozen=True)
class OpenSession:
    """One line of the list; `pk` is None for a session that nothing but the visitor's own cookie tells of."""

    pk: int | None
    device: str
    since: datetime | None
    seen: datetime | None
    is_here: bool


def live_sessions(person: Person) -> QuerySet[UserSession]:
    """The sessions that still open something (reads only: whoever has left is swept at the next sign-in)."""
    alive = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    found: QuerySet[UserSession] = UserSession.objects.filter(user_id=person.pk, session_key__in=alive)
    return found.order_by("-last_seen_at", "-pk")


def open_sessions(request: HttpRequest, person: Person) -> Sequence[OpenSession]:
    """The list, this one first. One query."""
    here = request.session.session_key
    rows = [
        OpenSession(one.pk, device_name(one.user_agent), one.created_at, one.last_seen_at, one.session_key == here)
        for one in live_sessions(person)
    ]
    if not any(row.is_here for row in rows):
        agent = request.META.get("HTTP_USER_AGENT", "")
        rows.append(OpenSession(None, device_name(agent), None, None, is_here=True))
    return sorted(rows, key=lambda row: not row.is_here)
