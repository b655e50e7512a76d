"""Who may do what in the directory. Predicates read like sentences; views, templates and screens share them.

All belong to the officer today. Each has its own name, so that one can open to representatives without the others.
"""

from __future__ import annotations

from essaim.people.rules import is_officer

may_decide = is_officer
may_import_contacts = is_officer
may_handle_reports = is_officer
may_edit_synonyms = is_officer
may_edit_cards = is_officer
may_merge = is_officer
