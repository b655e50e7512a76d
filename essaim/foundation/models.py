"""Nouns that every room shares: the territory's identity, the journal, links between nouns."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

HEX_COLOUR = RegexValidator(r"^#[0-9a-fA-F]{6}$", "Écrivez une couleur comme « #f4b41a ».")


class Territory(models.Model):
    """One EPCI served by this installation, with the identity of its site: the only owner of name, logo, colours.

    An installation holds a set of them; the lowest `rank` is the one whose identity the site wears.
    """

    siren = models.CharField("SIREN de l’EPCI", max_length=9, unique=True)
    name = models.CharField("nom de la collectivité", max_length=200)
    short_name = models.CharField("nom court", max_length=80)
    site_name = models.CharField("nom du site", max_length=80, default="L’ESS en commun")
    rank = models.PositiveSmallIntegerField("rang", default=0)
    logo = models.ImageField("logo", upload_to="territory/", blank=True)
    logo_alt = models.CharField("texte du logo", max_length=200, blank=True)
    honey = models.CharField("couleur d’accent", max_length=7, default="#f4b41a", validators=[HEX_COLOUR])
    leaf = models.CharField("couleur d’action", max_length=7, default="#1d6b52", validators=[HEX_COLOUR])
    address = models.CharField("adresse", max_length=300, blank=True)
    phone = models.CharField("téléphone", max_length=30, blank=True)
    email = models.EmailField("courriel de la mission ESS", blank=True)
    website = models.URLField("site de la collectivité", blank=True)
    hours = models.JSONField("horaires", default=dict, blank=True, help_text="Voir foundation.hours.WeeklyHours.")
    hours_source = models.CharField("source des horaires", max_length=200, blank=True)
    school_zone = models.CharField(
        "zone de vacances scolaires",
        max_length=1,
        blank=True,
        choices=[("A", "zone A"), ("B", "zone B"), ("C", "zone C")],
        help_text="Vide : celle du département où vivent le plus d’habitants.",
    )

    class Meta:
        ordering = ["rank", "siren"]
        verbose_name = "territoire"

    def __str__(self) -> str:
        return self.name


class SchoolPeriod(models.Model):
    """Holidays that the officer wrote for a school year that the official calendar does not hold, or holds wrongly."""

    territory = models.ForeignKey(Territory, on_delete=models.CASCADE, related_name="school_periods")
    year = models.PositiveSmallIntegerField("rentrée", help_text="L’année où commence l’année scolaire.")
    name = models.CharField("vacances", max_length=60)
    first = models.DateField("premier jour sans classe")
    last = models.DateField("dernier jour sans classe")

    class Meta:
        ordering = ["first"]
        verbose_name = "période de vacances scolaires"
        verbose_name_plural = "périodes de vacances scolaires"
        constraints = [
            models.CheckConstraint(
                condition=Q(last__gte=models.F("first")),
                name="school_period_ends_after_start",
                violation_error_message="La fin des vacances ne peut pas précéder leur début.",
            ),
            models.UniqueConstraint(
                fields=["territory", "first"],
                name="school_period_once",
                violation_error_message="Des vacances commencent déjà ce jour-là.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.year}-{self.year + 1})"


class JournalIsImmutable(RuntimeError):
    """Somebody tried to rewrite the journal."""

    def __init__(self) -> None:
        super().__init__("Le journal ne se modifie pas et ne s’efface pas : écrivez une nouvelle entrée.")


class JournalQuerySet(models.QuerySet["JournalEntry"]):
    """Entries are added and read, nothing else."""

    def update(self, **_kwargs: object) -> int:
        """Refuse."""
        raise JournalIsImmutable

    def delete(self) -> tuple[int, dict[str, int]]:
        """Refuse."""
        raise JournalIsImmutable


class JournalEntry(models.Model):
    """Who did what, when, why, on which object: written by `journal.record()`, never edited, never erased."""

    at = models.DateTimeField("quand", auto_now_add=True, db_index=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="par", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    by_label = models.CharField("par (texte)", max_length=200)
    verb = models.CharField("verbe", max_length=80)
    content_type = models.ForeignKey(ContentType, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    object_id = models.CharField("objet", max_length=40, blank=True)
    object_label = models.CharField("objet (texte)", max_length=300, blank=True)
    reason = models.TextField("pourquoi", blank=True)
    before = models.JSONField("avant", null=True, blank=True)
    after = models.JSONField("après", null=True, blank=True)
    group = models.CharField("groupe", max_length=36, blank=True, db_index=True)

    objects = JournalQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["content_type", "object_id", "-id"], name="journal_by_object"),
            models.Index(fields=["verb", "-id"], name="journal_by_verb"),
        ]
        verbose_name = "entrée du journal"
        verbose_name_plural = "journal"

    def __str__(self) -> str:
        return f"{self.verb} · {self.object_label}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the entry; an entry that exists is never written again (JournalIsImmutable)."""
        if not self._state.adding:
            raise JournalIsImmutable
        super().save(*args, **kwargs)

    def delete(self, *_args: object, **_kwargs: object) -> tuple[int, dict[str, int]]:
        """Refuse."""
        raise JournalIsImmutable


class JournalSubject(models.Model):
    """An entry also concerns this object, other than its own: the structure of a claim, the one of a grant.

    The timeline of a structure reads them: rooms that open later appear there without a word (see `journal.about`).
    """

    entry = models.ForeignKey(JournalEntry, on_delete=models.PROTECT, related_name="subjects")
    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    object_id = models.CharField("objet", max_length=40)

    class Meta:
        verbose_name = "sujet d’une entrée du journal"
        verbose_name_plural = "sujets des entrées du journal"
        ordering = ["-id"]
        indexes = [models.Index(fields=["content_type", "object_id", "-entry"], name="journal_subject_of")]

    def __str__(self) -> str:
        return f"{self.entry} ({self.object_id})"


class Link(models.Model):
    """A typed link between two nouns of rooms that may not know each other (a grant and an action)."""

    kind = models.CharField("nature", max_length=60)
    from_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    from_id = models.PositiveBigIntegerField()
    from_object = GenericForeignKey("from_type", "from_id")
    to_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    to_id = models.PositiveBigIntegerField()
    to_object = GenericForeignKey("to_type", "to_id")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "lien"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "from_type", "from_id", "to_type", "to_id"],
                name="link_once",
                violation_error_message="Ce lien existe déjà.",
            ),
            models.CheckConstraint(
                condition=~Q(from_type=models.F("to_type"), from_id=models.F("to_id")),
                name="link_two_ends",
                violation_error_message="Un objet ne peut pas être lié à lui-même.",
            ),
        ]
        indexes = [models.Index(fields=["to_type", "to_id"], name="link_by_target")]

    def __str__(self) -> str:
        return f"{self.from_object} → {self.to_object} ({self.kind})"
