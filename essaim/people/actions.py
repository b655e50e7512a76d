"""Verbs about persons: who gets an office, who loses it."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from essaim.foundation import journal
from essaim.foundation.journal import Author
from essaim.people.models import Person


def make_officer(*, by: Author, email: str, name: str = "", password: str | None = None) -> tuple[Person, bool]:
    """Give the office of ESS officer to that address, making the account when there is none; return (person, is_new).

    An account that exists keeps its password and, unless `name` is given, its name. Without `password` nobody can sign
    in to a new account until one is chosen through `people.links.password_link`. Raises ValidationError on an address
    that is none.
    """
    address = email.strip().lower()
    validate_email(address)
    with transaction.atomic():
        person = Person.objects.select_for_update().filter(email=address).first()
        is_new = person is None
        if person is None:
            person = Person.objects.create_user(address, password, name=name, is_officer=True)
            journal.record(by=by, verb="chargé·e de mission ajouté·e", obj=person, after={"is_officer": True})
            return person, is_new
        before: dict[str, object] = {
            "is_officer": person.is_officer,
            "is_active": person.is_active,
            "name": person.name,
        }
        wanted: dict[str, object] = {"is_officer": True, "is_active": True, "name": name or person.name}
        former, new = journal.changes(before, wanted)
        if new:
            for key, value in new.items():
                setattr(person, key, value)
            person.save(update_fields=list(new))
            journal.record(by=by, verb="chargé·e de mission ajouté·e", obj=person, before=former, after=new)
    return person, is_new


def withdraw_officer(*, by: Author, email: str, reason: str = "") -> Person:
    """Take the office back; the account stays. Raises ValidationError when that address holds no office."""
    with transaction.atomic():
        person = Person.objects.select_for_update().filter(email=email.strip().lower(), is_officer=True).first()
        if person is None:
            raise ValidationError(f"« {email} » n’est pas chargé·e de mission.")
        person.is_officer = False
        person.save(update_fields=["is_officer"])
        journal.record(
            by=by,
            verb="chargé·e de mission retiré·e",
            obj=person,
            reason=reason,
            before={"is_officer": True},
            after={"is_officer": False},
        )
    return person


def close_accounts(*, persons: Iterable[Person], by: Author, reason: str) -> None:
    """Close these accounts: nobody signs in with them any more, open sessions end. What they did keeps their name."""
    with transaction.atomic():
        for person in Person.objects.select_for_update().filter(pk__in=[one.pk for one in persons], is_active=True):
            person.is_active = False
            person.save(update_fields=["is_active"])
            journal.record(
                by=by,
                verb="compte fermé",
                obj=person,
                reason=reason,
                before={"is_active": True},
                after={"is_active": False},
            )
