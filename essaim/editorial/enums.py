"""Closed lists of the public face."""

from __future__ import annotations

from django.db import models

from essaim.ui import scenes


class Scene:
    """The drawings that a page may wear: `choices` is a function, migrations do not change with each drawing."""

    choices = staticmethod(scenes.choices)


class Theme(models.TextChoices):
    """What an initiative is about, in the words of the Coup de cœur 2024 (three territories, twelve verbs)."""

    DURABLE = "durable", "Construire, habiter, se déplacer"
    CIRCULAR = "circulaire", "Cultiver, se nourrir, réemployer"
    INCLUSIVE = "inclusif", "Créer, apprendre, prendre soin"
