"""Who to reach in a structure, as the structure gives it. Public only with that person's agreement, dated.

The journal says that a contact came, changed or went; never who.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from essaim.directory.actions.card_space import require_mandate
from essaim.directory.cardfields import clean_phone
from essaim.directory.models import CardContact, Structure
from essaim.foundation import journal
from essaim.foundation.addresses import clean_address
from essaim.foundation.plaintext import clean_line
from essaim.people.models import Person

MOST_CONTACTS = 30
LONGEST = 150


class ContactRefused(ValueError):
    """The contact cannot be kept; the message says why, in French."""


@dataclass(frozen=True, slots=True)
class ContactWords:
    """What is written of a contact. `agreed`: that person accepts to be shown."""

    name: str
    role: str = ""
    email: str = ""
    phone: str = ""
    is_public: bool = False
    agreed: bool = False


def save_contact(
    *, structure: Structure, by: Person, words: ContactWords, contact: CardContact | None = None
) -> CardContact:
    """Add a contact, or change one of that structure. Raises ContactRefused, MandateOver."""
    clean = _clean(words)
    with transaction.atomic():
        structure = Structure.objects.select_for_update().get(pk=structure.pk)
        require_mandate(structure, by)
        mine = CardContact.objects.filter(structure=structure)
        row = CardContact(structure=structure) if contact is None else mine.filter(pk=contact.pk).first()
        if row is None:
            raise ContactRefused("Ce contact n’existe plus.")
        if contact is None and mine.count() >= MOST_CONTACTS:
            raise ContactRefused(f"{MOST_CONTACTS} contacts au plus : retirez-en un d’abord.")
        was_public = row.is_public
        row.name, row.role, row.email, row.phone = clean.name, clean.role, clean.email, clean.phone
        row.is_public = clean.is_public
        # The day of the agreement is the first: changing a number asks for no other. Withdrawn, it is forgotten.
        row.agreed_at = (row.agreed_at or timezone.now()) if clean.agreed else None
        row.save()
        journal.record(
            by=by,
            verb="contact de la fiche ajouté" if contact is None else "contact de la fiche changé",
            obj=structure,
            before=None if contact is None else {"public": was_public},
            after={"contact": row.pk, "public": row.is_public},
        )
    return row


def remove_contact(*, structure: Structure, contact: CardContact, by: Person) -> None:
    """Forget a contact, for good. Raises MandateOver."""
    with transaction.atomic():
        structure = Structure.objects.select_for_update().get(pk=structure.pk)
        require_mandate(structure, by)
        gone, _ = CardContact.objects.filter(structure=structure, pk=contact.pk).delete()
        if gone:
            journal.record(by=by, verb="contact de la fiche effacé", obj=structure, before={"contact": contact.pk})


def _clean(words: ContactWords) -> ContactWords:
    name, role = clean_line(words.name), clean_line(words.role)
    if not name:
        raise ContactRefused("Donnez le nom de la personne ou du service.")
    if len(name) > LONGEST or len(role) > LONGEST:
        raise ContactRefused(f"{LONGEST} caractères au plus pour le nom et la fonction.")
    try:
        email = clean_address(words.email) if words.email.strip() else ""
        phone = clean_phone(words.phone)
    except ValidationError as error:
        raise ContactRefused(" ".join(error.messages)) from error
    if words.is_public and not words.agreed:
        raise ContactRefused("Pour montrer ce contact, dites que la personne est d’accord.")
    return ContactWords(name, role, email, phone, words.is_public, words.agreed)
