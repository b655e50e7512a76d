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


class ClaimMethod(models.TextChoices):
    """How somebody proves that they act for a structure."""

    FILE_MAIL = "file_mail", "Un code envoyé à l’adresse que la collectivité connaît"
    DOMAIN_MAIL = "domain_mail", "Un code envoyé à une adresse du nom de domaine de la structure"
    POST = "post", "Un code envoyé par la poste au siège"
    DOCUMENT = "document", "Un document relu par l’équipe"
    COLLEAGUE = "colleague", "L’accord d’une personne qui représente déjà la structure"
    INVITATION = "invitation", "Une invitation de l’équipe ou de la structure"
    OFFICER = "officer", "La décision de l’équipe"


class ClaimOutcome(models.TextChoices):
    """How a claim ended."""

    GRANTED = "granted", "acceptée"
    REFUSED = "refused", "refusée"
    WITHDRAWN = "withdrawn", "retirée"


class MandateEnd(models.TextChoices):
    """Why somebody no longer acts for a structure. A term that is over needs none: the date says it."""

    RESIGNED = "resigned", "démission"
    REPLACED = "replaced", "remplacement"
    WITHDRAWN = "withdrawn", "retrait par l’équipe"
    ACCOUNT_ERASED = "erased", "compte supprimé"
    STRUCTURE_MERGED = "merged", "fiches réunies"


class ChangeOrigin(models.TextChoices):
    """Where a change of a card comes from."""

    SPACE = "space", "la structure"
    TEAM = "team", "l’équipe ESS"
    PUBLIC = "public", "une personne du public"
    CAMPAIGN = "campaign", "la structure, par le lien de vérification"
    RESTORED = "restored", "une version d’avant, reprise"


class ChangeOutcome(models.TextChoices):
    """What became of a change of a card."""

    PUBLISHED = "published", "publiée"
    REFUSED = "refused", "refusée"
    WITHDRAWN = "withdrawn", "retirée"


class Moderation(models.TextChoices):
    """When what a structure writes of itself becomes public."""

    AT_ONCE = "at_once", "aussitôt, l’équipe relit après"
    REVIEWED = "reviewed", "après relecture par l’équipe"


class CampaignAnswer(models.TextChoices):
    """What a structure answered to « votre fiche est-elle à jour ? »."""

    CONFIRMED = "confirmed", "tout est exact"
    CHANGED = "changed", "des corrections proposées"
    CLOSED = "closed", "la structure a cessé"


class ProposalKind(models.TextChoices):
    """What the official files do not know as a structure of the ESS."""

    PROJECT = "project", "Un projet en création"
    GROUP = "group", "Un collectif sans SIRET"
    COMPANY = "company", "Une société coopérative ou à utilité sociale que les fichiers nomment autrement"
    OTHER = "other", "Une structure que l’annuaire ne montre pas"


class ProposalOutcome(models.TextChoices):
    """What the officer did of a proposed structure."""

    ADMITTED = "admitted", "admise dans l’annuaire"
    KNOWN = "known", "déjà dans l’annuaire"
    REFUSED = "refused", "pas admise"
