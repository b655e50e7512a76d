"""The officer's address book: contacts and tags of the structures, to read, to sort, to take away. INTERNAL data.

One entry a contact; a structure that has tags and no contact has an entry of its own. The columns of the export are
those that the import recognises: what goes out can come in again, and brings nothing the second time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch

from essaim.directory.models import Contact, Establishment, Structure, Tag
from essaim.directory.naming import shown_name
from essaim.directory.queries import PLACE_ORDER, in_scope
from essaim.foundation.chunks import chunks
from essaim.foundation.exports import Column
from essaim.foundation.search.text import plain_words

COLUMNS = (
    Column("structure", "Structure"),
    Column("siret", "SIRET"),
    Column("siren", "SIREN"),
    Column("rna", "RNA"),
    Column("commune", "Commune"),
    Column("contact", "Contact"),
    Column("function", "Fonction"),
    Column("email", "Courriel"),
    Column("phone", "Téléphone"),
    Column("note", "Note"),
    Column("tags", "Étiquettes"),
)
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Key:
    """What an entry stands for; no contact for a structure that has tags only."""

    structure: int
    contact: int | None


@dataclass(frozen=True, slots=True)
class Entry:
    """A structure, the place that stands for it in the territory, one of its contacts, its tags."""

    structure: Structure
    place: Establishment | None
    contact: Contact | None
    tags: tuple[Tag, ...]


def keys(scope: Collection[str], *, text: str = "", tag: Tag | None = None) -> list[Key]:
    """The entries of these EPCI, by name of structure then of contact; two queries.

    `text`: every word of it stands in the structure's names, the contact's name, e-mail or telephone. Compared here:
    a database folds accents and capitals, or not, according to its engine.
    """
    structures = in_scope(scope).filter(merged_into__isnull=True)
    if tag is not None:
        structures = structures.filter(tags=tag)
    contacts = Contact.objects.filter(structure__in=structures)
    tagged = structures.filter(tags__isnull=False, contacts__isnull=True).order_by().distinct()
    of_contacts = ("structure_id", "pk", "structure__name", "structure__card__name", "name", "email", "phone")
    rows = list(contacts.values_list(*of_contacts))
    rows += [(pk, None, *names, "", "", "") for pk, *names in tagged.values_list("pk", "name", "card__name")]
    wanted = plain_words(text).split()
    found: list[tuple[str, str, int, Key]] = []
    for structure, contact, name, claimed, person, email, phone in rows:
        told = plain_words(" ".join((name, claimed or "", person, email, phone)))
        if all(word in told for word in wanted):
            filed = (plain_words(claimed or name), plain_words(person), contact or 0)
            found.append((*filed, Key(structure, contact)))
    return [key for *_filed, key in sorted(found, key=lambda row: row[:3])]


def entries(some: Sequence[Key], scope: Collection[str]) -> list[Entry]:
    """These entries with all that is shown of them, in the order given; four queries. What just left is left out."""
    places = Establishment.objects.filter(commune__epci_id__in=sorted(scope)).select_related("commune")
    structures = (
        Structure.objects.select_related("card")
        .prefetch_related(  # type: ignore[no-redef]
            Prefetch("establishments", places.order_by(*PLACE_ORDER), to_attr="scoped_establishments"),
            Prefetch("tags", Tag.objects.order_by("name")),
        )
        .in_bulk({key.structure for key in some})
    )
    contacts = Contact.objects.in_bulk({key.contact for key in some if key.contact is not None})
    return [
        Entry(
            structure,
            next(iter(structure.scoped_establishments), None),
            contacts[key.contact] if key.contact is not None else None,
            tuple(structure.tags.all()),
        )
        for key in some
        if (structure := structures.get(key.structure)) and (key.contact is None or key.contact in contacts)
    ]


def rows(some: Sequence[Key], scope: Collection[str]) -> Iterator[dict[str, Any]]:
    """The same entries as rows of `COLUMNS`, read by the hundred."""
    for part in chunks(some, _CHUNK):
        for entry in entries(part, scope):
            contact = entry.contact or Contact()
            yield {
                "structure": shown_name(entry.structure),
                "siret": entry.place.siret if entry.place else "",
                "siren": entry.structure.siren,
                "rna": entry.structure.rna,
                "commune": entry.place.commune.name if entry.place else "",
                "contact": contact.name,
                "function": contact.role,
                "email": contact.email,
                "phone": contact.phone,
                "note": contact.note,
                "tags": [tag.name for tag in entry.tags],
            }
