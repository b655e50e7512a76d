"""Verbs of the team about accounts: open one for somebody, its access, close it, reset its proofs."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from essaim.foundation import journal, mails
from essaim.foundation.addresses import clean_address
from essaim.foundation.journal import Author
from essaim.foundation.plaintext import clean_line
from essaim.people import rules
from essaim.people.actions.account import end_sessions
from essaim.people.mails_team import FactorsReset, Named
from essaim.people.models import Person
from essaim.people.queries import with_access
from essaim.people.sessions import live_sessions

NO_REASON = "Dites pourquoi : c’est gardé dans le journal."
LAST = (
    "C’est la dernière personne qui administre l’installation : nommez-en d’abord une autre, sans quoi plus personne "
    "ne pourrait donner d’accès."
)
ACCESS = {"is_officer": "chargé·e de mission ESS", "is_superuser": "administration du site"}


def obtain_person(*, by: Author, email: str, name: str = "") -> Person:
    """Return the person of that address, locked, making the account when there is none; inside a transaction.

    An account that exists keeps its name. Raises ValidationError on an address that is none, or of a closed account.
    """
    try:
        address = clean_address(email)
    except ValidationError as error:
        raise ValidationError({"email": error.messages}) from error
    found = Person.objects.select_for_update().filter(email=address).first()
    if found is None:
        found, is_new = Person.objects.get_or_create(email=address, defaults={"name": clean_line(name)[:150]})
        if is_new:
            found.set_unusable_password()
            found.save(update_fields=["password"])
            journal.record(by=by, verb="compte ouvert", obj=found)
        found = Person.objects.select_for_update().get(pk=found.pk)
    if not found.is_active:
        raise ValidationError({"email": "Ce compte est fermé : rouvrez-le d’abord."})
    return found


@transaction.atomic
def set_access(*, by: Author, person: Person, officer: bool, administrator: bool, reason: str) -> Person:
    """Give or take the access of an officer, of an administrator. Raises ValidationError, PermissionDenied.

    A command (a text as `by`) may take the last one; nobody at a screen may.
    """
    reason = _reason(reason)
    locked, author = _locked(by, person)
    if isinstance(author, Person) and not rules.may_name_officers(author):
        raise PermissionDenied("Seule une personne qui administre l’installation donne ces accès.")
    if not locked.is_active and (officer or administrator):
        raise ValidationError("Ce compte est fermé : rouvrez-le d’abord.")
    if isinstance(author, Person) and locked.is_superuser and not administrator:
        _refuse_last(locked)
    before, after = journal.changes(
        {"is_officer": locked.is_officer, "is_superuser": locked.is_superuser},
        {"is_officer": officer, "is_superuser": administrator},
    )
    if not after:
        return locked
    locked.is_officer, locked.is_superuser = officer, administrator
    locked.save(update_fields=["is_officer", "is_superuser"])
    journal.record(by=by, verb="accès de l’équipe changé", obj=locked, reason=reason, before=before, after=after)
    given = [ACCESS[key] for key, value in after.items() if value]
    if given:
        mails.send(Named(what=", ".join(given), dates=""), locked.email)
    return locked


@transaction.atomic
def make_administrator(*, by: Author, email: str, name: str = "") -> Person:
    """Give the administration to that address, making the account when there is none: the first one comes from here.

    What the address already holds stays. Raises ValidationError.
    """
    person = obtain_person(by=by, email=email, name=name)
    return set_access(
        by=by, person=person, officer=person.is_officer, administrator=True, reason="Administration de l’installation"
    )


@transaction.atomic
def close_account(*, by: Author, person: Person, reason: str) -> Person:
    """Close an account: nobody comes in by it, its sessions end at once. Raises ValidationError, PermissionDenied."""
    reason = _reason(reason)
    locked, author = _locked(by, person)
    if isinstance(author, Person) and not rules.may_close_account(author, locked):
        raise PermissionDenied("Vous ne pouvez pas fermer ce compte.")
    if not locked.is_active:
        raise ValidationError("Ce compte est déjà fermé.")
    if locked.is_superuser:
        _refuse_last(locked)
    locked.is_active = False
    locked.save(update_fields=["is_active"])
    end_sessions(live_sessions(locked))
    journal.record(
        by=by, verb="compte fermé", obj=locked, reason=reason, before={"is_active": True}, after={"is_active": False}
    )
    return locked


@transaction.atomic
def reopen_account(*, by: Author, person: Person, reason: str) -> Person:
    """Open a closed account again, as it was. Raises ValidationError, PermissionDenied."""
    reason = _reason(reason)
    locked, author = _locked(by, person)
    if isinstance(author, Person) and not rules.may_close_account(author, locked):
        raise PermissionDenied("Vous ne pouvez pas rouvrir ce compte.")
    if locked.erased_at is not None:
        raise ValidationError("Ce compte a été effacé : il ne peut pas être rouvert.")
    if locked.is_active:
        raise ValidationError("Ce compte est déjà ouvert.")
    locked.is_active = True
    locked.save(update_fields=["is_active"])
    journal.record(
        by=by, verb="compte rouvert", obj=locked, reason=reason, before={"is_active": False}, after={"is_active": True}
    )
    return locked


@transaction.atomic
def reset_factors(*, by: Author, person: Person, reason: str) -> int:
    """Remove every second factor of somebody whose identity was checked; return how many. Their sessions end.

    The person is told by a message. Raises ValidationError, PermissionDenied.
    """
    reason = _reason(reason)
    locked, author = _locked(by, person)
    if isinstance(author, Person) and not rules.may_reset_factors(author, locked):
        raise PermissionDenied("Vous ne pouvez pas remettre à zéro la double vérification de ce compte.")
    removed: int = Authenticator.objects.filter(user=locked).delete()[0]
    if not removed:
        raise ValidationError("Ce compte n’a pas de double vérification.")
    end_sessions(live_sessions(locked))
    journal.record(by=by, verb="double vérification remise à zéro", obj=locked, reason=reason)
    if locked.is_active:
        mails.send(FactorsReset(), locked.email)
    return removed


def _locked(by: Author, person: Person) -> tuple[Person, Author]:
    """Both rows, locked in one order, as they are now; an author who is a command stays a text."""
    wanted = {person.pk} | (set() if isinstance(by, str) else {by.pk})
    found = {one.pk: one for one in Person.objects.select_for_update().filter(pk__in=wanted).order_by("pk")}
    if person.pk not in found:
        raise ValidationError("Ce compte n’existe plus.")
    return found[person.pk], by if isinstance(by, str) else found.get(by.pk, by)


def _refuse_last(person: Person) -> None:
    """Refuse to leave nobody who administers: every one of them is locked, so that two cannot leave at once."""
    others = with_access().filter(is_superuser=True).select_for_update()
    if all(other.pk == person.pk for other in others):
        raise ValidationError(LAST)


def _reason(reason: str) -> str:
    cleaned = clean_line(reason)
    if not cleaned:
        raise ValidationError({"reason": NO_REASON})
    return cleaned
