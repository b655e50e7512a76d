"""What has been planted once, and is never planted again."""

from __future__ import annotations

from django.db import models
from wagtail.models import Page


class Planted(models.Model):
    """One page or one row of first content; `key`: its address at planting, or its model and its own key.

    `page`: the page itself, wherever an editor has moved it; None for a row, and for a page that is deleted.
    """

    key = models.CharField("clé", max_length=500, unique=True)
    page = models.ForeignKey(Page, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="page")

    class Meta:
        verbose_name = "contenu de départ déjà planté"
        verbose_name_plural = "contenus de départ déjà plantés"

    def __str__(self) -> str:
        return self.key
