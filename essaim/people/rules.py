"""Who a person is. One-line predicates, used by views, templates, API and exports alike."""

from __future__ import annotations

import rules
from django.contrib.auth.models import AnonymousUser

from essaim.people.models import Person


@rules.predicate
def is_officer(person: Person | AnonymousUser) -> bool:
    """The person carries the ESS policy of the authority (or administers the installation)."""
    return bool(person.is_authenticated and person.is_active and (person.is_officer or person.is_superuser))


rules.add_perm("people.enter_desk", is_officer)
