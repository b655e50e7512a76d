"""Takes out again exactly what a spreadsheet brought in; what somebody changed since is left, and named."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.crypto import constant_time_compare

from essaim.directory.actions.contacts import ImportRefused, digest
from essaim.directory.actions.decisions import refresh_criterion
from essaim.directory.actions.indexing import reindex
from essaim.directory.actions.locks import directory_locked
from essaim.directory.models import Contact, ContactImport, Establishment, LocalDecision, Structure, Tag
from essaim.directory.models.contacts import StructureTag
from essaim.foundation import journal
from essaim.foundation.chunks import chunks
from essaim.foundation.journal import Author


@dataclass(slots=True)
class Undone:
    """What an undo removed, and what it left because it changed since the import."""

    contacts: int = 0
    tags: int = 0
    decisions: int = 0
    structures: int = 0
    kept: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """For the journal and the command."""
        return {
            "contacts": self.contacts, "tags": self.tags, "decisions": self.decisions, "structures": self.structures,
            "kept": len(self.kept),
        }  # fmt: skip


def undo_import(*, contact_import: ContactImport, by: Author) -> Undone:
    """Remove exactly what the import brought. What somebody changed since is left, and named. ImportRefused if done."""
    with directory_locked(), journal.group():
        row = ContactImport.objects.select_for_update().get(pk=contact_import.pk)
        if row.undone_at is not None:
            raise ImportRefused("Cet import est déjà annulé.")
        done = Undone()
        _undo_contacts(row, done)
        _undo_tags(row, done)
        _undo_decisions(row, done)
        _undo_structures(row, done)
        _forget_values(row)
        row.undone_at = timezone.now()
        row.save(update_fields=["undone_at", "columns", "verdicts", "brought"])
        journal.record(by=by, verb="import de contacts annulé", obj=row, after=done.as_json())
    return done


def _forget_values(row: ContactImport) -> None:
    """Nothing of the file stays with an import that is undone but what became of each line."""
    row.columns, row.brought = {}, {}
    row.verdicts = [told | {"name": "", "structure_name": "", "remarks": [], "did": []} for told in row.verdicts]


def _undo_contacts(row: ContactImport, done: Undone) -> None:
    written: dict[int, str] = dict(row.brought.get("contacts", []))
    still = {contact.pk: contact for contact in Contact.objects.filter(contact_import=row).select_related("structure")}
    gone = len(written.keys() - still.keys())
    if gone:
        done.kept.append(f"{gone} contact(s) avaient déjà été supprimés")
    same: list[int] = []
    for pk, contact in sorted(still.items()):
        if constant_time_compare(digest(contact), written.get(pk, "")):
            same.append(pk)
        else:
            done.kept.append(f"le contact « {contact} » de {contact.structure} a été modifié depuis : il reste")
    for ids in chunks(same):
        Contact.objects.filter(pk__in=ids).delete()
    done.contacts = len(same)


def _undo_tags(row: ContactImport, done: Undone) -> None:
    """Take off the tags it placed, and remove those it made that serve nobody else."""
    placed = StructureTag.objects.filter(contact_import=row)
    done.tags = placed.count()
    placed.delete()
    made = Tag.objects.filter(pk__in=row.brought.get("tags", []))
    useful = made.filter(structures__isnull=False).distinct().order_by("name")
    done.kept += [f"l’étiquette « {tag} » sert à d’autres structures : elle reste" for tag in useful]
    made.filter(structures__isnull=True).delete()


def _undo_decisions(row: ContactImport, done: Undone) -> None:
    decisions = list(LocalDecision.objects.filter(contact_import=row).select_related("structure").order_by("pk"))
    structures = {decision.structure_id: decision.structure for decision in decisions}
    done.decisions = len(decisions)
    LocalDecision.objects.filter(contact_import=row).delete()
    for structure in structures.values():
        last = LocalDecision.objects.filter(structure=structure).order_by("-pk").first()
        if last is not None and last.pk > max(decision.pk for decision in decisions):
            done.kept.append(f"« {structure} » : une décision plus récente demeure")
        refresh_criterion(structure)
    reindex(structures)


def _undo_structures(row: ContactImport, done: Undone) -> None:
    """Structures that the import created go, unless something else came to them since."""
    for structure in Structure.objects.filter(pk__in=row.brought.get("structures", [])).order_by("pk"):
        why = _attached_since(structure)
        if why:
            done.kept.append(f"« {structure} » reste dans l’annuaire : {why}")
            continue
        structure.former_keys.all().delete()
        structure.delete()
        done.structures += 1


def _attached_since(structure: Structure) -> str:
    """What keeps a structure from being removed with the import that created it; empty when nothing does."""
    if structure.vintage:
        return "le fichier officiel la connaît maintenant"
    if structure.merged_into_id is not None:
        return "elle a été réunie à une autre fiche"
    for relation in Structure._meta.related_objects:
        model = relation.related_model
        if model in {Establishment} or relation.many_to_many:
            continue
        if model._base_manager.filter(**{relation.field.name: structure}).exists():
            return f"quelque chose lui a été ajouté depuis ({model._meta.verbose_name})"
    return "" if structure.establishments.count() <= 1 else "un établissement lui a été ajouté depuis"
