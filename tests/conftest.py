"""Fixtures shared by every room's tests."""

from __future__ import annotations

import pytest
from hypothesis import settings as hypothesis_settings

from tests.hostile import make_settings_hostile
from tests.remembered import swept
from tests.support import meets_database, writes_only_in_actions

# No test measures time: machines are slow when they are busy.
hypothesis_settings.register_profile("essaim", deadline=None)
hypothesis_settings.load_profile("essaim")


def pytest_configure(config):
    """What production forgives, tests refuse (see tests/hostile.py)."""
    make_settings_hostile()
    config.addinivalue_line("markers", "database: meets the database in a process of its own (see --database-only)")


def pytest_addoption(parser):
    parser.addoption("--database-only", action="store_true", help="only the tests that meet the database")


def pytest_collection_modifyitems(config, items):
    """On a second database, what never meets one would say the same again: `make test` has just run it."""
    if config.getoption("--database-only"):
        meeting = [item for item in items if meets_database(item)]
        config.hook.pytest_deselected(items=[item for item in items if not meets_database(item)])
        items[:] = meeting


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix, tmp_path_factory):
    """SQLite on the disk, one per worker, as installations have it: in memory, two threads cannot queue."""
    from django.db import connections

    settings = connections["default"].settings_dict
    if settings["ENGINE"].endswith("sqlite3"):
        settings["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")


@pytest.fixture(scope="session", autouse=True)
def _short_flush():
    """After a test that commits, what a flush leaves is put back rather than made again (see tests/remembered.py)."""
    from django.test import TransactionTestCase

    whole = TransactionTestCase._fixture_teardown

    def short(self):
        if self.available_apps is not None or self.serialized_rollback or self.reset_sequences:
            whole(self)
        else:
            swept(lambda: whole(self))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", short)
        yield


@pytest.fixture(autouse=True)
def _installation(settings, tmp_path):
    """Each test has its own data dir, empty in-process caches and no page cache (ask for `page_cache` to have it)."""
    from django.core.cache import cache

    from essaim.foundation import kept, pagecache

    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()
    settings.MEDIA_ROOT = settings.DATA_DIR / "media"
    settings.EMAIL_FILE_PATH = settings.DATA_DIR / "outbox"
    # Static files as they are in the source: no test waits for `collectstatic`.
    settings.STATIC_ROOT = settings.DATA_DIR / "static"
    settings.STATIC_ROOT.mkdir()
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": plain}
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    former = pagecache.store.max_total
    pagecache.store.clear()
    pagecache.store.max_total = 0
    kept.forget_all()
    cache.clear()
    yield
    pagecache.store.max_total = former
    pagecache.store.clear()
    kept.forget_all()


@pytest.fixture(autouse=True)
def _guarded_writes():
    """Whoever writes to the database outside an action fails its test."""
    with writes_only_in_actions():
        yield


@pytest.fixture
def page_cache():
    """The anonymous page cache at work, empty at first."""
    from essaim.foundation import pagecache

    pagecache.store.max_total = pagecache.MAX_TOTAL
    pagecache.store.clear()
    return pagecache.store


@pytest.fixture
def territory(db):
    """The territory whose identity the site wears."""
    from tests.foundation.factories import TerritoryFactory

    return TerritoryFactory()


@pytest.fixture
def person(db):
    """Someone with an account and no office."""
    from tests.people.factories import PersonFactory

    return PersonFactory()


@pytest.fixture
def officer(db):
    """The ESS officer."""
    from tests.people.factories import PersonFactory

    return PersonFactory(is_officer=True, name="Camille Officier")


@pytest.fixture
def person_client(client, person):
    """A browser where `person` has signed in."""
    client.force_login(person)
    return client


@pytest.fixture
def officer_client(client, officer):
    """A browser where `officer` has signed in."""
    client.force_login(officer)
    return client
