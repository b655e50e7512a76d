"""The database kept for readings: one a process, a connection a reading, nothing shared but the memory."""

import multiprocessing
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from essaim.stock import engine
from essaim.stock.engine import Engine


def test_readings_at_the_same_time_do_not_see_each_other():
    with Engine.reading() as first, Engine.reading() as second:
        first.run("CREATE TEMP TABLE base AS SELECT 1 AS n")
        second.run("CREATE TEMP TABLE base AS SELECT 2 AS n")
        assert (first.value("SELECT n FROM base"), second.value("SELECT n FROM base")) == (1, 2)
    with Engine.reading() as third, pytest.raises(duckdb.CatalogException):
        third.rows("SELECT * FROM base")


def test_the_database_outlives_its_readings_and_is_bounded():
    with Engine.reading() as one:
        one.run("SELECT 1")
    kept = engine._databases[os.getpid()]
    with Engine.reading() as other:
        assert other.value("SELECT current_setting('memory_limit')") == "572.2 MiB"
        assert other.value("SELECT current_setting('enable_external_file_cache')") is False
        assert other.value("SELECT current_setting('autoinstall_known_extensions')") is False
    assert engine._databases[os.getpid()] is kept


def test_what_spills_stands_where_nobody_looks_and_leaves_with_the_process(tmp_path):
    folder = tmp_path / "temporary"
    folder.mkdir()
    code = (
        "from essaim.stock.engine import Engine\n"
        "with Engine.reading() as one:\n"
        "    one.run('SELECT 1')\n"
        "    print(one.value(\"SELECT current_setting('temp_directory')\"))\n"
        "import os, sys\n"
        "sys.stdout.flush()\n"
        "child = os.fork()\n"
        "if not child:\n"
        "    sys.exit(0)\n"
        "os.waitpid(child, 0)\n"
        "print(*[f'{name} {os.stat(name).st_mode & 0o077}' for name in os.listdir('.')])\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        cwd=folder,
        env={**os.environ, "TMPDIR": str(folder), "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=True,
    )
    spill, kept = done.stdout.splitlines()
    name, mode = kept.split()
    assert spill == str(folder / name / "spill")
    assert str(os.getpid()) not in name
    assert mode == "0", "nobody else may read it; a child that ends leaves it"
    assert list(folder.iterdir()) == []


def _read(queue):
    with Engine.reading() as one:
        queue.put((os.getpid() in engine._databases, one.value("SELECT 42")))


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_process_opens_its_own():
    with Engine.reading() as one:
        one.run("SELECT 1")
        context = multiprocessing.get_context("fork")
        queue = context.Queue()
        child = context.Process(target=_read, args=(queue,))
        child.start()
        try:
            assert queue.get(timeout=60) == (True, 42)
        finally:
            child.join(60)
        assert child.exitcode == 0
