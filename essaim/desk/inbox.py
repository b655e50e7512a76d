"""The officer's inbox: what waits, whatever the room it comes from. It knows only the registry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import CharField, Count, F, Min, Q, Value

from essaim.desk.models import Assignment
from essaim.foundation.registries import InboxKind, inbox_kinds
from essaim.people.models import Person
from essaim.people.queries import with_access

if TYPE_CHECKING:
    from django.db.models import QuerySet

WAITING, HANDLED, EVERYTHING = "attente", "traites", "tous"
STATES = {WAITING: "À traiter", HANDLED: "Traités", EVERYTHING: "Tous"}
MINE, NOBODYS = "moi", "personne"


@dataclass(frozen=True)
class Line:
    """One item of the list, whatever its kind."""

    kind: InboxKind
    item: Any
    received_at: datetime
    is_pending: bool
    assigned_to: Person | None = None

    @property
    def ref(self) -> str:
        """What names it in a form: « signalements:12 »."""
        return f"{self.kind.key}:{self.item.pk}"


@dataclass(frozen=True)
class Waiting:
    """What waits of one kind: how many, and since when the oldest."""

    kind: InboxKind
    count: int
    oldest: datetime | None


@dataclass(frozen=True)
class Filters:
    """What a list of the inbox shows; `whose`: « moi », « personne », the id of a colleague, or everybody's (empty).

    `structure`: id of one structure, whose items alone are wanted.
    """

    kind: InboxKind | None = None
    state: str = WAITING
    whose: str = ""
    structure: int | None = None

    @classmethod
    def read(cls, params: Mapping[str, Any]) -> Filters:
        """The filters of an address; what cannot be read is ignored."""
        state, whose = params.get("etat", ""), params.get("confie", "")
        structure = params.get("structure", "")
        return cls(
            kind=inbox_kinds.get(params.get("nature", "")),
            state=state if state in STATES else WAITING,
            whose=whose if whose in (MINE, NOBODYS) or _is_number(whose) else "",
            structure=int(structure) if _is_number(structure) else None,
        )


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19


def rows(person: Any, filters: Filters) -> QuerySet[Any] | Sequence[Any]:
    """Return dicts (kind key, id, date) of what matches: what waits longest first, else the newest first.

    One SQL query over all kinds (UNION ALL), so that leafing stays true whatever their number.
    """
    parts = []
    state = filters.state
    for each in [filters.kind] if filters.kind is not None else inbox_kinds:
        if filters.structure is not None and not each.structure_id:
            continue
        found = each.items(person)
        if state == WAITING:
            found = each.pending(person)
        elif state == HANDLED:
            found = found.exclude(pk__in=each.pending(person).order_by().values("pk"))
        if filters.structure is not None:
            found = found.filter(**{each.structure_id: filters.structure})
        parts.append(
            _whose(found, each, person, filters.whose)
            .order_by()
            .annotate(inbox_kind=Value(each.key, output_field=CharField()), inbox_at=F(each.received_at))
            .values("inbox_kind", "pk", "inbox_at")
        )
    if not parts:
        return []
    together: QuerySet[Any] = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    return together.order_by("inbox_at", "pk") if state == WAITING else together.order_by("-inbox_at", "-pk")


def _whose(found: QuerySet[Any], kind: InboxKind, person: Any, whose: str) -> QuerySet[Any]:
    """Those entrusted to whom the filter names."""
    if not whose:
        return found
    given = Assignment.objects.filter(kind=kind.key).order_by()
    if whose == NOBODYS:
        return found.exclude(pk__in=given.values("object_id"))
    return found.filter(pk__in=given.filter(to=person.pk if whose == MINE else int(whose)).values("object_id"))


def lines(person: Any, page_rows: Sequence[dict[str, Any]]) -> list[Line]:
    """Fetch the items of one page, one query per kind present and one for whose they are, in the page's order."""
    owners = assignees([(row["inbox_kind"], row["pk"]) for row in page_rows])
    items: dict[tuple[str, Any], Any] = {}
    for each in inbox_kinds:
        ids = [row["pk"] for row in page_rows if row["inbox_kind"] == each.key]
        if ids:
            items |= {(each.key, item.pk): item for item in each.items(person).filter(pk__in=ids)}
    found = []
    for row in page_rows:
        kind, item = inbox_kinds.get(row["inbox_kind"]), items.get((row["inbox_kind"], row["pk"]))
        if kind is not None and item is not None:
            owner = owners.get((kind.key, item.pk))
            found.append(Line(kind, item, row["inbox_at"], kind.is_pending(item), owner))
    return found


def assignees(refs: Sequence[tuple[str, int]]) -> dict[tuple[str, int], Person]:
    """Whose these items are; one query, none for an empty list."""
    if not refs:
        return {}
    wanted = Q()
    for kind in {kind for kind, _ in refs}:
        wanted |= Q(kind=kind, object_id__in=[pk for each, pk in refs if each == kind])
    return {(row.kind, row.object_id): row.to for row in Assignment.objects.filter(wanted).select_related("to")}


def waiting(person: Any) -> list[Waiting]:
    """What waits of each kind, and since when: one query a kind."""
    found = []
    for kind in inbox_kinds:
        told = kind.pending(person).order_by().aggregate(number=Count("pk"), oldest=Min(kind.received_at))
        found.append(Waiting(kind, told["number"], told["oldest"]))
    return found


def carried_by(person: Person) -> list[Line]:
    """The waiting items entrusted to this person, the oldest first."""
    return lines(person, list(rows(person, Filters(whose=MINE))))


def count_mine(person: Person) -> int:
    """How many waiting items are entrusted to this person; one query."""
    found = rows(person, Filters(whose=MINE))
    return len(found) if isinstance(found, list) else found.count()  # type: ignore[call-arg]


def next_pending(person: Any) -> Line | None:
    """The item that has waited longest, or None when nothing waits."""
    found = lines(person, list(rows(person, Filters())[:1]))
    return found[0] if found else None


def colleagues() -> list[Person]:
    """Those to whom an item may be entrusted: everybody whom the team's space lets in."""
    return list(with_access())


def read_refs(texts: Sequence[str], person: Any) -> list[Line]:
    """The items that a form names (« signalements:12 »), those alone that this person may see, in the form's order."""
    wanted = []
    for text in dict.fromkeys(texts):
        kind, _, number = text.partition(":")
        if kind in inbox_kinds and _is_number(number):
            wanted.append({"inbox_kind": kind, "pk": int(number), "inbox_at": None})
    return lines(person, wanted)
