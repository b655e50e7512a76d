"""The structure's card: CLAIMED data, written by the structure or the officer, never by an official file."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.db.models import Q

from essaim.directory.enums import ChangeOrigin, ChangeOutcome
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
    audiences = models.JSONField("publics", default=list, blank=True, help_text="Clés de `nomenclature.publics`.")
    services = models.JSONField("ce que la structure propose", default=list, blank=True)
    places = models.JSONField("lieux d’accueil", default=list, blank=True, help_text="Voir directory.cardfields.")
    links = models.JSONField("liens", default=list, blank=True)
    easy_summary = models.TextField("résumé facile à lire", blank=True)
    easy_accepted_at = models.DateTimeField("résumé facile à lire accepté le", null=True, blank=True)
    keywords = models.JSONField("mots pour la recherche", default=list, blank=True)
    confirmed_at = models.DateTimeField("confirmée le", null=True, blank=True)
    confirmed_by_label = models.CharField("confirmée par", max_length=200, blank=True)
    source = models.CharField("source", max_length=120, blank=True)
    version = models.PositiveIntegerField(
        "version", default=0, help_text="Grandit à chaque changement publié : deux personnes qui écrivent se voient."
    )
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "fiche"

    def __str__(self) -> str:
        return self.name or str(self.structure)

    @property
    def web_address(self) -> str:
        """The site's address when it is one of the web; whatever else a column could hold is no link."""
        return self.website if urlsplit(self.website).scheme in {"http", "https"} else ""


class CardPhoto(models.Model):
    """A photo of the structure, with what it shows and who took it. Shown once accepted, as long as not removed."""

    structure = models.ForeignKey(Structure, on_delete=models.CASCADE, related_name="photos")
    image = models.ImageField("photo", upload_to="cards/")
    alt = models.CharField("ce que montre la photo", max_length=200)
    credit = models.CharField("crédit", max_length=120, blank=True)
    rank = models.PositiveSmallIntegerField("rang", default=0)
    added_at = models.DateTimeField("ajoutée le", auto_now_add=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    added_by_label = models.CharField("ajoutée par", max_length=200)
    accepted_at = models.DateTimeField("publiée le", null=True, blank=True)
    refused_reason = models.CharField("raison du refus", max_length=300, blank=True)
    removed_at = models.DateTimeField("retirée le", null=True, blank=True)

    class Meta:
        verbose_name = "photo"
        ordering = ["rank", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(alt=""),
                name="card_photo_described",
                violation_error_message="Décrivez la photo pour les personnes qui ne la voient pas.",
            )
        ]
        indexes = [models.Index(fields=["structure", "removed_at"], name="photo_by_structure")]

    def __str__(self) -> str:
        return self.alt


class CardContact(models.Model):
    """Somebody to reach in the structure, given by the structure itself; on the public page only when it says so."""

    structure = models.ForeignKey(Structure, on_delete=models.CASCADE, related_name="card_contacts")
    name = models.CharField("nom", max_length=150)
    role = models.CharField("fonction", max_length=150, blank=True)
    email = models.EmailField("courriel", blank=True)
    phone = models.CharField("téléphone", max_length=20, blank=True)
    is_public = models.BooleanField("montré sur la page publique", default=False)
    agreed_at = models.DateTimeField("la personne accepte d’être montrée depuis le", null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "contact donné par la structure"
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_public=False) | Q(agreed_at__isnull=False),
                name="public_contact_agreed",
                violation_error_message="Un contact n’est public qu’avec l’accord de la personne.",
            )
        ]

    def __str__(self) -> str:
        return self.name


class CardChange(models.Model):
    """One change of a card, by whomever: proposed, then published (whole or in part), refused or withdrawn.

    `values` are the new values by field of the card, `base` those that their author saw: their difference tells what
    was meant, whatever has happened to the card meanwhile. Published ones are the card's history.
    """

    structure = models.ForeignKey(Structure, on_delete=models.CASCADE, related_name="card_changes")
    origin = models.CharField("origine", max_length=10, choices=ChangeOrigin.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    by_label = models.CharField("par (texte)", max_length=200)
    email = models.EmailField("courriel pour la réponse", blank=True)
    at = models.DateTimeField("le", auto_now_add=True, db_index=True)
    base = models.JSONField("valeurs d’avant", default=dict)
    values = models.JSONField("valeurs nouvelles", default=dict)
    note = models.TextField("mot de l’auteur", max_length=2000, blank=True)
    restores = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField("décidé le", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_by_label = models.CharField("décidé par", max_length=200, blank=True)
    outcome = models.CharField("suite", max_length=10, choices=ChangeOutcome.choices, blank=True)
    published_fields = models.JSONField("champs publiés", default=list)
    answer = models.TextField("réponse", max_length=2000, blank=True)
    was_answered = models.BooleanField("réponse envoyée", default=False)
    version = models.PositiveIntegerField("version de la fiche qui en est née", null=True, blank=True)

    class Meta:
        verbose_name = "changement de fiche"
        verbose_name_plural = "changements de fiches"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, outcome="") | (Q(decided_at__isnull=False) & ~Q(outcome="")),
                name="change_decided_with_outcome",
                violation_error_message="Un changement décidé dit la suite qu’il a eue.",
            ),
            models.UniqueConstraint(
                fields=["structure", "version"],
                condition=Q(version__isnull=False),
                name="change_version_once",
                violation_error_message="Cette version de la fiche existe déjà.",
            ),
        ]
        indexes = [
            models.Index(fields=["structure", "-id"], name="change_by_structure"),
            models.Index(fields=["at"], condition=Q(decided_at__isnull=True), name="change_waiting"),
        ]

    def __str__(self) -> str:
        return f"Changement de la fiche « {self.structure} »"
