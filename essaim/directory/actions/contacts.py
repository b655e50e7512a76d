"""Brings the officer's spreadsheet in, in one transaction, and takes it out again exactly."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from essaim.directory.actions.decisions import DecisionRefused, admit_new, decide, refresh_criterion
from essaim.directory.actions.indexing import reindex
from essaim.directory.actions.locks import directory_locked
from essaim.directory.contacts_import import Columns, Judged, Verdict, counts, judge_all, read_lines, recognise
from essaim.directory.enums import Decision
from essaim.directory.finding import matcher
from essaim.directory.models import Contact, ContactImport, Establishment, LocalDecision, Structure, Tag
from essaim.directory.models.contacts import StructureTag
from essaim.foundation import journal
from essaim.foundation.identifiers import InvalidIdentifier
from essaim.foundation.journal import Author
from essaim.foundation.spreadsheets import read_table
from essaim.foundation.territories import current_scope
from essaim.geography.models import Commune
from essaim.people.models import Person

CONTACT_FIELDS = ("name", "role", "email", "phone", "note")


class ImportRefused(ValueError):
    """The import, or its undoing, cannot be done; the message says why, in French."""


class VerdictsMoved(ImportRefused):
    """The directory changed since the preview: what would be done is no longer what was shown."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file would do. `fingerprint` changes when any verdict does."""

    filename: str
    columns: Columns
    verdicts: list[Judged]
    names: Mapping[int, str]
    """« Name, commune (key) » by structure id."""

    @property
    def counts(self) -> dict[str, int]:
        """Lines read, and by verdict."""
        return counts(self.verdicts)

    @property
    def fingerprint(self) -> str:
        """Digest of the verdicts."""
        told = [(judged.line.number, judged.verdict.value, judged.structure_id) for judged in self.verdicts]
        return hashlib.sha256(repr(told).encode()).hexdigest()[:32]

    def of(self, *verdicts: Verdict) -> list[Judged]:
        """The lines of some verdicts, in file order."""
        return [judged for judged in self.verdicts if judged.verdict in verdicts]


def preview(
    *, content: bytes, filename: str, scope: Collection[str] | None = None, choices: Mapping[int, int] | None = None
) -> Preview:
    """Read a table (CSV, XLSX, ODS) and judge each line; nothing is written. Raises UnreadableTable, NotContacts.

    `choices`: structure chosen by a person for a line to review, by line number; anything but a proposed candidate is
    ignored.
    """
    table = read_table(content, filename)
    columns = recognise(table.columns)
    lines = read_lines(table, columns)
    known = matcher(current_scope() if scope is None else scope)
    verdicts = judge_all(lines, known, choices)
    return Preview(filename, columns, verdicts, {pk: place.told for pk, place in known.by_id.items()})


@dataclass(slots=True)
class _Brought:
    """What the import creates, enough to undo it."""

    contacts: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    tags: list[int] = field(default_factory=list)
    structures: list[int] = field(default_factory=list)
    placed: int = 0
    decisions: int = 0

    def as_json(self) -> dict[str, Any]:
        return {
            "contacts": [[pk, values] for pk, values in self.contacts],
            "tags": self.tags,
            "structures": self.structures,
            "placed_tags": self.placed,
            "decisions": self.decisions,
        }


def import_contacts(
    *,
    content: bytes,
    filename: str,
    by: Author,
    choices: Mapping[int, int] | None = None,
    expected: str = "",
    scope: Collection[str] | None = None,
) -> ContactImport:
    """Apply a file: contacts, tags, admissions and exclusions, all or nothing.

    Lines to review or refused bring nothing. With `expected` (a preview's fingerprint), raises VerdictsMoved when the
    verdicts are no longer those. What the directory already knows is not doubled: the same file twice brings nothing
    the second time.
    """
    with directory_locked(), journal.group():
        seen = preview(content=content, filename=filename, scope=scope, choices=choices)
        if expected and seen.fingerprint != expected:
            raise VerdictsMoved("L’annuaire a changé depuis l’aperçu : relisez-le, puis confirmez.")
        row = ContactImport.objects.create(
            filename=filename[:200],
            by=by if isinstance(by, Person) else None,
            by_label=str(by)[:200],
            columns=seen.columns.as_json(),
        )
        brought = _Brought()
        applier = _Applier(row, brought, by, seen.verdicts)
        row.verdicts = [_told(judged, seen, *applier.apply(judged)) for judged in seen.verdicts]
        row.brought = brought.as_json()
        row.save(update_fields=["verdicts", "brought"])
        summary = counts_of(row)
        journal.record(by=by, verb="contacts importés", obj=row, after=summary)
    return row


def counts_of(row: ContactImport) -> dict[str, int]:
    """Lines by verdict, and what the import created."""
    by_verdict = {verdict.value: 0 for verdict in Verdict}
    for told in row.verdicts:
        by_verdict[told["verdict"]] += 1
    return {
        "read": len(row.verdicts),
        **by_verdict,
        "contacts": len(row.brought.get("contacts", [])),
        "placed_tags": row.brought.get("placed_tags", 0),
        "decisions": row.brought.get("decisions", 0),
        "structures": len(row.brought.get("structures", [])),
    }


def _told(judged: Judged, seen: Preview, structure: Structure | None, did: Sequence[str]) -> dict[str, Any]:
    """One line as it is kept and shown."""
    pk = structure.pk if structure else judged.structure_id
    name = seen.names.get(pk or 0, "") or (f"{structure.name} ({structure.key})" if structure else "")
    return {
        "line": judged.line.number,
        "name": judged.line.name or judged.line.siret or judged.line.siren or judged.line.rna,
        "verdict": judged.verdict.value,
        "why": judged.why,
        "structure": pk,
        "structure_name": name,
        "did": list(did),
        "remarks": list(judged.line.remarks),
        "candidates": [place.told for place in judged.candidates],
    }


