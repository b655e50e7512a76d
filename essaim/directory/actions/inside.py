"""What the team writes for itself about a structure: notes, contacts, tags. INTERNAL data, none of it public."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from essaim.directory.cardfields import clean_phone
from essaim.directory.models import Contact, Structure, StructureNote, Tag
from essaim.directory.models.contacts import StructureTag
from essaim.foundation import journal
from essaim.foundation.addresses import clean_address
from essaim.foundation.journal import Author
from essaim.foundation.plaintext import clean_line, clean_text
from essaim.people.models import Person

LONGEST_NOTE, LONGEST_TAG = 4000, 60


class InsideRefused(ValueError):
    """It cannot be kept; the message says why, in French."""


def write_note(
    *, structure: Structure, text: str, by: Author, is_pinned: bool = False, note: StructureNote | None = None
) -> StructureNote:
    """Add a note, or (`note`) change one. The journal never holds its words. Raises InsideRefused."""
    text = clean_text(text)
    if not text:
        raise InsideRefused("Écrivez la note.")
    if len(text) > LONGEST_NOTE:
        raise InsideRefused(f"Cette note est trop longue : {LONGEST_NOTE} caractères au plus.")
    with transaction.atomic():
        if note is None:
            note = StructureNote.objects.create(
                structure=structure,
                text=text,
                is_pinned=is_pinned,
                by=by if isinstance(by, Person) else None,
                by_label=journal.label_of(by)[:200],
            )
            journal.record(by=by, verb="note interne ajoutée", obj=structure)
            return note
        note = StructureNote.objects.select_for_update(of=("self",)).get(pk=note.pk, structure=structure)
        if (note.text, note.is_pinned) != (text, is_pinned):
            note.text, note.is_pinned, note.edited_at = text, is_pinned, timezone.now()
            note.save(update_fields=["text", "is_pinned", "edited_at"])
            journal.record(by=by, verb="note interne modifiée", obj=structure)
    return note


def erase_note(*, note: StructureNote, by: Author) -> None:
    """Erase a note, words and all."""
    with transaction.atomic():
        structure = Structure.objects.get(pk=note.structure_id)
        number, _ = StructureNote.objects.filter(pk=note.pk).delete()
        if number:
            journal.record(by=by, verb="note interne effacée", obj=structure)


def save_contact(
    *, structure: Structure, values: Mapping[str, str], by: Author, contact: Contact | None = None
) -> Contact:
    """Add a contact of the officer's book (name, role, email, phone, note), or change one. Raises InsideRefused."""
    try:
        kept = {
            "name": clean_line(values.get("name", "")),
            "role": clean_line(values.get("role", "")),
            "email": clean_address(values["email"]) if values.get("email", "").strip() else "",
            "phone": clean_phone(values.get("phone", "")),
            "note": clean_text(values.get("note", "")),
        }
    except ValidationError as error:
        raise InsideRefused(" ".join(error.messages)) from error
    if not any(kept[name] for name in ("name", "email", "phone", "note")):
        raise InsideRefused("Donnez au moins un nom, un courriel, un téléphone ou une note.")
    with transaction.atomic():
        row = contact
        if row is None:
            row = Contact(structure=structure)
            verb = "contact ajouté"
        else:
            row = Contact.objects.select_for_update(of=("self",)).get(pk=row.pk, structure=structure)
            verb = "contact modifié"
            if all(getattr(row, name) == value for name, value in kept.items()):
                return row
        changed = [name for name, value in kept.items() if getattr(row, name) != value]
        for name, value in kept.items():
            setattr(row, name, value)
        try:
            row.full_clean(exclude=["structure", "contact_import"])
        except ValidationError as error:
            raise InsideRefused(" ".join(error.messages)) from error
        row.save()
        journal.record(by=by, verb=verb, obj=structure, after={"fields": changed})
    return row


def erase_contact(*, contact: Contact, by: Author) -> None:
    """Erase a contact of the officer's book."""
    with transaction.atomic():
        structure = Structure.objects.get(pk=contact.structure_id)
        number, _ = Contact.objects.filter(pk=contact.pk).delete()
        if number:
            journal.record(by=by, verb="contact effacé", obj=structure)


def put_tag(*, structure: Structure, name: str, by: Author) -> Tag:
    """Put a tag on a structure; one that does not exist is made, whatever the case typed. Raises InsideRefused."""
    name = clean_line(name)
    if not name:
        raise InsideRefused("Écrivez l’étiquette.")
    if len(name) > LONGEST_TAG:
        raise InsideRefused(f"Cette étiquette est trop longue : {LONGEST_TAG} caractères au plus.")
    with transaction.atomic():
        Structure.objects.select_for_update().get(pk=structure.pk)
        tag = Tag.objects.filter(name__iexact=name).first() or Tag.objects.create(name=name)
        _row, is_new = StructureTag.objects.get_or_create(structure=structure, tag=tag)
        if is_new:
            journal.record(by=by, verb="étiquette posée", obj=structure, after={"tag": tag.name})
    return tag


def take_tag_off(*, structure: Structure, tag: Tag, by: Author) -> None:
    """Take a tag off a structure; the tag itself stays for the others, and goes with the last one."""
    with transaction.atomic():
        number, _ = StructureTag.objects.filter(structure=structure, tag=tag).delete()
        if number:
            journal.record(by=by, verb="étiquette retirée", obj=structure, before={"tag": tag.name})
            if not StructureTag.objects.filter(tag=tag).exists():
                Tag.objects.filter(pk=tag.pk).delete()
