"""What is long to make in the database is made once per worker, then put back row for row.

`remembered("planted", make)` runs `make()` the first time and keeps the rows that it added, changed or removed. Another
test that starts from the same rows gets them back in some hundredths of a second; one that does not (an editor's page
is there already, the clock has been moved…) runs `make()` again. What decides is looked at, not declared: every table
that `make()` has read must hold the same rows, and what it has only added must come after what is there.

What `make()` reads elsewhere (a setting, a file of the source) is not seen: do not change it before. What it sends is
thrown away, made or put back. Where files are there before and it changes some, nothing is remembered.
"""

from __future__ import annotations

import re
import shutil
import tempfile
import time
from collections.abc import Callable, Collection
from copy import deepcopy
from dataclasses import dataclass
from functools import cache as once
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core import mail
from django.db import connection, models, transaction
from django.utils import timezone

Row = tuple[Any, ...]
Rows = dict[Any, Row]
"""The rows of a table by their key."""

MOST = 4
"""So many states of one name: made in a transaction or not, before the first flush or after."""
DRIFT = 300
"""Seconds between the clock of the test that made it and that of the test that finds it: further, it was moved."""
_WORD = re.compile(r"\w+")
_INSERT = re.compile(r'\s*INSERT INTO "(\w+)"')


@dataclass(frozen=True)
class Table:
    """A table that a model describes: its columns, the place of its key, where its foreign keys lead."""

    name: str
    columns: tuple[str, ...]
    key: int
    counted: bool
    links: tuple[tuple[int, str], ...]

    def rows(self) -> Rows:
        """Everything in it, as the database holds it (on SQLite a sign keeps the adapter from reading dates)."""
        sign = "+" if connection.vendor == "sqlite" else ""
        columns = ", ".join(f'{sign}"{column}"' for column in self.columns)
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT {columns} FROM "{self.name}"')
            found = [tuple(_plain(value) for value in row) for row in cursor.fetchall()]
        return {row[self.key]: row for row in found}

    def remove(self, keys: Collection[Any]) -> None:
        with connection.cursor() as cursor:
            cursor.executemany(f'DELETE FROM "{self.name}" WHERE "{self.columns[self.key]}" = %s', [(k,) for k in keys])

    def add(self, rows: Collection[Row]) -> None:
        """Write rows with the keys that they had; on PostgreSQL, what comes next is numbered after them."""
        names = ", ".join(f'"{column}"' for column in self.columns)
        holes = ", ".join(["%s"] * len(self.columns))
        key = self.columns[self.key]
        with connection.cursor() as cursor:
            cursor.executemany(f'INSERT INTO "{self.name}" ({names}) VALUES ({holes})', list(rows))
            if self.counted and connection.vendor == "postgresql":
                sequence = f"pg_get_serial_sequence('\"{self.name}\"', '{key}')"
                highest = max(row[self.key] for row in rows)
                cursor.execute(f"SELECT setval({sequence}, greatest(%s, nextval({sequence})))", [highest])


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


@once
def tables() -> dict[str, Table]:
    """Every table of the models; the words of SQLite's full-text search follow theirs by triggers."""
    known = set(connection.introspection.table_names())
    found = {}
    for model in apps.get_models(include_auto_created=True):
        meta = model._meta
        if not meta.managed or meta.proxy or meta.db_table not in known or meta.db_table.endswith("_fts"):
            continue
        fields = [field for field in meta.local_concrete_fields if not field.generated]
        found[meta.db_table] = Table(
            meta.db_table,
            tuple(field.column for field in fields),
            fields.index(meta.pk),
            isinstance(meta.pk, models.AutoField),
            tuple(
                (rank, field.remote_field.model._meta.db_table)
                for rank, field in enumerate(fields)
                if field.remote_field is not None and field.db_constraint
            ),
        )
    return found


@dataclass
class _Reads:
    """The tables on which what was made depends: all those that a statement names, but as the target of an INSERT."""

    found: set[str]

    def __call__(self, execute, sql, params, many, context):
        named = set(_WORD.findall(sql)) & tables().keys()
        target = _INSERT.match(sql)
        if target is not None and "ON CONFLICT" not in sql and "SELECT" not in sql.upper():
            named.discard(target[1])
        self.found |= named
        return execute(sql, params, many, context)


def _drift() -> float:
    """How far the clock of the test is from one that no test moves."""
    return time.time() - time.clock_gettime(time.CLOCK_BOOTTIME)


def _files() -> dict[Path, tuple[int, int]]:
    """Every file of the data dir, with what tells that it was written again."""
    found = {path: path.stat() for path in Path(settings.DATA_DIR).rglob("*") if path.is_file()}
    return {path: (told.st_size, told.st_mtime_ns) for path, told in found.items()}


