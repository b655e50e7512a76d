"""Brings the officer's spreadsheet in, in one transaction; `contacts_undo` takes it out again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.crypto import salted_hmac

from essaim.directory.actions.decisions import DecisionRefused, admit_new, decide
from essaim.directory.actions.locks import directory_locked
from essaim.directory.contacts_import import (
    Columns,
    Judged,
    Line,
    Matcher,
    Verdict,
    counts,
    judge_all,
    read_lines,
    recognise,
)
from essaim.directory.enums import Decision
from essaim.directory.finding import matcher
from essaim.directory.models import Contact, ContactImport, LocalDecision, Structure, Tag
from essaim.directory.models.contacts import StructureTag
from essaim.foundation import journal
from essaim.foundation.chunks import chunks
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


@dataclass(frozen=True, slots=True)
class _File:
    """A spreadsheet, read and cleaned."""

    name: str
    columns: Columns
    lines: list[Line]

    @classmethod
    def read(cls, content: bytes, filename: str) -> _File:
        """Raises UnreadableTable, NotContacts."""
        table = read_table(content, filename)
        columns = recognise(table.columns)
        return cls(filename, columns, read_lines(table, columns))

    def judged(self, known: Matcher, choices: Mapping[int, int] | None = None) -> Preview:
        """What it would do to the structures known."""
        verdicts = judge_all(self.lines, known, choices)
        return Preview(self.name, self.columns, verdicts, {pk: place.told for pk, place in known.by_id.items()})


def preview(*, content: bytes, filename: str, scope: Collection[str] | None = None) -> Preview:
    """Read a table (CSV, XLSX, ODS) and judge each line; nothing is written. Raises UnreadableTable, NotContacts."""
    file = _File.read(content, filename)
    return file.judged(matcher(current_scope() if scope is None else scope))


@dataclass(slots=True)
class _Brought:
    """What the import creates, enough to undo it."""

    contacts: list[tuple[int, str]] = field(default_factory=list)
    tags: list[int] = field(default_factory=list)
    structures: list[int] = field(default_factory=list)
    placed: int = 0
    decisions: int = 0

    def as_json(self) -> dict[str, Any]:
        return {"contacts": self.contacts, "tags": self.tags, "structures": self.structures}

    def counts(self) -> dict[str, int]:
        return {
            "contacts": len(self.contacts),
            "placed_tags": self.placed,
            "decisions": self.decisions,
            "structures": len(self.structures),
        }


def digest(contact: Contact) -> str:
    """What a contact holds, so that a change shows and nothing can be read or guessed back."""
    values = json.dumps([contact.pk, *(getattr(contact, name) for name in CONTACT_FIELDS)])
    return salted_hmac("essaim.directory.contacts", values, algorithm="sha256").hexdigest()


def import_contacts(
    *,
    content: bytes,
    filename: str,
    by: Author,
    choices: Mapping[int, int] | None = None,
    expected: str | None = None,
    scope: Collection[str] | None = None,
) -> ContactImport:
    """Apply a file: contacts, tags, admissions and exclusions, all or nothing.

    Lines to review or refused bring nothing, but for those whose structure a person chose among the candidates
    (`choices`: structure by line number; anything else is ignored). With `expected` (a preview's fingerprint), raises
    VerdictsMoved when the preview would no longer be that one. What the directory already knows is not doubled: the
    same file twice brings nothing the second time. Contacts and tags cost the same queries whatever their number.
    """
    file = _File.read(content, filename)
    with directory_locked(), journal.group():
        known = matcher(current_scope() if scope is None else scope)
        seen = file.judged(known)
        if expected is not None and seen.fingerprint != expected:
            raise VerdictsMoved("L’annuaire a changé depuis l’aperçu : relisez-le, puis confirmez.")
        if choices:
            seen = file.judged(known, choices)
        row = ContactImport.objects.create(
            filename=filename[:200],
            by=by if isinstance(by, Person) else None,
            by_label=journal.label_of(by)[:200],
            columns=seen.columns.as_json(),
        )
        applier = _Applier(row, by, seen.verdicts)
        row.verdicts = [_told(judged, seen, *applier.apply(judged)) for judged in seen.verdicts]
        brought = applier.written()
        row.brought = brought.as_json()
        row.counts = seen.counts | brought.counts()
        row.save(update_fields=["verdicts", "brought", "counts"])
        journal.record(by=by, verb="contacts importés", obj=row, after=row.counts)
    return row


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
    """Brings the lines in, one after the other, inside the import's transaction.

    Structures and decisions are written as they come; contacts and tags all together, by `written`.
    """

    def __init__(self, row: ContactImport, by: Author, verdicts: Sequence[Judged]) -> None:
        self.row, self.by, self.brought = row, by, _Brought()
        self.structures: dict[int, Structure] = {}
        self.known: set[tuple[Any, ...]] = set()
        self.placed: set[tuple[int, int]] = set()
        self.last: dict[int, tuple[str, str]] = {}
        self.admitted: dict[tuple[str, str], Structure] = {}
        self.contacts: list[Contact] = []
        self.placings: list[StructureTag] = []
        for ids in chunks(sorted({judged.structure_id for judged in verdicts if judged.structure_id})):
            mine = {"structure__in": ids}
            self.structures.update(Structure.objects.in_bulk(ids))
            self.known.update(Contact.objects.filter(**mine).values_list("structure_id", *CONTACT_FIELDS))
            self.placed.update(StructureTag.objects.filter(**mine).values_list("structure_id", "tag_id"))
            decisions = LocalDecision.objects.filter(**mine).order_by("pk")
            self.last.update(
                {
                    pk: (decision, reason)
                    for pk, decision, reason in decisions.values_list("structure_id", "decision", "reason")
                }
            )
        useful = [judged for judged in verdicts if judged.verdict in {Verdict.ADMIT, Verdict.MATCHED}]
        self.communes = Commune.objects.in_bulk({judged.commune for judged in useful if judged.commune})
        self.tags = self._tags(name for judged in useful for name in judged.line.tags)

    def _tags(self, names: Iterable[str]) -> dict[str, Tag]:
        """The tags of these names, whatever their case; those that are missing are made."""
        found: dict[str, Tag] = {}
        for tag in Tag.objects.order_by("pk"):
            found.setdefault(tag.name.casefold(), tag)
        new: dict[str, Tag] = {}
        for name in names:
            if name.casefold() not in found:
                new.setdefault(name.casefold(), Tag(name=name))
        made = Tag.objects.bulk_create(new.values(), batch_size=500)
        self.brought.tags = [tag.pk for tag in made]
        return found | new

    def written(self) -> _Brought:
        """Write the contacts and the tags, and say all that was brought."""
        made = Contact.objects.bulk_create(self.contacts, batch_size=500)
        self.brought.contacts = [(contact.pk, digest(contact)) for contact in made]
        self.brought.placed = len(StructureTag.objects.bulk_create(self.placings, batch_size=500))
        return self.brought

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
                commune=self.communes[judged.commune],
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
        values = (line.contact, line.function, line.email, line.phone, line.note)
        if (structure.pk, *values) in self.known:
            did.append("contact déjà connu")
            return
        self.known.add((structure.pk, *values))
        told = dict(zip(CONTACT_FIELDS, values, strict=True))
        self.contacts.append(Contact(structure=structure, contact_import=self.row, **told))
        did.append("contact ajouté" if line.has_contact else "note ajoutée")

    def _add_tag(self, structure: Structure, name: str, did: list[str]) -> None:
        tag = self.tags[name.casefold()]
        if (structure.pk, tag.pk) in self.placed:
            return
        self.placed.add((structure.pk, tag.pk))
        self.placings.append(StructureTag(structure=structure, tag=tag, contact_import=self.row))
        did.append(f"étiquette « {tag.name} » posée")

    def _decide(self, structure: Structure, judged: Judged, did: list[str]) -> None:
        line = judged.line
        said = (line.decision, line.reason.strip())
        if self.last.get(structure.pk) == said:
            did.append("décision déjà prise")
            return
        self.last[structure.pk] = said
        decide(structure=structure, decision=line.decision, reason=line.reason, by=self.by, contact_import=self.row)
        self.brought.decisions += 1
        did.append("structure admise" if line.decision == Decision.ADMIT else "structure écartée")
