"""The laureates that a block shows: read once a request, with their card in the directory when they have one."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import OuterRef, Subquery

from essaim.directory.models.structure import slug_of
from essaim.directory.queries import structures_visible_to
from essaim.editorial.models import Laureate
from essaim.foundation.kept import Kept
from essaim.foundation.territories import current_scope


@dataclass(frozen=True, slots=True)
class Honoured:
    """One laureate and the address of its card; empty when the directory does not hold it."""

    laureate: Laureate
    url: str


@dataclass(frozen=True, slots=True)
class Edition:
    """The laureates of one year; `years`: every year that has some. `year` None: no laureate at all."""

    year: int | None
    laureates: tuple[Honoured, ...] = ()
    years: tuple[int, ...] = field(default=())


def _read(scope: frozenset[str]) -> tuple[Honoured, ...]:
    card = structures_visible_to(None, scope).filter(key=OuterRef("structure_key")).order_by("pk")
    rows = Laureate.objects.annotate(card_name=Subquery(card.values("name")[:1]))
    return tuple(
        Honoured(row, f"/annuaire/{slug_of(row.card_name)}-{row.structure_key}/" if row.card_name else "")
        for row in rows
    )


_all = Kept(_read)


def laureates_of(year: int | None) -> Edition:
    """The laureates of a year, or of the last one known. One query, none while nothing changes."""
    known = _all.of(current_scope())
    years = tuple(sorted({one.laureate.year for one in known}, reverse=True))
    wanted = year if year is not None else (years[0] if years else None)
    return Edition(wanted, tuple(one for one in known if one.laureate.year == wanted), years)
