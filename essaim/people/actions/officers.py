"""Verbs about persons: who gets an office, who loses it."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q

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
    """Take the office back, and the administration of the installation with it; the account stays.

    Raises ValidationError when that address has no access to the team's space.
    """
    with transaction.atomic():
        found = Person.objects.select_for_update().filter(Q(is_officer=True) | Q(is_superuser=True))
        person = found.filter(email=email.strip().lower()).first()
        if person is None:
            raise ValidationError(f"« {email} » n’est pas chargé·e de mission.")
        before, after = journal.changes(
            {"is_officer": person.is_officer, "is_superuser": person.is_superuser},
            {"is_officer": False, "is_superuser": False},
        )
        person.is_officer = person.is_superuser = False
        person.save(update_fields=["is_officer", "is_superuser"])
        journal.record(
            by=by, verb="chargé·e de mission retiré·e", obj=person, reason=reason, before=before, after=after
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