@dataclass(frozen=True)
class _State:
    """What one run of `make` has done."""

    result: Any
    read: dict[str, Rows]
    removed: dict[str, list[Any]]
    added: dict[str, list[Row]]
    files: tempfile.TemporaryDirectory | None
    atomic: bool
    drift: float
    day: Any

    def fits(self) -> bool:
        """Whether making it here would make the same."""
        if self.atomic != connection.in_atomic_block or abs(_drift() - self.drift) > DRIFT:
            return False
        if self.day != timezone.localdate() or (self.files is not None and _files()):
            return False
        if any(tables()[name].rows() != rows for name, rows in self.read.items()):
            return False
        return all(self._comes_after(name) for name in self.added.keys() - self.read.keys())

    def _comes_after(self, name: str) -> bool:
        there = tables()[name].rows()
        if not there:
            return True
        key = tables()[name].key
        return tables()[name].counted and max(there) < min(row[key] for row in self.added[name])

    def put_back(self) -> Any:
        with transaction.atomic():
            _write(self.removed, self.added)
        if self.files is not None:
            shutil.copytree(self.files.name, settings.DATA_DIR, dirs_exist_ok=True)
        _forget()
        return deepcopy(self.result)


def _write(removed: dict[str, list[Any]], added: dict[str, list[Row]]) -> None:
    for name, keys in removed.items():
        tables()[name].remove(keys)
    for name, rows in added.items():
        tables()[name].add(rows)


def _difference(before: dict[str, Rows], after: dict[str, Rows]) -> tuple[dict[str, list[Any]], dict[str, list[Row]]]:
    """What must be removed, then added, to go from one to the other; a changed row is in both."""
    removed, added = {}, {}
    for name, rows in after.items():
        if gone := [key for key, row in before[name].items() if rows.get(key) != row]:
            removed[name] = gone
        if fresh := [row for key, row in rows.items() if before[name].get(key) != row]:
            added[name] = fresh
    return removed, added


def _forget() -> None:
    """Nothing that this process has read before is true any more."""
    from django.contrib.contenttypes.models import ContentType
    from wagtail.models import Site

    from essaim.foundation import kept

    ContentType.objects.clear_cache()
    Site.clear_site_root_paths_cache()
    kept.forget_all()


_states: dict[str, list[_State]] = {}


def remembered(name: str, make: Callable[[], Any]) -> Any:
    """Leave the database and the data dir as `make()` does, and return what it returns."""
    states = _states.setdefault(name, [])
    for state in states:
        if state.fits():
            return state.put_back()
    return _make(states, make)


def _make(states: list[_State], make: Callable[[], Any]) -> Any:
    _forget()
    everything = tables()
    before = {one: table.rows() for one, table in everything.items()}
    files_before, sent_before = _files(), len(_outbox())
    reads = _Reads(set())
    with connection.execute_wrapper(reads):
        result = make()
    del _outbox()[sent_before:]
    files = _files()
    removed, added = _difference(before, {one: table.rows() for one, table in everything.items()})
    # A row that is only pointed at was read by an earlier test: the names of models, kept by the process.
    pointed = {
        target
        for name, rows in added.items()
        for rank, target in everything[name].links
        if any(row[rank] is not None for row in rows)
    }
    read = reads.found | removed.keys() | (pointed - added.keys())
    if len(states) < MOST and (not files_before or files == files_before):
        states.append(
            _State(
                deepcopy(result),
                {one: before[one] for one in read},
                removed,
                added,
                _copy_of_files() if files != files_before else None,
                connection.in_atomic_block,
                _drift(),
                timezone.localdate(),
            )
        )
    return result


def _outbox() -> list[Any]:
    """What the tests' mail server holds; Django opens it with the tests."""
    return getattr(mail, "outbox", [])


def _copy_of_files() -> tempfile.TemporaryDirectory:
    folder = tempfile.TemporaryDirectory(prefix="essaim-tests-")
    shutil.copytree(settings.DATA_DIR, folder.name, dirs_exist_ok=True)
    return folder


# --- the same means, for what a test that commits leaves behind -------------------------------------------------------

_bare: dict[str, Rows] = {}


def swept(flush: Callable[[], None]) -> None:
    """Leave the database as `flush()` would: done by Django once per worker, then put back from what that has left.

    A flush empties every table, then makes content types, permissions and roles again under other numbers; that is
    longer than most tests, and no state remembered above would fit after it.
    """
    if not _bare:
        flush()
        _bare.update({name: table.rows() for name, table in tables().items()})
        return
    filled = _filled()
    now = {name: tables()[name].rows() if name in filled or rows else {} for name, rows in _bare.items()}
    with transaction.atomic():
        _write(*_difference(now, _bare))
    _forget()


def _filled() -> set[str]:
    """The tables that hold something, in one statement."""
    asked = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM \"{name}\")" for name in tables())
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return {name for (name,) in cursor.fetchall()}
