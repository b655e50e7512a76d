"""The structure's card: CLAIMED data, written by the structure or the officer, never by an official file."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.db import models

from essaim.directory.models.structure import Structure


class Card(models.Model):
    """What the structure says of itself. A sync never writes here."""

    structure = models.OneToOneField(Structure, on_delete=models.CASCADE, related_name="card")
    name = models.CharField("nom utilisé", max_length=200, blank=True)
    description = models.TextField("ce que nous faisons", blank=True)
    phone = models.CharField("téléphone public", max_length=20, blank=True)
    email = models.EmailField("courriel public", blank=True)
    website = models.URLField("site web", blank=True)
    hours = models.JSONField("horaires d’ouverture", default=dict, blank=True)
    photo = models.ImageField("photo", upload_to="cards/", blank=True)
    photo_alt = models.CharField("texte de la photo", max_length=200, blank=True)
    photo_credit = models.CharField("crédit de la photo", max_length=120, blank=True)
    keywords = models.JSONField("mots pour la recherche", default=list, blank=True)
    confirmed_at = models.DateTimeField("confirmée le", null=True, blank=True)
    confirmed_by_label = models.CharField("confirmée par", max_length=200, blank=True)
    source = models.CharField("source", max_length=120, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "fiche"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(photo="") | ~models.Q(photo_alt=""),
                name="card_photo_described",
                violation_error_message="Décrivez la photo pour les personnes qui ne la voient pas.",
            )
        ]

    def __str__(self) -> str:
        return self.name or str(self.structure)

    @property
    def web_address(self) -> str:
        """The site's address when it is one of the web; whatever else a column could hold is no link."""
        return self.website if urlsplit(self.website).scheme in {"http", "https"} else ""
