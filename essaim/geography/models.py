"""Communes and their EPCI, from the official geographic code (COG); former communes; density grid; contours."""

from __future__ import annotations

from django.db import models


class Density(models.IntegerChoices):
    """INSEE's seven-level density grid. Urban = 1 to 4, rural = 5 to 7 (grid nested in the three-level one)."""

    LARGE_CENTRES = 1, "Grands centres urbains"
    MEDIUM_CENTRES = 2, "Centres urbains intermédiaires"
    SMALL_TOWNS = 3, "Petites villes"
    URBAN_BELTS = 4, "Ceintures urbaines"
    RURAL_TOWNS = 5, "Bourgs ruraux"
    RURAL_SCATTERED = 6, "Rural à habitat dispersé"
    RURAL_VERY_SCATTERED = 7, "Rural à habitat très dispersé"


LAST_URBAN_LEVEL = Density.URBAN_BELTS


class Epci(models.Model):
    """An intercommunal authority (EPCI à fiscalité propre), known by its SIREN."""

    siren = models.CharField("SIREN", max_length=9, primary_key=True)
    name = models.CharField("nom", max_length=200)
    kind = models.CharField("nature", max_length=10, blank=True)
    population = models.PositiveIntegerField("population municipale", null=True)
    cog_year = models.PositiveSmallIntegerField("millésime du code géographique")
    fictitious = models.BooleanField("fictif", default=False)

    class Meta:
        verbose_name = "EPCI"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Commune(models.Model):
    """A commune of today, known by its INSEE code (text: « 2A004 », « 01001 »)."""

    code = models.CharField("code Insee", max_length=5, primary_key=True)
    name = models.CharField("nom", max_length=120)
    # Four islands and the overseas collectivities belong to no EPCI.
    epci = models.ForeignKey(
        Epci, verbose_name="EPCI", null=True, blank=True, on_delete=models.PROTECT, related_name="communes"
    )
    siren = models.CharField("SIREN", max_length=9, blank=True)
    population = models.PositiveIntegerField("population municipale", null=True)
    postcodes = models.JSONField("codes postaux", default=list)
    # Names, former names and postcodes, folded: « ;poitiers;86000; ». Kept by actions, read by `communes_by_text`.
    place_index = models.TextField("texte cherché", blank=True, default="")
    latitude = models.FloatField("latitude du centre", null=True)
    longitude = models.FloatField("longitude du centre", null=True)
    centre_source = models.CharField("source du centre", max_length=120, blank=True)
    density = models.PositiveSmallIntegerField("densité (grille Insee)", choices=Density.choices, null=True)
    density_source = models.CharField("source de la densité", max_length=160, blank=True)
    contour = models.JSONField("contour (GeoJSON)", null=True, blank=True)
    fictitious = models.BooleanField("fictive", default=False)

    class Meta:
        verbose_name = "commune"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_urban(self) -> bool | None:
        """True for density levels 1 to 4, False for 5 to 7, None when the grid is not loaded."""
        return None if self.density is None else self.density <= LAST_URBAN_LEVEL


class FormerKind(models.TextChoices):
    """Why a code or a name is no longer that of a commune of today."""

    MERGED = "merged", "commune fusionnée"
    DELEGATED = "delegated", "commune déléguée"
    ASSOCIATED = "associated", "commune associée"
    DISTRICT = "district", "arrondissement municipal"


class FormerCommune(models.Model):
    """A code or a name that stands alone no longer: it resolves to a commune of today.

    The code is not unique: Beaumont, delegated, has the code 86019 of Beaumont Saint-Cyr. The name is empty when the
    official file keeps only the code.
    """

    code = models.CharField("ancien code Insee", max_length=5, db_index=True)
    name = models.CharField("ancien nom", max_length=120, blank=True)
    kind = models.CharField("nature", max_length=10, choices=FormerKind.choices)
    commune = models.ForeignKey(Commune, on_delete=models.CASCADE, related_name="former_communes")

    class Meta:
        verbose_name = "ancienne commune"
        constraints = [
            models.UniqueConstraint(
                fields=["code", "name"],
                name="former_commune_once",
                violation_error_message="Cette ancienne commune est déjà connue.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name or self.code} → {self.commune}"
