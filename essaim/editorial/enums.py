"""Closed lists of the public face."""

from __future__ import annotations

from django.db import models


class Theme(models.TextChoices):
    """What an initiative is about, in the words of the Coup de cœur 2024 (three territories, twelve verbs)."""

    DURABLE = "durable", "Construire, habiter, se déplacer"
    CIRCULAR = "circulaire", "Cultiver, se nourrir, réemployer"
    INCLUSIVE = "inclusif", "Créer, apprendre, prendre soin"


class ContactTopic(models.TextChoices):
    """What a visitor writes about; the value is that of `/contact/?objet=`."""

    QUESTION = "question", "Une question"
    STRUCTURE = "structure", "Faire connaître ma structure"
    PROJECT = "entreprendre", "Créer ou reprendre une activité de l’ESS"
    INITIATIVE = "initiative", "Raconter une initiative"
    MONTH = "mois-de-l-ess", "Le Mois de l’ESS"
    CONTEST = "coup-de-coeur", "Un appel à projets, un concours"
    GRANTS = "subventions", "Une subvention"
    ROADMAP = "feuille-de-route", "La feuille de route"
    COOPERATION = "cooperations", "Une coopération entre structures"
    ERROR = "erreur", "Une erreur sur une page"
    ACCESS = "accessibilite", "Un obstacle à l’accessibilité"
    DATA = "donnees", "Mes données personnelles"
    OTHER = "autre", "Autre chose"
