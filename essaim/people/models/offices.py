"""Offices with a beginning and an end: elected members, jurors."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from essaim.people.enums import OfficeKind
from essaim.people.models.person import Person


class Office(models.Model):
    """Somebody is elected, or sits in the jury, from one day to another; past ones stay, as history."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="offices", verbose_name="personne")
    kind = models.CharField("charge", max_length=10, choices=OfficeKind.choices)
    title = models.CharField("titre", max_length=150, blank=True)
    since = models.DateField("depuis le")
    until = models.DateField("jusqu’au (compris)", null=True, blank=True)
    named_by_label = models.CharField("nommé·e par", max_length=200)
    ended_reason = models.CharField("raison de la fin", max_length=300, blank=True)

    class Meta:
        verbose_name = "charge"
        ordering = ["-since", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                name="office_ends_after_start",
                violation_error_message="Une charge ne peut pas finir avant d’avoir commencé.",
            ),
            models.UniqueConstraint(
                fields=["person", "kind"],
                condition=Q(until__isnull=True),
                name="office_open_once",
                violation_error_message="Cette personne a déjà cette charge.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.person}"

    def journal_label(self) -> str:
        """The same, never with an address (`journal.label_of`)."""
        return f"{self.get_kind_display()} · {self.person.journal_label()}"
