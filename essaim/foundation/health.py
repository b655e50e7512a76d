"""`/sante/`: what a supervisor asks. Public facts only: no path, no version of a program, no secret."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_tasks_db.models import DBTaskResult

from essaim.foundation import unsent
from essaim.foundation.registries import HealthCheck, health_checks

logger = logging.getLogger(__name__)

MESSAGES_LATE = 3600
"""Seconds."""
TASKS_LATE = timedelta(minutes=15)


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return "ok"


class Late(RuntimeError):
    """Something has waited too long for whoever should do it."""


def _messages() -> str:
    """What the mail server has not taken; ill when the oldest has waited for an hour."""
    waiting = unsent.paths()
    if waiting and unsent.age(waiting[0]) > MESSAGES_LATE:
        raise Late(f"{len(waiting)} message(s) non envoyé(s) : lancez « essaim mails resend ».")
    return f"{len(waiting)} en attente" if waiting else "ok"


def _tasks() -> str:
    """The queue of `ESSAIM_TASKS=database`; ill when nobody has taken a task for a quarter of an hour."""
    if DBTaskResult.objects.ready().filter(enqueued_at__lt=timezone.now() - TASKS_LATE).exists():
        raise Late("Des tâches attendent un ouvrier : « essaim db_worker » ne tourne pas.")
    return "ok"


def register() -> None:
    """Register the foundation's own checks."""
    health_checks.register(HealthCheck("base", _database, order=0))
    health_checks.register(HealthCheck("messages", _messages, order=50))
    health_checks.register(HealthCheck("taches", _tasks, order=60))


@never_cache
@require_safe
def health(_request: HttpRequest) -> JsonResponse:
    """Answer 200 when every check passes, else 503; each check gives a short fact, or « en panne »."""
    answer: dict[str, str] = {}
    well = True
    for item in health_checks:
        try:
            answer[item.key] = item.check()
        except Exception:
            # Whatever breaks is told as ill; the reason goes to the log, never to the public.
            logger.exception("Le contrôle « %s » a échoué", item.key)
            answer[item.key] = "en panne"
            well = False
    return JsonResponse({"etat": "ok" if well else "en panne", "controles": answer}, status=200 if well else 503)
