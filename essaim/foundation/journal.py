"""The journal: who did what, when, why, before and after. Actions write it, in the transaction of what they write.

An entry is never edited nor erased (one exception: `forget_person`). Its highest number is also the version of
everything that pages show: the page cache and the small in-process caches compare it (`version()`), so that every
worker sees a change at once.
"""

from __future__ import annotations

import json
import operator
import re
import uuid
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models
from django.db.models import Q
from django.db.models.functions import Cast

from essaim.foundation import memo
from essaim.foundation.chunks import chunks
from essaim.foundation.models import JournalEntry, JournalSubject

if TYPE_CHECKING:
    from django.db.models import QuerySet

Author = models.Model | str
"""A person, or the plain label of a command (« commande directory sync »)."""

NO_NAME = "N’écrivez ici ni nom ni adresse : ce texte reste."
"""Said beside a reason that the journal keeps: nothing takes out of it what somebody has typed about another."""

BATCH = 500
_group: ContextVar[str] = ContextVar("essaim_journal_group", default="")


class JournalOutsideTransaction(RuntimeError):
    """A write and its journal entry must stand or fall together."""


@dataclass(frozen=True)
class Entry:
    """One line for `bulk_record`; same meaning as the arguments of `record`."""

    verb: str
    obj: models.Model | None = None
    reason: str = ""
    before: object = None
    after: object = None
    about: Sequence[models.Model] = ()


class _Encoder(DjangoJSONEncoder):
    """Also writes sets (sorted), models (their key), files (their name) and lazy texts."""

    def default(self, o: object) -> object:
        if isinstance(o, set | frozenset):
            return sorted(o, key=str)
        if isinstance(o, models.Model):
            return o.pk
        if hasattr(o, "name") and hasattr(o, "storage"):
            return o.name
        return super().default(o)


def _plain(value: object) -> Any:
    """Return `value` as JSON can hold it (dates as ISO texts, sets as sorted lists)."""
    return None if value is None else json.loads(json.dumps(value, cls=_Encoder))


def label_of(one: Author) -> str:
    """How somebody or something is called where it stays written: in the journal, beside what was decided.

    A model that may not be told by its `str` there (a person without a name is an address) offers `journal_label()`.
    """
    told = getattr(one, "journal_label", None)
    return str(one) if told is None else str(told())


def _entry(by: Author, entry: Entry) -> JournalEntry:
    obj = entry.obj
    return JournalEntry(
        by_id=None if isinstance(by, str) else by.pk,
        by_label=label_of(by)[:200],
        verb=entry.verb[:80],
        content_type=None if obj is None else ContentType.objects.get_for_model(obj),
        object_id="" if obj is None else str(obj.pk),
        object_label="" if obj is None else label_of(obj)[:300],
        reason=entry.reason,
        before=_plain(entry.before),
        after=_plain(entry.after),
        group=_group.get(),
    )


_timelines: set[type[models.Model]] = set()


def keeps_timeline(kind: type[models.Model]) -> None:
    """Say that objects of this model have a timeline: entries about a row that points to one concern it too.

    Called in `AppConfig.ready`. A foreign key is followed by itself; other ties are given by `record(about=…)`.
    """
    _timelines.add(kind)


def _subjects(obj: models.Model | None, about: Sequence[models.Model]) -> list[tuple[ContentType, str]]:
    """What the entry concerns besides its own object, each once."""
    found: dict[tuple[type[models.Model], str], None] = {(type(one), str(one.pk)): None for one in about}
    if obj is not None:
        for field in obj._meta.concrete_fields:
            kind = field.related_model
            pointed = getattr(obj, field.attname) if kind in _timelines else None
            if kind is not None and pointed is not None:
                found[kind, str(pointed)] = None
        found.pop((type(obj), str(obj.pk)), None)
    return [(ContentType.objects.get_for_model(kind), pk) for kind, pk in found]


def _write_subjects(pairs: Iterable[tuple[JournalEntry, Entry]]) -> None:
    JournalSubject.objects.bulk_create(
        JournalSubject(entry=row, content_type=content_type, object_id=pk)
        for row, entry in pairs
        for content_type, pk in _subjects(entry.obj, entry.about)
    )


def _require_transaction() -> None:
    if not connection.in_atomic_block:
        raise JournalOutsideTransaction(
            "Le journal s’écrit dans la transaction de ce qu’il raconte : ouvrez transaction.atomic() dans l’action."
        )


