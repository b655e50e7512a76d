"""Who may do what in the directory. Predicates read like sentences; each is the only thing that its screens ask.

All belong to the officer today. One can open to others alone: its screens and the links to them follow.
"""

from __future__ import annotations

from essaim.people.rules import is_officer

may_decide = is_officer
may_import_contacts = is_officer
may_see_contacts = is_officer
may_edit_synonyms = is_officer
may_edit_cards = is_officer
may_merge = is_officer
