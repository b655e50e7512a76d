"""The database kept for readings: one a process, a connection a reading, nothing shared but the memory."""

import multiprocessing
import os

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
