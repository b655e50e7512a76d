"""What tests of every room share: guards against writes, helpers to read answers."""

from __future__ import annotations

import functools
import re
import sys
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = str(ROOT / "essaim") + "/"
TESTS = str(ROOT / "tests") + "/"
WRITE = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE|MERGE|TRUNCATE|COPY)\b", re.IGNORECASE)

# Written by the frameworks themselves: the session of a visitor, the queue of jobs, the date of the last sign-in.
FRAMEWORK_TABLES = (
    "django_session", "django_tasks", "account_emailaddress", "django_content_type",
    "mfa_authenticator", "usersessions_usersession", "socialaccount_",
)  # fmt: skip
DOORS = ("/migrations/", "/actions/", "/actions.py", "people/models/")
# The journal is a door only for whoever may write: its caller is judged.
THROUGH = ("foundation/journal.py", "foundation/models.py")


class WriteOutsideActions(AssertionError):
    """A room wrote to the database elsewhere than in its actions."""


class WriteDuringGet(AssertionError):
    """A GET changed the database."""


@functools.cache
def around():
    """What stands around a request: a framework's own write may have it as its nearest frame of ours."""
    ours = [path.rpartition(".")[0] for path in settings.MIDDLEWARE if path.startswith("essaim.")]
    known = ("foundation/memo.py", "editorial/door.py")
    return (*known, *(path.removeprefix("essaim.").replace(".", "/") + ".py" for path in ours))


def culprit() -> str | None:
    """Return the nearest file of ours that wrote without right, or None when the write came through a door."""
    frame = sys._getframe(2)
    while frame is not None:
        name = frame.f_code.co_filename
        if name.startswith(TESTS):
            return None
        if name.startswith(PACKAGE):
            inside = name[len(PACKAGE) :]
            if not inside.endswith(THROUGH):
                if inside.endswith(around()) or any(door in "/" + inside for door in DOORS):
                    return None
                return f"essaim/{inside}:{frame.f_lineno}"
        frame = frame.f_back
    return None


@contextmanager
def writes_only_in_actions():
    """Fail as soon as one of our files writes to the database outside an action."""

    def guard(execute, sql, params, many, context):
        if WRITE.match(sql) and not any(table in sql[:200] for table in FRAMEWORK_TABLES):
            where = culprit()
            if where is not None:
                raise WriteOutsideActions(f"{where} écrit dans la base hors d’une action : {sql[:120]}")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(guard):
        yield


@contextmanager
def no_writes():
    """Fail on any SQL write inside (sessions included)."""

    def guard(execute, sql, params, many, context):
        if WRITE.match(sql):
            raise WriteDuringGet(f"Une lecture a écrit : {sql[:160]}")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(guard):
        yield


def assert_get_writes_nothing(client, url, **extra):
    """GET `url` and return the answer; fails when the database was written."""
    with no_writes():
        return client.get(url, **extra)


DATABASE_FIXTURES = frozenset({"db", "transactional_db", "django_db_setup", "live_server"})


def meets_database(item) -> bool:
    """Whether a test may say something else on another database.

    pytest-django refuses the database to whoever does not ask for it, by a mark or by a fixture (its own or one that
    asks for it in turn): the others cannot meet it in this process. What a test starts in a process of its own is not
    seen: its module says so with the mark `database`.
    """
    asked = DATABASE_FIXTURES & set(item.fixturenames)
    return bool(asked) or any(item.get_closest_marker(name) is not None for name in ("django_db", "database"))
