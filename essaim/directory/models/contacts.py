"""The officer's own address book: INTERNAL data, seen by officers only, brought in from her spreadsheet."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from essaim.directory.models.structure import Structure


class ContactImport(models.Model):
    """One spreadsheet brought in: what each line became, and what is needed to undo it."""

    filename = models.CharField("fichier", max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    by_label = models.CharField("par (texte)", max_length=200)
    at = models.DateTimeField("le", auto_now_add=True)
    columns = models.JSONField("colonnes reconnues", default=dict)
    verdicts = models.JSONField("verdict ligne par ligne", default=list)
    brought = models.JSONField(
        "ce que l’import a créé",
        default=dict,
        help_text="Contacts avec l’empreinte de ce qui est écrit, étiquettes et structures nouvelles.",
    )
    counts = models.JSONField("comptes", default=dict, help_text="Lignes par verdict, et ce que l’import a créé.")
    undone_at = models.DateTimeField("annulé le", null=True, blank=True)

    class Meta:
        verbose_name = "import de contacts"
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.filename


class Contact(models.Model):
    """A person or a desk to reach in a structure. Never on a public page."""

    structure = models.ForeignKey(Structure, on_delete=models.CASCADE, related_name="contacts")
    name = models.CharField("nom", max_length=150, blank=True)
    role = models.CharField("fonction", max_length=150, blank=True)
    email = models.EmailField("courriel", blank=True)
    phone = models.CharField("téléphone", max_length=20, blank=True)
    note = models.TextField("note", blank=True)
    contact_import = models.ForeignKey(
        ContactImport, null=True, blank=True, on_delete=models.SET_NULL, related_name="contacts"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "contact"
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name or self.email or self.phone or "Note"


class Tag(models.Model):
    """A word of the officer's own to sort structures (« club des épiceries »). Internal."""

    name = models.CharField("étiquette", max_length=60, unique=True)
    structures = models.ManyToManyField(Structure, related_name="tags", through="StructureTag")

    class Meta:
        verbose_name = "étiquette"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class StructureTag(models.Model):
    """A tag put on a structure, and by which import."""

    structure = models.ForeignKey(Structure, on_delete=models.CASCADE)
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE)
    contact_import = models.ForeignKey(ContactImport, null=True, blank=True, on_delete=models.SET_NULL)

    class Meta:
        verbose_name = "étiquette posée"
        constraints = [
            models.UniqueConstraint(
                fields=["structure", "tag"], name="tag_once", violation_error_message="Cette étiquette est déjà posée."
            )
        ]

    def __str__(self) -> str:
        return f"{self.tag} · {self.structure}"