def record(
    *,
    by: Author,
    verb: str,
    obj: models.Model | None = None,
    reason: str = "",
    before: object = None,
    after: object = None,
    about: Sequence[models.Model] = (),
) -> JournalEntry:
    """Write one entry. Called by actions only, inside their transaction (else JournalOutsideTransaction).

    `about`: other objects that it concerns; what `obj` points to by a foreign key is found alone (`keeps_timeline`).
    `verb` is a French participle that reads after the author's name on screen (« réglages enregistrés »), 80
    characters at most. `before` and `after` hold only the fields that changed.
    """
    _require_transaction()
    told = Entry(verb, obj, reason, before, after, about)
    entry = _entry(by, told)
    entry.save(force_insert=True)
    _write_subjects([(entry, told)])
    memo.forget()
    return entry


def bulk_record(*, by: Author, entries: Iterable[Entry]) -> int:
    """Write many entries by batches of 500, in one group, and return how many. Same conditions as `record`."""
    _require_transaction()
    written = 0
    with group():
        for told in chunks(entries, BATCH):
            rows = JournalEntry.objects.bulk_create([_entry(by, entry) for entry in told])
            _write_subjects(zip(rows, told, strict=True))
            written += len(rows)
    memo.forget()
    return written


@contextmanager
def group() -> Iterator[str]:
    """Give the same group to every entry written inside; a group opened inside another joins it."""
    current = _group.get()
    if current:
        yield current
        return
    token = _group.set(str(uuid.uuid4()))
    try:
        yield _group.get()
    finally:
        _group.reset(token)


def changes(before: dict[str, object], after: dict[str, object]) -> tuple[dict[str, object], dict[str, object]]:
    """Return both sides cut to the keys whose value differs, ready for `record`."""
    changed = [key for key in after if before.get(key) != after[key]]
    return {key: before.get(key) for key in changed}, {key: after[key] for key in changed}


def history_of(obj: models.Model) -> QuerySet[JournalEntry]:
    """The entries about one object, newest first."""
    return JournalEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(obj), object_id=str(obj.pk)
    ).select_related("by")


def about(*objects: models.Model) -> QuerySet[JournalEntry]:
    """Every entry about one of these objects of one model, or that concerns one: their timeline, the newest first."""
    kind = ContentType.objects.get_for_model(objects[0])
    ids = [str(obj.pk) for obj in objects]
    concerned = JournalSubject.objects.filter(content_type=kind, object_id__in=ids).order_by().values("entry")
    own = models.Q(content_type=kind, object_id__in=ids)
    return JournalEntry.objects.filter(own | models.Q(pk__in=concerned)).select_related("by").order_by("-id")


def forget_person(*, person: models.Model, former: Collection[str], label: str, by: Author) -> int:
    """Put `label` in the place of the name and of the address of somebody whose account is erased; return how many.

    The one exception to « an entry is never edited »: what was done, when, by which account and why stays; only who it
    was is taken out. `former` are the texts that named them: an address goes wherever it stands, a name only from what
    they did, from what is about them, and from rows tied to their account (another may bear it). Names and addresses
    of before, which the journal itself bears, go as well (`names_of`), and what a row of theirs is called is told
    anew from the row, whatever they were called then: `person` bears the label already. Journaled itself.
    """
    _require_transaction()
    texts = sorted({text for text in (*former, *names_of(person)) if text} - {label})
    addresses = [text for text in texts if "@" in text]
    kind = ContentType.objects.get_for_model(person)
    tied = Q(by=person) | Q(content_type=kind, object_id=str(person.pk))
    tied |= Q(subjects__content_type=kind, subjects__object_id=str(person.pk))
    told_anew: dict[tuple[int, str], str] = {}
    for model, names in _models_that_point_to(type(person)):
        rows = model._base_manager.filter(reduce(operator.or_, (Q(**{name: person.pk}) for name in names)))
        keys = [str(pk) for pk in rows.values_list("pk", flat=True)]
        its_kind = ContentType.objects.get_for_model(model)
        for some in chunks(keys, BATCH):
            tied |= Q(content_type=its_kind, object_id__in=some)
        first = rows.order_by("pk").first()
        if first is not None and label in label_of(first):
            told_anew |= {(its_kind.pk, str(row.pk)): label_of(row) for row in rows.order_by("pk")}
    close = set(JournalEntry.objects.filter(tied).order_by().values_list("pk", flat=True))
    named = JournalEntry.objects.annotate(
        told_before=Cast("before", models.TextField()), told_after=Cast("after", models.TextField())
    )
    anywhere = Q(pk__in=())
    for address in addresses:
        for column in ("by_label", "object_label", "reason", "told_before", "told_after"):
            anywhere |= Q(**{f"{column}__icontains": address})
    far = set(named.filter(anywhere).order_by().values_list("pk", flat=True))
    changed = 0
    for batch in chunks(sorted(close | far), BATCH):
        for entry in JournalEntry.objects.filter(pk__in=batch):
            words = texts if entry.pk in close else addresses
            anew = told_anew.get((entry.content_type_id or 0, entry.object_id), "")
            changed += _forget_in(entry, person, kind, Forgetting(words, label), anew)
    record(by=by, verb="nom retiré du journal", obj=person, after={"entrées": changed})
    return changed


