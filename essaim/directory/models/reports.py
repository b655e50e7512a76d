"""« Signaler une erreur »: what a visitor says is wrong on a structure's page, and what the officer did of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from essaim.directory.enums import ErrorTopic, ReportOutcome
from essaim.directory.models.structure import Structure


class ErrorReport(models.Model):
    """One report. Pending while `handled_at` is empty; the visitor's address is kept until the answer leaves."""

    structure = models.ForeignKey(Structure, on_delete=models.CASCADE, related_name="error_reports")
    topic = models.CharField("sujet", max_length=12, choices=ErrorTopic.choices)
    message = models.TextField("message", max_length=2000)
    email = models.EmailField("courriel pour la réponse", blank=True)
    at = models.DateTimeField("reçu le", auto_now_add=True, db_index=True)
    handled_at = models.DateTimeField("traité le", null=True, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    outcome = models.CharField("suite donnée", max_length=12, choices=ReportOutcome.choices, blank=True)
    answer = models.TextField("réponse", blank=True)
    was_answered = models.BooleanField("réponse envoyée", default=False)

    class Meta:
        verbose_name = "signalement d’erreur"
        verbose_name_plural = "signalements d’erreurs"
        ordering = ["-at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(handled_at__isnull=True, outcome="") | (Q(handled_at__isnull=False) & ~Q(outcome="")),
                name="report_handled_with_outcome",
                violation_error_message="Un signalement traité dit la suite donnée.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_topic_display()} · {self.structure}"
