"""Closed lists of the directory that are ours; official code lists live in `nomenclature`."""

from django.db import models

from essaim.nomenclature.perimeter import CriterionCode, Family

FAMILY_CHOICES = [(family.value, family.label) for family in Family]
CRITERION_CHOICES = [(code.value, code.label) for code in CriterionCode]


class Diffusion(models.TextChoices):
    """SIRENE's `statutDiffusion`: O everything public, P partial (address, position and acronym stay hidden)."""

    OPEN = "O", "diffusible"
    PARTIAL = "P", "diffusion partielle"


class PositionQuality(models.TextChoices):
    """How true a point is. Only an exact or street point is drawn as a place; a centre is never shown as one."""

    EXACT = "exact", "au numéro"
    STREET = "street", "à la rue"
    COMMUNE = "commune", "à la commune"


TRUE_POINTS = (PositionQuality.EXACT, PositionQuality.STREET)


class Decision(models.TextChoices):
    """What the officer decides about a structure, with its reason: the door of the local-decision criterion."""

    ADMIT = "admit", "admettre"
    EXCLUDE = "exclude", "écarter"


class ErrorTopic(models.TextChoices):
    """What a visitor reports as wrong on a structure's page."""

    CLOSED = "closed", "La structure est fermée ou a déménagé"
    NAME = "name", "Le nom n’est pas le bon"
    ADDRESS = "address", "L’adresse ou le point sur la carte est faux"
    CONTACT = "contact", "Le téléphone, le courriel ou les horaires sont faux"
    ACTIVITY = "activity", "L’activité ne correspond pas"
    NOT_ESS = "not_ess", "Cette structure n’est pas de l’ESS"
    OTHER = "other", "Autre chose"


class ReportOutcome(models.TextChoices):
    """How the officer closed an error report."""

    CORRECTED = "corrected", "Corrigé"
    FORWARDED = "forwarded", "Transmis à la source officielle"
    UNFOUNDED = "unfounded", "Rien à corriger"
