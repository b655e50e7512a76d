"""Who a person is. One-line predicates, used by views, templates, API and exports alike."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from rules.predicates import predicate

from essaim.people.models import Person


@predicate  # type: ignore[untyped-decorator]
def is_officer(person: Person | AnonymousUser) -> bool:
    """The person carries the ESS policy of the authority (or administers the installation)."""
    return bool(person.is_authenticated and person.is_active and (person.is_officer or person.is_superuser))
