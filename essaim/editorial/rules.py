"""Who may do what on the public face. One-line predicates, used by views, templates and commands alike."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from rules.predicates import predicate

from essaim.editorial.roles import CONTRIBUTORS, in_role
from essaim.people.models import Person
from essaim.people.rules import is_officer


@predicate
def is_contributor(person: Person | AnonymousUser) -> bool:
    """The person writes pages that the team publishes."""
    return isinstance(person, Person) and person.is_active and in_role(person, CONTRIBUTORS)


@predicate
def may_write(person: Person | AnonymousUser) -> bool:
    """The person may enter the editors' pages, `/cms/`: an office withdrawn closes them at the next request."""
    return bool(is_officer(person) or is_contributor(person))


may_send_letters = is_officer
may_export_subscribers = is_officer
