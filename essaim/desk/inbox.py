"""The officer's inbox: what waits, whatever the room it comes from. It knows only the registry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import CharField, F, Value

from essaim.foundation.registries import InboxKind, inbox_kinds

if TYPE_CHECKING:
    from django.db.models import QuerySet

WAITING, HANDLED, EVERYTHING = "attente", "traites", "tous"
STATES = {WAITING: "À traiter", HANDLED: "Traités", EVERYTHING: "Tous"}


@dataclass(frozen=True)
class Line:
    """One item of the list, whatever its kind."""

    kind: InboxKind
    item: Any
    received_at: datetime
    is_pending: bool


def rows(person: Any, *, kind: InboxKind | None, state: str) -> QuerySet[Any] | Sequence[Any]:
    """Return dicts (kind key, id, date) of what matches: what waits longest first, else the newest first.

    One SQL query over all kinds (UNION ALL), so that leafing stays true whatever their number.
    """
    parts = []
    for each in [kind] if kind is not None else inbox_kinds:
        found = each.items(person)
        if state == WAITING:
            found = each.pending(person)
        elif state == HANDLED:
            found = found.exclude(pk__in=each.pending(person).order_by().values("pk"))
        parts.append(
            found.order_by()
            .annotate(inbox_kind=Value(each.key, output_field=CharField()), inbox_at=F(each.received_at))
            .values("inbox_kind", "pk", "inbox_at")
        )
    if not parts:
        return []
    together: QuerySet[Any] = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    return together.order_by("inbox_at", "pk") if state == WAITING else together.order_by("-inbox_at", "-pk")


def lines(person: Any, page_rows: Sequence[dict[str, Any]]) -> list[Line]:
    """Fetch the items of one page, one query per kind present, in the page's order."""
    items: dict[tuple[str, Any], Any] = {}
    for each in inbox_kinds:
        ids = [row["pk"] for row in page_rows if row["inbox_kind"] == each.key]
        if ids:
            items |= {(each.key, item.pk): item for item in each.items(person).filter(pk__in=ids)}
    found = []
    for row in page_rows:
        kind, item = inbox_kinds.get(row["inbox_kind"]), items.get((row["inbox_kind"], row["pk"]))
        if kind is not None and item is not None:
            found.append(Line(kind, item, row["inbox_at"], kind.is_pending(item)))
    return found


def counts(person: Any) -> list[tuple[InboxKind, int]]:
    """How many items of each kind wait for this person."""
    return [(kind, kind.pending(person).count()) for kind in inbox_kinds]


def next_pending(person: Any) -> Line | None:
    """The item that has waited longest, or None when nothing waits."""
    found = lines(person, list(rows(person, kind=None, state=WAITING)[:1]))
    return found[0] if found else None
