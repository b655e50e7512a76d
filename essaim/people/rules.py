"""Who a person is. One-line predicates, used by views, templates, API and exports alike."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from rules.predicates import predicate

from essaim.people.enums import OfficeKind
from essaim.people.models import Person
from essaim.people.queries import holds_office


@predicate  # type: ignore[untyped-decorator]
def is_signed_in(person: Person | AnonymousUser) -> bool:
    """Somebody with an open account."""
    return bool(person.is_authenticated and person.is_active)


@predicate  # type: ignore[untyped-decorator]
def is_officer(person: Person | AnonymousUser) -> bool:
    """The person carries the ESS policy of the authority (or administers the installation)."""
    return bool(person.is_authenticated and person.is_active and (person.is_officer or person.is_superuser))


@predicate  # type: ignore[untyped-decorator]
def is_administrator(person: Person | AnonymousUser) -> bool:
    """The person administers the installation: names the officers, nothing more on the policy's side."""
    return bool(person.is_authenticated and person.is_active and person.is_superuser)


@predicate  # type: ignore[untyped-decorator]
def is_elected(person: Person | AnonymousUser) -> bool:
    """The person holds an elected office today."""
    return is_signed_in(person) and holds_office(person, OfficeKind.ELECTED)


@predicate  # type: ignore[untyped-decorator]
def is_juror(person: Person | AnonymousUser) -> bool:
    """The person sits in a jury today."""
    return is_signed_in(person) and holds_office(person, OfficeKind.JUROR)


may_name_officers = is_administrator
may_name_offices = is_officer
may_see_persons = is_officer
may_see_register = is_officer


@predicate  # type: ignore[untyped-decorator]
def may_close_account(person: Person | AnonymousUser, other: Person) -> bool:
    """An officer closes accounts, never her own; those of the team belong to whoever names the team."""
    if not is_officer(person) or person.pk == other.pk:
        return False
    return not (other.is_officer or other.is_superuser) or is_administrator(person)


may_reset_factors = may_close_account