def names_of(person: models.Model) -> set[str]:
    """Every text that the journal called somebody by: what they signed, what was told of their account, and was then.

    Labels are cut where their column ends; an address may hide among them, for want of a name.
    """
    kind = ContentType.objects.get_for_model(person)
    found = set(JournalEntry.objects.filter(by_id=person.pk).order_by().values_list("by_label", flat=True).distinct())
    own = JournalEntry.objects.filter(content_type=kind, object_id=str(person.pk)).order_by()
    for object_label, *sides in own.values_list("object_label", "before", "after"):
        found.add(object_label)
        for side in sides:
            if isinstance(side, dict):
                found |= {value for key, value in side.items() if key in _NAMING and isinstance(value, str)}
    return {text for text in found if text.strip()} - _TELLS_NOBODY


def _models_that_point_to(kind: type[models.Model]) -> Iterator[tuple[type[models.Model], list[str]]]:
    for model in apps.get_models():
        if model in (JournalEntry, kind):
            continue
        names = [field.name for field in model._meta.concrete_fields if field.related_model is kind]
        if names:
            yield model, names


class Forgetting:
    """Puts a label in the place of some texts, whole words only and whatever the case."""

    def __init__(self, texts: Sequence[str], label: str) -> None:
        longest_first = sorted(texts, key=len, reverse=True)
        self.label = label
        self._found = re.compile(
            rf"(?<![\w.+@-])(?:{'|'.join(re.escape(text) for text in longest_first)})(?![\w@])", re.IGNORECASE
        )
        self._any = bool(texts)

    def of(self, value: Any) -> Any:
        """The same value, without them: texts of lists and of mappings too."""
        if isinstance(value, str):
            return self._found.sub(lambda _match: self.label, value) if self._any else value
        if isinstance(value, list):
            return [self.of(item) for item in value]
        if isinstance(value, dict):
            return {key: self.of(item) for key, item in value.items()}
        return value


def _forget_in(
    entry: JournalEntry, person: models.Model, kind: ContentType, forgetting: Forgetting, anew: str = ""
) -> bool:
    """Rewrite one entry, when it names the person; past the guard of the model, which is for everybody else.

    `anew`: what its object is called now, when that says who it is about.
    """
    new = {name: forgetting.of(getattr(entry, name)) for name in ("object_label", "reason", "before", "after")}
    new["by_label"] = forgetting.label if entry.by_id == person.pk else forgetting.of(entry.by_label)
    if anew:
        new["object_label"] = anew
    if entry.content_type_id == kind.pk and entry.object_id == str(person.pk):
        new["object_label"] = forgetting.label
        for side in ("before", "after"):
            if isinstance(new[side], dict):
                new[side] = {key: _unnamed(key, value, forgetting.label) for key, value in new[side].items()}
    # Labels are cut where their column ends.
    new["by_label"], new["object_label"] = new["by_label"][:200], new["object_label"][:300]
    former = {name: getattr(entry, name) for name in new}
    if new == former:
        return False
    JournalEntry._base_manager.filter(pk=entry.pk).update(**new)
    return True


_NAMING = ("name", "email", "nom", "courriel")
"""Keys of an entry about somebody's account that say who it is."""
_TELLS_NOBODY = {"changé", "changée", "changés"}
"""What stands there when the entry names nobody: a word of everybody's."""


def _unnamed(key: str, value: Any, label: str) -> Any:
    """A former name or address of somebody, told by their own entry, goes too."""
    return label if key in _NAMING and value else value


# On PostgreSQL two transactions may commit in another order than their numbers: the sum of the last numbers changes
# when a lower one arrives late. SQLite has one writer at a time, so the highest number alone tells everything.
_VERSION_SQL = {
    "sqlite": "SELECT COALESCE(MAX(id), 0), 0 FROM foundation_journalentry",
    "postgresql": (
        "SELECT COALESCE(MAX(id), 0), COALESCE(SUM(id), 0) FROM "
        "(SELECT id FROM foundation_journalentry ORDER BY id DESC LIMIT 200) AS last_entries"
    ),
}


def _read_version() -> tuple[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(_VERSION_SQL[connection.vendor])
        highest, total = cursor.fetchone()
    return int(highest), int(total)


def version() -> tuple[int, int]:
    """Return what changes with every committed entry; one light query, once per request."""
    return memo.once("journal.version", _read_version)


def in_open_write() -> bool:
    """Tell whether a transaction is open: what is read now may never be committed, so must not be kept."""
    return bool(connection.in_atomic_block)
