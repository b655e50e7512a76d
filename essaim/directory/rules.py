"""Who may do what in the directory. Predicates read like sentences; each is the only thing that its screens ask.

Those of one argument belong to the officer today; one can open to others alone: its screens and links follow. Those of
two ask about one structure.
"""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from rules.predicates import predicate

from essaim.directory.mandates import represented_by
from essaim.directory.models import Structure
from essaim.people.models import Person
from essaim.people.rules import is_officer, is_signed_in

may_decide = is_officer
may_import_contacts = is_officer
may_see_contacts = is_officer
may_edit_synonyms = is_officer
may_edit_cards = is_officer
may_merge = is_officer
may_review_changes = is_officer
may_decide_claims = is_officer
may_invite_in_bulk = is_officer
may_run_campaigns = is_officer
may_admit = is_officer
may_keep_notes = is_officer
may_set_directory = is_officer
may_claim = is_signed_in
"""Anybody with an account may ask to represent a structure: the proof decides, not the asking."""


@predicate  # type: ignore[untyped-decorator]
def represents(person: Person | AnonymousUser, structure: Structure) -> bool:
    """The person holds a mandate of that structure, in force today."""
    return isinstance(person, Person) and person.is_active and structure.pk in represented_by(person)


may_edit_card = represents | is_officer
may_see_space = represents | is_officer
may_manage_people = represents | is_officer
may_answer_corrections = represents | is_officer
