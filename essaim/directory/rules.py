"""Who may do what in the directory. Predicates read like sentences; views, templates and screens share them."""

from __future__ import annotations

import rules

from essaim.people.rules import is_officer

may_decide = is_officer
may_import_contacts = is_officer
may_handle_reports = is_officer
may_edit_synonyms = is_officer
may_edit_cards = is_officer

rules.add_perm("directory.decide", may_decide)
rules.add_perm("directory.import_contacts", may_import_contacts)
rules.add_perm("directory.handle_reports", may_handle_reports)
rules.add_perm("directory.edit_synonyms", may_edit_synonyms)
rules.add_perm("directory.edit_cards", may_edit_cards)
