"""How a lower room shows what a higher one knows: rooms register in `AppConfig.ready`, nobody imports upwards."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from django import forms
    from django.db.models import QuerySet
    from django.http import QueryDict

    from essaim.foundation.exports import Column
    from essaim.foundation.privacy import Basis


class Keyed(Protocol):
    """Anything that a registry holds has a key, unique in it."""

    @property
    def key(self) -> str:
        """Unique in its registry."""
        ...


T = TypeVar("T", bound=Keyed)


class AlreadyRegistered(RuntimeError):
    """Two rooms claim the same key."""


class Registry(Generic[T]):
    """An ordered set of items: by their `order` when they have one, else as they came. Refuses doubles."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._items: dict[str, T] = {}

    def register(self, item: T) -> T:
        """Add one item; again the same: nothing changes; another one under the same key: AlreadyRegistered."""
        known = self._items.get(item.key)
        if known is not None and known != item:
            raise AlreadyRegistered(f"« {item.key} » est déjà inscrit dans « {self.name} ».")
        self._items[item.key] = item
        return item

    def unregister(self, key: str) -> None:
        """Take one item away (tests of registries need it)."""
        self._items.pop(key, None)

    def get(self, key: str) -> T | None:
        """Return the item of that key, or None."""
        return self._items.get(key)

    def keys(self) -> list[str]:
        """Return the keys, in order."""
        return [item.key for item in self]

    def __iter__(self) -> Iterator[T]:
        return iter(sorted(self._items.values(), key=lambda item: getattr(item, "order", 0)))

    def __len__(self) -> int:
        return len(self._items)

    def __contains__(self, key: object) -> bool:
        return key in self._items


@dataclass(frozen=True)
class NavItem:
    """One entry of the header's navigation: a room that exists."""

    key: str
    label: str
    url: str
    order: int = 100


ACCESSIBILITY = "accessibilite"
"""Key of the footer's link to the declaration of accessibility."""


@dataclass(frozen=True)
class FooterLink:
    """A link of the footer; without `url`, words alone."""

    key: str
    label: str
    url: str
    order: int = 100


@dataclass(frozen=True)
class FrameSource:
    """A room whose entries of the menu and of the footer are rows of the database; each list is cheap to ask for."""

    key: str
    nav: Callable[[], Sequence[NavItem]]
    footer: Callable[[], Sequence[FooterLink]]


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One thing that the text being typed may name; `context` says in a word what it is."""

    name: str
    context: str
    url: str
    excerpt: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A part of what a text finds: how many in all, the hits asked for, what was understood of the words typed."""

    total: int
    hits: Sequence[SearchHit]
    notes: Sequence[str] = ()


@dataclass(frozen=True)
class SearchNoun:
    """A noun that the site's search finds.

    `search(text, limit)` suggests while one types: it receives any text, and answers nothing rather than fail.
    `find(text, offset, limit)` answers whole words, the best first; it may raise `foundation.search.SearchError`.
    `url?q=…` is its own page of results, with its filters; empty when the site's search is the only one it has.
    """

    key: str
    label: str
    search: Callable[[str, int], Sequence[SearchHit]]
    find: Callable[[str, int, int], Found]
    url: str = ""
    order: int = 100


@dataclass(frozen=True)
class InboxKind:
    """A kind of item that reaches the officer.

    `items(person)` = all that this person may see, `pending(person)` = what waits; both are querysets of one model.
    `received_at` names the date field. `form(data=None, *, item=…)` is the form of the item page and
    `handle(item, form, by)` calls one action with its cleaned data; its refusals are ValidationError, in French, and
    nothing else is shown to the officer. Templates get `item`, `kind` (and `form`).
    """

    key: str
    label: str
    plural: str
    items: Callable[[Any], QuerySet[Any]]
    pending: Callable[[Any], QuerySet[Any]]
    received_at: str
    row_template: str
    item_template: str
    form: Callable[..., forms.Form]
    handle: Callable[[Any, Any, Any], object]
    is_pending: Callable[[Any], bool]
    order: int = 100
    bulk: Sequence[BulkAction] = ()
    structure_id: str = ""
    """Name of the field that tells which structure an item concerns (« structure_id »); empty when none does."""


@dataclass(frozen=True)
class BulkAction:
    """Something that an officer does to many items of one kind at once; each keeps its own trace.

    `run(item, reason, by)` calls one action for one item; a refusal is a ValidationError in French, told beside the
    item, and never stops the others. `needs_reason`: a word is asked, and kept.
    """

    key: str
    label: str
    run: Callable[[Any, str, Any], object]
    needs_reason: bool = False


@dataclass(frozen=True)
class UnderWayItem:
    """One thing that a structure has under way: where it stands, in words, and the page that shows it."""

    title: str
    state: str
    url: str
    day: date | None = None


@dataclass(frozen=True)
class UnderWay:
    """What a room has under way for a structure, in its own space; `items(structure, person)` is one query."""

    key: str
    label: str
    items: Callable[[Any, Any], Sequence[UnderWayItem]]
    order: int = 100


@dataclass(frozen=True)
class Handover:
    """What a colleague who leaves hands on. `items(person)`: label and address of each thing; `hand(…)` moves them all.

    `hand(source=…, target=…, by=…, reason=…)` returns how many went over, and writes the journal.
    """

    key: str
    label: str
    items: Callable[[Any], Sequence[tuple[str, str]]]
    hand: Callable[..., int]
    order: int = 100


