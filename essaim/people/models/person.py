"""Persons: whoever signs in. The e-mail address is the identifier; there is no username."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower


class PersonManager(BaseUserManager["Person"]):
    """Makes persons with a normalised address."""

    def create_user(self, email: str, password: str | None = None, **fields: object) -> Person:
        """Create a person; without a password nobody can sign in with one. Raises ValueError on an empty address."""
        if not email:
            raise ValueError("Une personne a besoin d’une adresse électronique.")
        person = self.model(email=self.normalize_email(email).lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> Person:
        """Create an administrator."""
        return self.create_user(email, password, is_officer=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str | None) -> Person:
        """Return the person of that address, whatever its case."""
        return self.get(email=(email or "").lower())


class Person(AbstractBaseUser, PermissionsMixin):
    """Someone with an account. What they may do comes from elsewhere: their offices, the mandates that structures gave.

    An erased account keeps its row, without a name nor an address: the journal and decisions still point to somebody.
    """

    email = models.EmailField("adresse électronique", unique=True)
    name = models.CharField("nom affiché", max_length=150, blank=True)
    is_officer = models.BooleanField("chargé·e de mission ESS", default=False)
    is_active = models.BooleanField("compte actif", default=True)
    joined_at = models.DateTimeField("inscrit·e le", auto_now_add=True)
    contact_consent_at = models.DateTimeField("accepte d’être contacté·e depuis le", null=True, blank=True)
    warned_at = models.DateTimeField("prévenu·e de la suppression le", null=True, blank=True)
    erased_at = models.DateTimeField("effacé·e le", null=True, blank=True)

    objects: ClassVar[PersonManager] = PersonManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = "personne"
        constraints = [
            models.UniqueConstraint(
                Lower("email"), name="person_email_once", violation_error_message="Cette adresse a déjà un compte."
            )
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def journal_label(self) -> str:
        """How what stays written calls somebody (`journal.label_of`): never by the address."""
        return self.name or f"compte n° {self.pk}"

    def get_full_name(self) -> str:
        """What libraries call somebody (Django's convention): the name, or nothing when none was given."""
        return self.name
