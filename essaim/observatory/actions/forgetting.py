"""The name of somebody whose account is erased leaves what they loaded, wrote and issued; the figures stay."""

from __future__ import annotations

from django.db import transaction

from essaim.foundation import journal
from essaim.foundation.journal import Author
from essaim.observatory.models import Note, PublishedFact, SourceFile
from essaim.people.actions.forgetting import forget_signature
from essaim.people.models import Person

SIGNED = {SourceFile: "loaded_by", PublishedFact: "written_by", Note: "issued_by"}


def forget_author(*, person: Person, by: Author) -> int:
    """Take a name out of the figures; return from how many rows. Comments are tied to the account alone."""
    with transaction.atomic():
        number = sum(forget_signature(person=person, model=model, columns={name: ""}) for model, name in SIGNED.items())
        if number:
            journal.record(by=by, verb="nom retiré des chiffres", obj=person, after={"lignes": number})
    return number