@dataclass(frozen=True)
class PersonalRecord:
    """What a model keeps about people: a line of the register of processing (RGPD, article 30).

    `model` is « app.Model »; `fields` says what each personal field is, `others` names those that hold nobody (every
    field that could hold somebody is in one of the two: a test asks). `delay` is told in words; `retention` names what
    applies it, in `retentions`. `rows(person)` yields what is kept about somebody, labels as keys, for their export.
    """

    key: str
    model: str
    purpose: str
    basis: Basis
    people: str
    readers: str
    delay: str
    fields: Mapping[str, str]
    others: Sequence[str] = ()
    retention: str = ""
    rows: Callable[[Any], Iterable[Mapping[str, object]]] | None = None
    order: int = 100


@dataclass(frozen=True)
class NobodyInside:
    """A model that keeps nothing about people, and why one may be sure of it."""

    key: str
    why: str


@dataclass(frozen=True)
class Retention:
    """Erases what has been kept long enough; `run(by)` returns how many rows went. Run every day by a task."""

    key: str
    label: str
    run: Callable[[Any], int]
    order: int = 100


@dataclass(frozen=True)
class Erasure:
    """What a room does when somebody's account is erased, inside the same transaction.

    `run(person, by)` writes, and returns what stays and why, in words for that person (none: an empty list).
    """

    key: str
    run: Callable[[Any, Any], Sequence[str]]
    foresee: Callable[[Any], Sequence[str]] = lambda _person: ()
    """What will happen, told before the person confirms; reads only."""
    order: int = 100


@dataclass(frozen=True)
class StructurePanel:
    """A block of a structure's page; `context(structure, person)` uses at most `query_budget` queries, always."""

    key: str
    title: str
    order: int
    template: str
    context: Callable[[Any, Any], Mapping[str, Any]]
    query_budget: int = 0


@dataclass(frozen=True)
class DeskPanel:
    """A block of the officer's home; `context(person)` feeds the template. What renders empty is not shown."""

    key: str
    title: str
    order: int
    template: str
    context: Callable[[Any], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class ToComplete:
    """One thing that only the team knows and that the site still lacks: what, why, the screen where it is written."""

    title: str
    advice: str
    url: str


@dataclass(frozen=True)
class ToCompleteSource:
    """What a room still lacks; an empty list when nothing does."""

    key: str
    items: Callable[[], Sequence[ToComplete]]
    order: int = 100


@dataclass(frozen=True)
class DeskLink:
    """A place of the officer's space: in her menu and, when a hint says what it is for, among the tools of her home.

    `rule(person)`: whom it is shown to; everybody of the team without one. Its screen asks the same rule.
    """

    key: str
    label: str
    url_name: str
    hint: str = ""
    order: int = 100
    rule: Callable[[Any], bool] | None = None

    def is_for(self, person: Any) -> bool:
        """Whether that person is shown the place."""
        return self.rule is None or self.rule(person)


@dataclass(frozen=True)
class Export:
    """A table that a room lets out; `rows(params, person)` yields dicts with the columns' keys."""

    key: str
    label: str
    filename: str
    columns: Sequence[Column]
    rows: Callable[[QueryDict, Any], Iterable[Mapping[str, Any]]]
    order: int = 100


@dataclass(frozen=True)
class DemoStep:
    """A step of `essaim demo`; `run(report)` tells its progress by calling `report(text)`.

    `version()`: a fingerprint of what the step makes, so that a changed generator is run again; it must be quick.
    """

    key: str
    order: int
    label: str
    run: Callable[[Callable[[str], None]], None]
    version: Callable[[], str] = str


@dataclass(frozen=True)
class FictitiousCheck:
    """Answers whether the rows that pages show are invented (the demonstration's); one query at most."""

    key: str
    check: Callable[[], bool]


@dataclass(frozen=True)
class HealthCheck:
    """One line of `/sante/`: returns a short public fact, raises any exception when ill."""

    key: str
    check: Callable[[], str]
    order: int = 100


@dataclass(frozen=True, slots=True)
class LetterItem:
    """One thing that a letter may tell: `key` is unique in its source, `url` an address of the site or a whole one."""

    key: str
    title: str
    summary: str
    url: str
    day: date


@dataclass(frozen=True)
class LetterSource:
    """A noun that the newsletter can carry; both functions give what the public may see, in two queries at most.

    `items(since)`: what is new since that day, the newest first. `read(keys)`: these ones, whatever their age; what is
    not published any more is left out.
    """

    key: str
    label: str
    items: Callable[[date], Sequence[LetterItem]]
    read: Callable[[Sequence[str]], Sequence[LetterItem]]
    order: int = 100


nav_items: Registry[NavItem] = Registry("navigation")
footer_links: Registry[FooterLink] = Registry("pied de page")
frame_sources: Registry[FrameSource] = Registry("cadre des pages")
search_nouns: Registry[SearchNoun] = Registry("recherche")
inbox_kinds: Registry[InboxKind] = Registry("boîte de réception")
structure_panels: Registry[StructurePanel] = Registry("panneaux d’une structure")
desk_panels: Registry[DeskPanel] = Registry("panneaux de l’équipe")
to_complete: Registry[ToCompleteSource] = Registry("à compléter")
desk_links: Registry[DeskLink] = Registry("outils de l’équipe")
exports: Registry[Export] = Registry("exports")
demo_steps: Registry[DemoStep] = Registry("démonstration")
fictitious_checks: Registry[FictitiousCheck] = Registry("données inventées")
health_checks: Registry[HealthCheck] = Registry("santé")
letter_sources: Registry[LetterSource] = Registry("lettre d’information")
under_way: Registry[UnderWay] = Registry("en cours pour une structure")
handovers: Registry[Handover] = Registry("départs")
personal_records: Registry[PersonalRecord] = Registry("registre des traitements")
nobody_inside: Registry[NobodyInside] = Registry("modèles sans personne")
retentions: Registry[Retention] = Registry("durées de conservation")
erasures: Registry[Erasure] = Registry("effacements")
