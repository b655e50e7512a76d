"""Structures that the official files do not know, proposed by anyone; and two sheets made one, so as to be undone."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from essaim.directory.enums import FAMILY_CHOICES, ProposalKind, ProposalOutcome
from essaim.directory.models.structure import Structure


class StructureProposal(models.Model):
    """Somebody proposes a structure. Waiting while `decided_at` is empty; admitted with the criterion and its proof."""

    kind = models.CharField("nature", max_length=10, choices=ProposalKind.choices)
    name = models.CharField("nom", max_length=250)
    family = models.CharField("famille", max_length=12, choices=FAMILY_CHOICES, blank=True)
    commune = models.ForeignKey("geography.Commune", on_delete=models.PROTECT, related_name="+")
    address = models.CharField("adresse", max_length=300, blank=True)
    postcode = models.CharField("code postal", max_length=5, blank=True)
    siren = models.CharField("SIREN", max_length=9, blank=True)
    siret = models.CharField("SIRET", max_length=14, blank=True)
    rna = models.CharField("numéro RNA", max_length=10, blank=True)
    naf = models.CharField("activité", max_length=6, blank=True)
    phone = models.CharField("téléphone", max_length=20, blank=True)
    email = models.EmailField("courriel de la structure", blank=True)
    website = models.URLField("site web", blank=True)
    description = models.TextField("ce qu’elle fait", max_length=2000)
    why = models.TextField("pourquoi elle est de l’ESS", max_length=2000)
    proposer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    proposer_name = models.CharField("proposée par", max_length=150, blank=True)
    proposer_email = models.EmailField("courriel pour la réponse", blank=True)
    proposer_is_inside = models.BooleanField("la personne fait partie de la structure", default=False)
    looked_at = models.JSONField("fiches proches écartées par la personne", default=list)
    at = models.DateTimeField("reçue le", auto_now_add=True, db_index=True)
    decided_at = models.DateTimeField("décidée le", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    outcome = models.CharField("suite", max_length=10, choices=ProposalOutcome.choices, blank=True)
    criterion = models.CharField("critère retenu", max_length=200, blank=True)
    proof = models.TextField("preuve notée par l’équipe", max_length=2000, blank=True)
    answer = models.TextField("réponse", max_length=2000, blank=True)
    was_answered = models.BooleanField("réponse envoyée", default=False)
    structure = models.ForeignKey(Structure, null=True, blank=True, on_delete=models.SET_NULL, related_name="proposals")

    class Meta:
        verbose_name = "structure proposée"
        verbose_name_plural = "structures proposées"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, outcome="") | (Q(decided_at__isnull=False) & ~Q(outcome="")),
                name="proposal_decided_with_outcome",
                violation_error_message="Une proposition décidée dit la suite qu’elle a eue.",
            ),
            models.CheckConstraint(
                condition=~Q(outcome=ProposalOutcome.ADMITTED) | (~Q(criterion="") & ~Q(proof="")),
                name="proposal_admitted_with_proof",
                violation_error_message="Une structure est admise avec le critère retenu et sa preuve.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Merge(models.Model):
    """Two sheets made one, with what parts them again: what moved, what was dropped, what was before."""

    source = models.ForeignKey(Structure, on_delete=models.CASCADE, related_name="+")
    target = models.ForeignKey(Structure, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField("le", auto_now_add=True)
    by_label = models.CharField("par", max_length=200)
    reason = models.TextField("raison")
    moved = models.JSONField("lignes déplacées, par modèle et champ", default=dict)
    dropped = models.JSONField("lignes en double, retirées", default=list)
    before = models.JSONField("ce que la fiche gardée portait", default=dict)
    undone_at = models.DateTimeField("défaite le", null=True, blank=True)
    undone_by_label = models.CharField("défaite par", max_length=200, blank=True)
    undone_reason = models.TextField("raison de la défaire", blank=True)

    class Meta:
        verbose_name = "réunion de fiches"
        verbose_name_plural = "réunions de fiches"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.source} → {self.target}"
