"""Closed lists of the public face."""

from __future__ import annotations

from django.db import models


class Scene(models.TextChoices):
    """The drawings of `ui/scenes/` that a page may wear."""

    NONE = "", "Aucun dessin"
    MARKET = "market", "Un marché"
    WORKSHOP = "workshop", "Un atelier"
    VOTE = "vote", "Un vote"
    DOOR = "door", "Une porte ouverte"
    SEARCH = "search", "Une recherche"
    MAIL = "mail", "Une lettre"


class Theme(models.TextChoices):
    """What an initiative is about, in the words of the Coup de cœur 2024 (three territories, twelve verbs)."""

    DURABLE = "durable", "Construire, habiter, se déplacer"
    CIRCULAR = "circulaire", "Cultiver, se nourrir, réemployer"
    INCLUSIVE = "inclusif", "Créer, apprendre, prendre soin"
