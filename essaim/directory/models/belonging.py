"""Why a structure belongs to the ESS: traced criteria, labels with their dates, the officer's decisions."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models

from essaim.directory.enums import CRITERION_CHOICES, Decision
from essaim.directory.models.structure import Establishment, Structure


class Criterion(models.Model):
    """One reason why the structure is ESS: which rule matched, from which source, of which date. Never a boolean."""

    structure = models.ForeignKey(Structure, on_delete=models.CASCADE, related_name="criteria")
    code = models.CharField("critère", max_length=20, choices=CRITERION_CHOICES)
    source = models.CharField("source", max_length=160)
    reference = models.CharField("valeur qui a répondu au critère", max_length=200, blank=True)
    as_of = models.CharField("date de la source", max_length=10, blank=True)

    class Meta:
        verbose_name = "critère d’appartenance"
        ordering = ["code", "source"]
        constraints = [
            models.UniqueConstraint(
                fields=["structure", "code"],
                name="criterion_once",
                violation_error_message="Ce critère est déjà noté pour cette structure.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_code_display()} ({self.source})"


class Label(models.Model):
    """An official label on top of belonging (ESUS, a kind of SIAE…), with its validity dates."""

    structure = models.ForeignKey(Structure, on_delete=models.CASCADE, related_name="labels")
    establishment = models.ForeignKey(
        Establishment, null=True, blank=True, on_delete=models.CASCADE, related_name="labels"
    )
    kind = models.CharField("label", max_length=12)
    source = models.CharField("source", max_length=160)
    as_of = models.CharField("date de la source", max_length=10, blank=True)
    valid_from = models.DateField("valable depuis", null=True, blank=True)
    valid_until = models.DateField("valable jusqu’au", null=True, blank=True)

    class Meta:
        verbose_name = "label"
        ordering = ["kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["structure", "establishment", "kind", "source"],
                condition=models.Q(establishment__isnull=False),
                name="label_once_by_place",
                violation_error_message="Ce label est déjà noté pour cet établissement.",
            ),
            # SQLite knows no « nulls not distinct »: the structure's own labels have a rule of their own.
            models.UniqueConstraint(
                fields=["structure", "kind", "source"],
                condition=models.Q(establishment__isnull=True),
                name="label_once_by_structure",
                violation_error_message="Ce label est déjà noté.",
            ),
        ]
        indexes = [models.Index(fields=["kind"], name="label_by_kind")]

    def __str__(self) -> str:
        return self.kind

    def is_valid_on(self, day: date) -> bool:
        """The label still qualifies on that day: the last one included, for ever when it has none."""
        return self.valid_until is None or self.valid_until >= day


class LocalDecision(models.Model):
    """The officer admits a structure that no file knows as ESS, or sets one aside. The last decision counts."""

    structure = models.ForeignKey(Structure, on_delete=models.CASCADE, related_name="decisions")
    decision = models.CharField("décision", max_length=8, choices=Decision.choices)
    reason = models.TextField("raison")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name="par"
    )
    by_label = models.CharField("par (texte)", max_length=200)
    at = models.DateTimeField("le", auto_now_add=True)
    contact_import = models.ForeignKey(
        "directory.ContactImport", null=True, blank=True, on_delete=models.SET_NULL, related_name="decisions"
    )

    class Meta:
        verbose_name = "décision locale"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(reason=""),
                name="decision_has_reason",
                violation_error_message="Une décision s’accompagne de sa raison.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_decision_display()} · {self.structure}"
