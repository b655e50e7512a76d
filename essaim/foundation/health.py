"""`/sante/`: what a supervisor asks. Public facts only: no path, no version of a program, no secret."""

from __future__ import annotations

import logging

from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from essaim.foundation.registries import HealthCheck, health_checks

logger = logging.getLogger(__name__)


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return "ok"


def register() -> None:
    """Register the foundation's own check."""
    health_checks.register(HealthCheck("base", _database, order=0))


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
