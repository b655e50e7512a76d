"""Who may act for a structure: claims and their proofs, mandates, invitations."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from essaim.directory.enums import ClaimMethod, ClaimOutcome, MandateEnd
from essaim.directory.models.structure import Structure
from essaim.foundation.private import private_files


class Claim(models.Model):
    """Somebody asks to act for a structure. Open while `decided_at` is empty; a refusal can be appealed once."""

    structure = models.ForeignKey(Structure, on_delete=models.CASCADE, related_name="claims")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="claims")
    role = models.CharField("fonction dans la structure", max_length=120)
    message = models.TextField("mot pour l’équipe", max_length=2000, blank=True)
    opened_at = models.DateTimeField("ouverte le", auto_now_add=True, db_index=True)
    appeal_of = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="appeal", verbose_name="recours contre"
    )
    decided_at = models.DateTimeField("décidée le", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_by_label = models.CharField("décidée par", max_length=200, blank=True)
    outcome = models.CharField("suite", max_length=10, choices=ClaimOutcome.choices, blank=True)
    reason = models.TextField("raison", max_length=2000, blank=True)

    class Meta:
        verbose_name = "demande de rattachement"
        verbose_name_plural = "demandes de rattachement"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, outcome="") | (Q(decided_at__isnull=False) & ~Q(outcome="")),
                name="claim_decided_with_outcome",
                violation_error_message="Une demande décidée dit la suite qu’elle a eue.",
            ),
            models.CheckConstraint(
                condition=~Q(outcome=ClaimOutcome.REFUSED) | ~Q(reason=""),
                name="claim_refused_with_reason",
                violation_error_message="Un refus dit pourquoi.",
            ),
            models.UniqueConstraint(
                fields=["structure", "person"],
                condition=Q(decided_at__isnull=True),
                name="claim_open_once",
                violation_error_message="Une demande est déjà ouverte pour cette structure.",
            ),
        ]

    def __str__(self) -> str:
        return f"Demande : {self.structure}"

    @property
    def is_open(self) -> bool:
        """Nothing has been decided yet."""
        return self.decided_at is None


class ClaimEvidence(models.Model):
    """One proof of a claim: a code that was sent somewhere, a document, somebody's word. Codes are kept as digests."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="evidence")
    method = models.CharField("moyen", max_length=12, choices=ClaimMethod.choices)
    at = models.DateTimeField("le", auto_now_add=True)
    sent_to = models.CharField("envoyé à", max_length=300, blank=True)
    code_digest = models.CharField("empreinte du code", max_length=64, blank=True)
    tries = models.PositiveSmallIntegerField("essais", default=0)
    printed_at = models.DateTimeField("lettre imprimée le", null=True, blank=True)
    expires_at = models.DateTimeField("valable jusqu’au", null=True, blank=True)
    document = models.FileField("document", upload_to="claims/", storage=private_files, blank=True)
    document_name = models.CharField("nom du document", max_length=200, blank=True)
    passed_at = models.DateTimeField("acceptée le", null=True, blank=True)
    refused_at = models.DateTimeField("refusée le", null=True, blank=True)
    checked_by_label = models.CharField("vérifiée par", max_length=200, blank=True)
    note = models.TextField("remarque", max_length=2000, blank=True)

    class Meta:
        verbose_name = "preuve"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(passed_at__isnull=True) | Q(refused_at__isnull=True),
                name="evidence_one_verdict",
                violation_error_message="Une preuve est acceptée ou refusée, pas les deux.",
            )
        ]

    def __str__(self) -> str:
        return self.get_method_display()


class Invitation(models.Model):
    """Somebody is invited to act for a structure: by the team, or by who represents it already."""

    structure = models.ForeignKey(Structure, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField("courriel")
    role = models.CharField("fonction dans la structure", max_length=120, blank=True)
    message = models.TextField("mot d’accompagnement", max_length=1000, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    by_label = models.CharField("par (texte)", max_length=200)
    by_team = models.BooleanField("envoyée par l’équipe", default=False)
    sent_at = models.DateTimeField("envoyée le", auto_now_add=True)
    expires_at = models.DateTimeField("valable jusqu’au")
    accepted_at = models.DateTimeField("acceptée le", null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    declined_at = models.DateTimeField("déclinée le", null=True, blank=True)
    cancelled_at = models.DateTimeField("annulée le", null=True, blank=True)

    class Meta:
        verbose_name = "invitation"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["structure", "email"],
                condition=Q(accepted_at__isnull=True, declined_at__isnull=True, cancelled_at__isnull=True),
                name="invitation_waiting_once",
                violation_error_message="Cette adresse est déjà invitée.",
            )
        ]

    def __str__(self) -> str:
        return f"Invitation : {self.structure}"


class Mandate(models.Model):
    """Somebody acts for a structure, from a day on. It ends by its date, or when somebody ends it, with the reason.

    A person may hold mandates of several structures, a structure may have several persons; ended ones are history.
    """

    structure = models.ForeignKey(Structure, on_delete=models.CASCADE, related_name="mandates")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="mandates")
    role = models.CharField("fonction dans la structure", max_length=120, blank=True)
    since = models.DateTimeField("depuis le", default=timezone.now)
    until = models.DateField("jusqu’au (compris)", null=True, blank=True)
    granted_by_label = models.CharField("reconnu par", max_length=200)
    method = models.CharField("par quel moyen", max_length=12, choices=ClaimMethod.choices)
    claim = models.ForeignKey(Claim, null=True, blank=True, on_delete=models.SET_NULL, related_name="mandates")
    invitation = models.ForeignKey(
        Invitation, null=True, blank=True, on_delete=models.SET_NULL, related_name="mandates"
    )
    ended_at = models.DateTimeField("fini le", null=True, blank=True)
    end_reason = models.CharField("raison de la fin", max_length=10, choices=MandateEnd.choices, blank=True)
    end_note = models.CharField("précision", max_length=500, blank=True)
    ended_by_label = models.CharField("fini par", max_length=200, blank=True)

    class Meta:
        verbose_name = "mandat"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, end_reason="") | (Q(ended_at__isnull=False) & ~Q(end_reason="")),
                name="mandate_ended_with_reason",
                violation_error_message="Un mandat qui finit dit pourquoi.",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("since")),
                name="mandate_ends_after_start",
                violation_error_message="Un mandat ne peut pas finir avant d’avoir commencé.",
            ),
            models.UniqueConstraint(
                fields=["structure", "person"],
                condition=Q(ended_at__isnull=True),
                name="mandate_open_once",
                violation_error_message="Cette personne représente déjà la structure.",
            ),
        ]
        indexes = [models.Index(fields=["person", "ended_at"], name="mandate_by_person")]

    def __str__(self) -> str:
        return f"Mandat : {self.structure}"

    def is_in_force(self, now: datetime | None = None) -> bool:
        """Whether the person acts for the structure at that moment: not ended, and its last day not past."""
        now = now or timezone.now()
        return self.ended_at is None and (self.until is None or self.until >= timezone.localdate(now))
