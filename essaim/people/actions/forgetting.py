"""What every room needs to take somebody's name out of what it signed."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import models
from django.db.models import Q

from essaim.people.leaving import names_alone, pseudonym
from essaim.people.models import Person


def forget_signature(*, person: Person, model: type[models.Model], columns: Mapping[str, str]) -> int:
    """Put « Compte supprimé n° N » where rows of a model bear the name of somebody; return how many changed.

    `columns`: the column of the name → the tie to the account beside it, or nothing when the name stands alone. Alone,
    a name, of today or of before, goes only when no other account bears the same; an address always goes. Called
    before the account itself is emptied, by an erasure, which writes the journal.
    """
    changed = 0
    label, alone = pseudonym(person), names_alone(person)
    for column, tie in columns.items():
        condition = Q(**{tie: person}) & ~Q(**{column: ""}) if tie else Q(**{f"{column}__in": alone})
        rows = model._default_manager.filter(condition).exclude(**{column: label})
        changed += rows.order_by().update(**{column: label})
    return changed