class _Applier:
    """Writes the lines one after the other, inside the import's transaction."""

    def __init__(self, row: ContactImport, brought: _Brought, by: Author, verdicts: Sequence[Judged]) -> None:
        self.row, self.brought, self.by = row, brought, by
        ids = sorted({judged.structure_id for judged in verdicts if judged.structure_id})
        self.structures: dict[int, Structure] = {}
        for start in range(0, len(ids), 500):
            self.structures.update(Structure.objects.in_bulk(ids[start : start + 500]))
        self.admitted: dict[tuple[str, str], Structure] = {}

    def apply(self, judged: Judged) -> tuple[Structure | None, list[str]]:
        """Write one line; return its structure and what was done, in French."""
        did: list[str] = []
        if judged.verdict == Verdict.ADMIT:
            structure = self._admit(judged, did)
        elif judged.verdict == Verdict.MATCHED and judged.structure_id is not None:
            structure = self.structures[judged.structure_id]
        else:
            return None, did
        line = judged.line
        if line.has_contact or line.note:
            self._add_contact(structure, judged, did)
        for name in line.tags:
            self._add_tag(structure, name, did)
        if line.decision and judged.verdict == Verdict.MATCHED:
            self._decide(structure, judged, did)
        return structure, did

    def _admit(self, judged: Judged, did: list[str]) -> Structure:
        line = judged.line
        same = (line.name.casefold(), judged.commune)
        if same in self.admitted:
            return self.admitted[same]
        try:
            structure = admit_new(
                name=line.name,
                commune=Commune.objects.get(pk=judged.commune),
                reason=line.reason,
                by=self.by,
                family=line.family,
                naf=line.naf,
                siret=line.siret,
                siren=line.siren,
                rna=line.rna,
                address=line.address,
                postcode=line.postcode,
                others=None,
                contact_import=self.row,
            )
        except (DecisionRefused, InvalidIdentifier) as error:
            raise ImportRefused(f"Ligne {line.number} : {error}") from error
        self.admitted[same] = structure
        self.brought.structures.append(structure.pk)
        self.brought.decisions += 1
        did.append("structure créée et admise")
        return structure

    def _add_contact(self, structure: Structure, judged: Judged, did: list[str]) -> None:
        line = judged.line
        values = {
            "name": line.contact, "role": line.function, "email": line.email, "phone": line.phone, "note": line.note
        }  # fmt: skip
        if Contact.objects.filter(structure=structure, **values).exists():
            did.append("contact déjà connu")
            return
        contact = Contact.objects.create(structure=structure, contact_import=self.row, **values)
        self.brought.contacts.append((contact.pk, values))
        did.append("contact ajouté" if line.has_contact else "note ajoutée")

    def _add_tag(self, structure: Structure, name: str, did: list[str]) -> None:
        tag = Tag.objects.filter(name__iexact=name).order_by("pk").first()
        if tag is None:
            tag = Tag.objects.create(name=name)
            self.brought.tags.append(tag.pk)
        _placed, made = StructureTag.objects.get_or_create(
            structure=structure, tag=tag, defaults={"contact_import": self.row}
        )
        if made:
            self.brought.placed += 1
            did.append(f"étiquette « {tag.name} » posée")

    def _decide(self, structure: Structure, judged: Judged, did: list[str]) -> None:
        line = judged.line
        last = LocalDecision.objects.filter(structure=structure).order_by("-pk").first()
        if last is not None and (last.decision, last.reason) == (line.decision, line.reason.strip()):
            did.append("décision déjà prise")
            return
        decide(structure=structure, decision=line.decision, reason=line.reason, by=self.by, contact_import=self.row)
        self.brought.decisions += 1
        did.append("structure admise" if line.decision == Decision.ADMIT else "structure écartée")


# --- undo ------------------------------------------------------------------------------------------------------------


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
        placed = StructureTag.objects.filter(contact_import=row)
        done.tags = placed.count()
        placed.delete()
        for tag in Tag.objects.filter(pk__in=row.brought.get("tags", [])).order_by("pk"):
            if StructureTag.objects.filter(tag=tag).exists():
                done.kept.append(f"l’étiquette « {tag} » sert à d’autres structures : elle reste")
            else:
                tag.delete()
        _undo_decisions(row, done)
        _undo_structures(row, done)
        row.undone_at = timezone.now()
        row.save(update_fields=["undone_at"])
        journal.record(by=by, verb="import de contacts annulé", obj=row, after=done.as_json())
    return done


def _undo_contacts(row: ContactImport, done: Undone) -> None:
    written = {int(pk): values for pk, values in row.brought.get("contacts", [])}
    still = {contact.pk: contact for contact in Contact.objects.filter(contact_import=row).select_related("structure")}
    gone = len(written.keys() - still.keys())
    if gone:
        done.kept.append(f"{gone} contact(s) avaient déjà été supprimés")
    same: list[int] = []
    for pk, contact in sorted(still.items()):
        if {name: getattr(contact, name) for name in CONTACT_FIELDS} == written.get(pk):
            same.append(pk)
        else:
            done.kept.append(f"le contact « {contact} » de {contact.structure} a été modifié depuis : il reste")
    for start in range(0, len(same), 500):
        Contact.objects.filter(pk__in=same[start : start + 500]).delete()
    done.contacts = len(same)


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
