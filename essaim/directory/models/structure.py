"""The structure (legal unit) and its establishments, as the official files describe them: OFFICIAL data only."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.text import slugify

from essaim.directory.enums import FAMILY_CHOICES, TRUE_POINTS, Diffusion, PositionQuality
from essaim.foundation.identifiers import RNA_SHAPE

if TYPE_CHECKING:
    from essaim.directory.models.belonging import Criterion, Label

SIREN = RegexValidator(r"^\d{9}$", "Un SIREN compte 9 chiffres.")
SIRET = RegexValidator(r"^\d{14}$", "Un SIRET compte 14 chiffres.")
RNA = RegexValidator(rf"^{RNA_SHAPE}\Z", "Un numéro RNA s’écrit W suivi de 9 caractères.")
KEY_SHAPE = rf"[0-9]{{9}}|{RNA_SHAPE}|E[0-9A-Z]{{4,11}}"
"""A public key: a SIREN, an RNA number, or a stable code of ours. The one pattern of addresses and of reads."""


@lru_cache(maxsize=20_000)
def slug_of(name: str) -> str:
    """The readable half of an address: at most 60 signs, never empty."""
    return slugify(name)[:60].strip("-") or "structure"


class Structure(models.Model):
    """A legal unit of the ESS. Its public key is its SIREN, else its RNA number, else a stable code of ours."""

    # Filled by `queries.with_card_data` and `queries.page_of` only.
    scoped_establishments: list[Establishment]
    shown_labels: list[Label]
    shown_criteria: list[Criterion]

    siren = models.CharField("SIREN", max_length=9, null=True, blank=True, validators=[SIREN])
    rna = models.CharField("numéro RNA", max_length=10, null=True, blank=True, validators=[RNA])
    code = models.CharField("code stable", max_length=12, null=True, blank=True)
    key = models.GeneratedField(
        expression=Coalesce("siren", "rna", "code"),
        output_field=models.CharField(max_length=12),
        db_persist=True,
    )
    name = models.CharField("dénomination", max_length=250)
    acronym = models.CharField("sigle", max_length=60, blank=True)
    usual_names = models.JSONField("noms d’usage", default=list)
    rna_title = models.CharField("titre au RNA", max_length=500, blank=True)
    purpose = models.TextField("objet déclaré au RNA", blank=True)
    family = models.CharField("famille", max_length=12, choices=FAMILY_CHOICES)
    sub_family = models.CharField("sous-famille", max_length=60, blank=True)
    legal_category = models.CharField("catégorie juridique", max_length=4, blank=True)
    naf = models.CharField("activité (NAF rév. 2)", max_length=6, blank=True)
    naf25 = models.CharField("activité (NAF 2025)", max_length=6, blank=True)
    headcount_band = models.CharField("tranche d’effectif", max_length=2, blank=True)
    headcount_year = models.CharField("année de l’effectif", max_length=4, blank=True)
    is_employer = models.BooleanField("employeuse", default=False)
    mission_company = models.BooleanField("société à mission", default=False)
    diffusion = models.CharField("diffusion", max_length=1, choices=Diffusion.choices, default=Diffusion.OPEN)
    created_on = models.DateField("créée le", null=True, blank=True)
    closed_on = models.DateField("fermée le", null=True, blank=True)
    is_closed = models.BooleanField("fermée", default=False)
    last_processed_on = models.DateField("dernier signe dans le fichier officiel", null=True, blank=True)
    vintage = models.CharField("millésime du fichier", max_length=7, blank=True)
    source = models.CharField("source", max_length=60, default="Insee, Sirene")
    fictitious = models.BooleanField("inventée (démonstration)", default=False)
    missing_since = models.CharField("absente du fichier depuis le millésime", max_length=7, blank=True)
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "structure"
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["siren"],
                condition=Q(siren__isnull=False),
                name="structure_siren_once",
                violation_error_message="Une structure porte déjà ce SIREN.",
            ),
            models.UniqueConstraint(
                fields=["rna"],
                condition=Q(siren__isnull=True, rna__isnull=False),
                name="structure_rna_once_without_siren",
                violation_error_message="Une structure porte déjà ce numéro RNA.",
            ),
            models.UniqueConstraint(
                fields=["code"],
                condition=Q(code__isnull=False),
                name="structure_code_once",
                violation_error_message="Une structure porte déjà ce code.",
            ),
            models.CheckConstraint(
                condition=Q(siren__isnull=False) | Q(rna__isnull=False) | Q(code__isnull=False),
                name="structure_has_a_key",
                violation_error_message="Une structure a besoin d’un SIREN, d’un numéro RNA ou d’un code.",
            ),
        ]
        indexes = [
            models.Index(fields=["key"], name="structure_by_key"),
            models.Index(fields=["rna"], name="structure_by_rna"),
            models.Index(fields=["family", "sub_family"], name="structure_by_family"),
            models.Index(fields=["naf"], name="structure_by_naf"),
            # Empty with real data, where « is any structure invented? » would read them all.
            models.Index(fields=["id"], condition=Q(fictitious=True), name="structure_invented"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def slug(self) -> str:
        """The readable half of the address; never used to find the structure."""
        return slug_of(self.name)

    def get_absolute_url(self) -> str:
        """`/annuaire/<slug>-<key>/`."""
        return f"/annuaire/{self.slug}-{self.key}/"


class FormerKey(models.Model):
    """A key the structure had before (RNA before a SIREN, a merged twin): its address redirects."""

    key = models.CharField("ancienne clé", max_length=12, unique=True)
    structure = models.ForeignKey(Structure, on_delete=models.CASCADE, related_name="former_keys")
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "ancienne clé"

    def __str__(self) -> str:
        return self.key


class Establishment(models.Model):
    """A place where the structure acts, known by its SIRET (none for an association known by the RNA alone)."""

    structure = models.ForeignKey(Structure, on_delete=models.CASCADE, related_name="establishments")
    siret = models.CharField("SIRET", max_length=14, null=True, blank=True, validators=[SIRET])
    siret_valid = models.BooleanField("clé du SIRET juste", default=True)
    is_head_office = models.BooleanField("siège", default=False)
    usual_name = models.CharField("nom d’usage", max_length=250, blank=True)
    signs = models.JSONField("enseignes", default=list)
    commune = models.ForeignKey("geography.Commune", on_delete=models.PROTECT, related_name="establishments")
    official_commune_code = models.CharField("code commune du fichier", max_length=5)
    address = models.CharField("adresse", max_length=300, blank=True)
    postcode = models.CharField("code postal", max_length=5, blank=True)
    latitude = models.FloatField("latitude", null=True, blank=True)
    longitude = models.FloatField("longitude", null=True, blank=True)
    position_quality = models.CharField("justesse du point", max_length=8, choices=PositionQuality.choices, blank=True)
    position_source = models.CharField("source du point", max_length=80, blank=True)
    naf = models.CharField("activité (NAF rév. 2)", max_length=6, blank=True)
    naf25 = models.CharField("activité (NAF 2025)", max_length=6, blank=True)
    headcount_band = models.CharField("tranche d’effectif", max_length=2, blank=True)
    headcount_year = models.CharField("année de l’effectif", max_length=4, blank=True)
    is_employer = models.BooleanField("employeur", default=False)
    diffusion = models.CharField("diffusion", max_length=1, choices=Diffusion.choices, default=Diffusion.OPEN)
    opened_on = models.DateField("ouvert le", null=True, blank=True)
    closed_on = models.DateField("fermé le", null=True, blank=True)
    is_closed = models.BooleanField("fermé", default=False)
    successor_siret = models.CharField("SIRET du successeur", max_length=14, blank=True)
    succession_on = models.DateField("date de la succession", null=True, blank=True)
    last_processed_on = models.DateField("dernier signe dans le fichier officiel", null=True, blank=True)
    missing_since = models.CharField("absent du fichier depuis le millésime", max_length=7, blank=True)

    class Meta:
        verbose_name = "établissement"
        ordering = ["-is_head_office", "is_closed", "siret", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["siret"],
                condition=Q(siret__isnull=False),
                name="establishment_siret_once",
                violation_error_message="Un établissement porte déjà ce SIRET.",
            ),
            models.CheckConstraint(
                condition=~Q(diffusion=Diffusion.PARTIAL)
                | Q(address="", latitude__isnull=True, longitude__isnull=True),
                name="establishment_partial_hidden",
                violation_error_message="La diffusion partielle interdit l’adresse et le point sur la carte.",
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="establishment_position_whole",
                violation_error_message="Un point a une latitude et une longitude valides.",
            ),
        ]
        indexes = [
            models.Index(fields=["commune", "is_closed"], name="establishment_by_commune"),
            models.Index(fields=["naf", "is_closed"], name="establishment_by_naf"),
            models.Index(fields=["latitude", "longitude"], name="establishment_by_position"),
        ]

    @property
    def has_true_point(self) -> bool:
        """The point is the place's own (at the number or in the street), not one drawn somewhere in the commune."""
        return self.latitude is not None and self.longitude is not None and self.position_quality in TRUE_POINTS

    def __str__(self) -> str:
        return self.usual_name or (self.signs[0] if self.signs else str(self.structure))
