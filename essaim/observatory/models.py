"""What the observatory keeps: vintages with their files and cells, facts said by others, comments, yearly notes.

A figure is never stored: it is worked out from cells (`evaluation`), with everything that explains it.
"""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from essaim.observatory.enums import FactRole, FamilyGroup, Field, Level, Measure, Population, Source, Workers

FIRST_YEAR, LAST_YEAR = 1990, 2100
AXES = ("level", "code", "population", "family", "sector", "size", "workers", "measure")
YEARS = (MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR))


class Vintage(models.Model):
    """What one source says of one period (« 2018 », « 2026-10 »). Visitors see it while `published_at` is set.

    The demonstration's invented vintage and the real one of the same period never share a row.
    """

    source = models.CharField("source", max_length=20, choices=Source.choices)
    field = models.CharField("champ", max_length=20, choices=Field.choices)
    period = models.CharField("période", max_length=7)
    year = models.PositiveSmallIntegerField("année", validators=YEARS)
    perimeter_version = models.CharField("périmètre de l’ESS", max_length=40, blank=True)
    fictitious = models.BooleanField("inventé", default=False)
    loaded_at = models.DateTimeField("chargé le")
    published_at = models.DateTimeField("publié le", null=True, blank=True)

    class Meta:
        verbose_name = "millésime"
        ordering = ["source", "-year", "-period"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "field", "period", "fictitious"],
                name="vintage_once",
                violation_error_message="Ce millésime est déjà chargé.",
            ),
            models.CheckConstraint(
                condition=Q(year__gte=FIRST_YEAR, year__lte=LAST_YEAR),
                name="vintage_year_likely",
                violation_error_message="Cette année n’est pas vraisemblable.",
            ),
        ]

    def __str__(self) -> str:
        return f"{Source(self.source).short} {self.period}"


class SourceFile(models.Model):
    """One table of one file that a vintage was read from. Its cells go with it."""

    vintage = models.ForeignKey(Vintage, verbose_name="millésime", on_delete=models.CASCADE, related_name="files")
    table = models.CharField("tableau", max_length=40)
    layout = models.CharField("forme reconnue", max_length=40)
    name = models.CharField("fichier", max_length=200)
    sheet = models.CharField("feuille", max_length=100, blank=True)
    sha256 = models.CharField("empreinte SHA-256", max_length=64)
    size = models.PositiveBigIntegerField("octets")
    report = models.JSONField("rapport de lecture", default=dict)
    loaded_at = models.DateTimeField("chargé le")
    loaded_by = models.CharField("chargé par", max_length=200)

    class Meta:
        verbose_name = "fichier source"
        ordering = ["table", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["vintage", "table"],
                name="source_table_once",
                violation_error_message="Ce tableau est déjà chargé pour ce millésime.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}{f' ({self.sheet})' if self.sheet else ''}"


class Cell(models.Model):
    """One number of one table. No value: the source keeps it secret. No row: the source says nothing."""

    file = models.ForeignKey(SourceFile, on_delete=models.CASCADE, related_name="cells")
    vintage = models.ForeignKey(Vintage, on_delete=models.CASCADE, related_name="cells")
    line = models.PositiveIntegerField("ligne du fichier", null=True)
    level = models.CharField("maille", max_length=10, choices=Level.choices)
    code = models.CharField("territoire", max_length=9)
    population = models.CharField("population", max_length=16, choices=Population.choices)
    family = models.CharField("famille", max_length=24, choices=FamilyGroup.choices, blank=True)
    sector = models.CharField("secteur", max_length=20, blank=True)
    size = models.CharField("tranche d’effectif", max_length=8, blank=True)
    workers = models.CharField("salariés", max_length=10, choices=Workers.choices, blank=True)
    measure = models.CharField("mesure", max_length=16, choices=Measure.choices)
    value = models.DecimalField("valeur", max_digits=18, decimal_places=2, null=True)

    class Meta:
        verbose_name = "cellule"
        constraints = [
            models.UniqueConstraint(
                fields=["vintage", *AXES],
                name="cell_once",
                violation_error_message="Le même chiffre est donné deux fois.",
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=True) | Q(value__gte=0),
                name="cell_not_negative",
                violation_error_message="Un effectif ne peut pas être négatif.",
            ),
        ]
        indexes = [models.Index(fields=["level", "code", "vintage"], name="cell_by_territory")]

    def __str__(self) -> str:
        return f"{self.measure} {self.population} {self.level} {self.code}"


class PublishedFact(models.Model):
    """A figure that somebody published or announced, with its citation: it cannot be worked out again here."""

    role = models.CharField("nature", max_length=10, choices=FactRole.choices)
    indicator = models.CharField("indicateur", max_length=60)
    level = models.CharField("maille", max_length=10, choices=Level.choices)
    code = models.CharField("territoire", max_length=9)
    year = models.PositiveSmallIntegerField("année du chiffre", validators=YEARS)
    field = models.CharField("champ", max_length=20, choices=Field.choices, blank=True)
    value = models.DecimalField("valeur", max_digits=18, decimal_places=2)
    wording = models.CharField("tel qu’il est dit", max_length=200, blank=True)
    source_title = models.CharField("source", max_length=300)
    source_url = models.URLField("adresse de la source", max_length=500, blank=True)
    said_on = models.DateField("date de publication ou de lecture", null=True, blank=True)
    file_to_load = models.CharField("fichier qui permettrait de le recalculer", max_length=200, blank=True)
    written_by = models.CharField("saisi par", max_length=200)
    written_at = models.DateTimeField("saisi le")

    class Meta:
        verbose_name = "chiffre publié"
        ordering = ["indicator", "-year"]
        constraints = [
            models.UniqueConstraint(
                fields=["role", "indicator", "level", "code", "year", "field"],
                name="fact_once",
                violation_error_message="Un chiffre est déjà donné pour cet indicateur, ce territoire et cette année.",
            ),
            models.CheckConstraint(
                condition=Q(value__gte=0),
                name="fact_not_negative",
                violation_error_message="Un chiffre publié ne peut pas être négatif.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.code} {self.year}"


class Comment(models.Model):
    """What the ESS service says of a figure, in its own words, under it."""

    indicator = models.CharField("indicateur", max_length=60)
    level = models.CharField("maille", max_length=10, choices=Level.choices)
    code = models.CharField("territoire", max_length=9)
    text = models.TextField("commentaire", max_length=1500)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="écrit par", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    written_at = models.DateTimeField("écrit le")

    class Meta:
        verbose_name = "commentaire d’un chiffre"
        ordering = ["indicator"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "level", "code"],
                name="comment_once",
                violation_error_message="Un commentaire existe déjà pour ce chiffre : modifiez-le.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.code}"


class Note(models.Model):
    """The yearly note of a territory, as issued: its content is frozen, its PDF is a file of the media folder."""

    level = models.CharField("maille", max_length=10, choices=Level.choices)
    code = models.CharField("territoire", max_length=9)
    year = models.PositiveSmallIntegerField("année de la note", validators=YEARS)
    content = models.JSONField("contenu")
    pdf = models.FileField("PDF", upload_to="observatoire/notes/", max_length=200)
    issued_at = models.DateTimeField("produite le")
    issued_by = models.CharField("produite par", max_length=200)

    class Meta:
        verbose_name = "note de l’observatoire"
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(
                fields=["level", "code", "year"],
                name="note_once",
                violation_error_message="La note de cette année existe déjà : produisez-la à nouveau.",
            )
        ]

    def __str__(self) -> str:
        return f"Note {self.year} {self.code}"
