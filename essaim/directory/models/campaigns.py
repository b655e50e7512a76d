"""« Ma fiche est-elle à jour ? »: a campaign, and what each structure answered."""

from __future__ import annotations

from django.db import models

from essaim.directory.enums import CampaignAnswer
from essaim.directory.models.structure import Structure


class Campaign(models.Model):
    """One round of questions to the structures of the territory: once a year, or when the officer decides."""

    name = models.CharField("nom", max_length=120, unique=True)
    message = models.TextField("mot de l’équipe", max_length=2000, blank=True)
    opened_at = models.DateTimeField("ouverte le", auto_now_add=True)
    opened_by_label = models.CharField("ouverte par", max_length=200)
    closes_on = models.DateField("dernier jour pour répondre")
    closed_at = models.DateTimeField("close le", null=True, blank=True)

    class Meta:
        verbose_name = "campagne de vérification"
        verbose_name_plural = "campagnes de vérification"
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name


class CampaignLine(models.Model):
    """One structure asked in a campaign: by which way, when, and its answer. Empty `email`: a letter is to be printed.

    `code_digest` is the digest of the code that the letter bears; the link of a message is signed and keeps nothing.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="lines")
    structure = models.ForeignKey(Structure, on_delete=models.CASCADE, related_name="campaign_lines")
    email = models.EmailField("courriel", blank=True)
    code_digest = models.CharField("empreinte du code de la lettre", max_length=64, blank=True)
    sent_at = models.DateTimeField("envoyée le", null=True, blank=True)
    reminded_at = models.DateTimeField("relancée le", null=True, blank=True)
    printed_at = models.DateTimeField("lettre imprimée le", null=True, blank=True)
    answered_at = models.DateTimeField("répondu le", null=True, blank=True)
    answer = models.CharField("réponse", max_length=10, choices=CampaignAnswer.choices, blank=True)

    class Meta:
        verbose_name = "structure interrogée"
        verbose_name_plural = "structures interrogées"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "structure"],
                name="campaign_line_once",
                violation_error_message="Cette structure est déjà dans la campagne.",
            )
        ]
        indexes = [models.Index(fields=["campaign", "answered_at"], name="campaign_by_answer")]

    def __str__(self) -> str:
        return f"{self.campaign} · {self.structure}"


class CampaignSilence(models.Model):
    """An address that asked never to be asked again: its digest alone, so that the list itself writes to nobody."""

    digest = models.CharField("empreinte de l’adresse", max_length=64, unique=True)
    at = models.DateTimeField("demandé le", auto_now_add=True)

    class Meta:
        verbose_name = "adresse à ne plus interroger"
        verbose_name_plural = "adresses à ne plus interroger"

    def __str__(self) -> str:
        return f"Silence demandé le {self.at:%d/%m/%Y}"
