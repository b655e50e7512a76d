"""Who may do what in the observatory. Predicates read like sentences; each is the only thing that its screens ask.

All belong to the officer today. One can open to others alone: its screens and the links to them follow.
"""

from __future__ import annotations

from essaim.people.rules import is_officer

REFUSAL = "Vous n’avez pas ce droit sur l’observatoire : il est à l’équipe qui tient le site."

may_load_sources = is_officer
may_publish_vintages = is_officer
may_comment_figures = is_officer
may_announce_figures = is_officer
may_issue_notes = is_officer
may_see_vintages = is_officer
