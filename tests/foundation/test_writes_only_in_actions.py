"""The journal tells everything only if nothing writes elsewhere: read in the source, and watched while tests run."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from essaim.people.models import Person
from tests.support import ROOT, WriteDuringGet, WriteOutsideActions, no_writes, writes_only_in_actions

ALWAYS = {
    "bulk_create", "bulk_update", "get_or_create", "update_or_create",
    "abulk_create", "abulk_update", "aget_or_create", "aupdate_or_create",
}  # fmt: skip
WITHOUT_POSITIONAL = {"save", "delete", "update", "create", "asave", "adelete", "aupdate", "acreate"}
WRITING_SQL = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE|DROP|TRUNCATE|ALTER|COPY)\b", re.IGNORECASE)

# Rooms and files that never speak to Django's database: official files (DuckDB), code lists, the search engine.
WITHOUT_DATABASE = ("stock", "nomenclature", "foundation/search")
# The manager that makes persons, and the journal itself.
DOORS = ("people/models/", "foundation/journal.py", "foundation/models.py")


def is_door(path: Path) -> bool:
    inside = path.relative_to(ROOT / "essaim")
    return (
        "migrations" in inside.parts
        or "actions" in inside.parts
        or inside.name == "actions.py"
        or inside.as_posix().startswith(DOORS)
        or inside.as_posix().startswith(WITHOUT_DATABASE)
    )


def writes_in(source: str) -> list[tuple[int, str]]:
    """Return (line, what) for every call that looks like a write to the database or to the journal."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        name = node.func.attr
        if name in ALWAYS or (name in WITHOUT_POSITIONAL and not node.args):
            found.append((node.lineno, f".{name}("))
        if name in {"record", "bulk_record"} and ast.unparse(node.func.value).endswith("journal"):
            found.append((node.lineno, f"journal.{name}("))
        if name in {"execute", "executemany"} and node.args:
            text = node.args[0]
            if isinstance(text, ast.Constant) and isinstance(text.value, str) and WRITING_SQL.match(text.value):
                found.append((node.lineno, text.value[:40]))
    return found


def test_no_write_outside_actions():
    wrong = [
        f"{path.relative_to(ROOT)}:{line} {what}"
        for path in sorted((ROOT / "essaim").rglob("*.py"))
        if not is_door(path)
        for line, what in writes_in(path.read_text())
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("source", "caught"),
    [
        ("Person.objects.create(email='a')", True),
        ("person.save()", True),
        ("person.save(update_fields=['name'])", True),
        ("queryset.filter(a=1).update(b=2)", True),
        ("queryset.delete()", True),
        ("M.objects.bulk_create(rows)", True),
        ("cursor.execute('UPDATE people_person SET name = 1')", True),
        ("journal.record(by=p, verb='x')", True),
        ("cursor.execute('SELECT 1')", False),
        ("names.update(other)", False),
        ("image.save(buffer, 'WEBP')", False),
        ("cache.delete('key')", False),
        ("digest.update(b'x')", False),
    ],
)
def test_the_reader_knows_a_write_when_it_sees_one(source, caught):
    assert bool(writes_in(source)) is caught


def test_the_guard_stops_a_write_of_ours_outside_actions(db, person, tmp_path):
    """A file of the package that is no action is refused, even with a disguised call."""
    source = "def sneak(person):\n    getattr(person, 'sa' + 've')()\n"
    code = compile(source, str(ROOT / "essaim/desk/views.py"), "exec")
    namespace: dict = {}
    exec(code, namespace)
    with pytest.raises(WriteOutsideActions, match=r"essaim/desk/views\.py"), writes_only_in_actions():
        namespace["sneak"](person)


def test_the_guard_lets_actions_write(db, person):
    code = compile("def do(person):\n    person.save()\n", str(ROOT / "essaim/people/actions.py"), "exec")
    namespace: dict = {}
    exec(code, namespace)
    namespace["do"](person)


def test_no_writes_sees_everything(db, person):
    with no_writes():
        assert Person.objects.count() == 1
    with pytest.raises(WriteDuringGet), no_writes():
        person.save()
