"""What is put back is what was made, row for row, and only where it would be made the same."""

from __future__ import annotations

import pytest
import time_machine
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core import mail
from django.db import connection, transaction
from django.utils import timezone
from wagtail.models import Page

from essaim.editorial.actions.planting import plant
from essaim.editorial.models import HomePage
from essaim.foundation import journal
from essaim.foundation.models import JournalEntry, Territory
from essaim.foundation.territories import home
from tests import remembered as module
from tests.foundation.factories import TerritoryFactory
from tests.remembered import remembered, tables

RUNS = []


def make():
    RUNS.append(timezone.now())
    TerritoryFactory(name="Faite")
    (settings.DATA_DIR / "fait").write_text("oui")
    return "made"


@pytest.fixture
def planted_twice(db, monkeypatch):
    """The first content put back, not planted."""
    monkeypatch.setattr(module, "_states", {})
    with transaction.atomic():
        remembered("content", lambda: plant(by="test", territory=TerritoryFactory()))
        transaction.set_rollback(True)
    remembered("content", lambda: pytest.fail("made again"))


def everything():
    return {name: table.rows() for name, table in tables().items()}


def again(make):
    """What `remembered` gives in a second transaction like the first, and how many times it was made in all."""
    RUNS.clear()
    given = []
    for _ in range(2):
        with transaction.atomic():
            given.append((remembered("test", make), everything()))
            (settings.DATA_DIR / "fait").unlink()
            transaction.set_rollback(True)
    return given


def test_it_is_made_once_and_put_back_whole(db, monkeypatch):
    monkeypatch.setattr(module, "_states", {})
    (first, rows), (second, rows_again) = again(make)
    assert (first, second, len(RUNS)) == ("made", "made", 1)
    assert rows == rows_again
    assert [row for row in rows["foundation_territory"].values() if "Faite" in row]


def test_the_files_come_back_too(db, monkeypatch):
    monkeypatch.setattr(module, "_states", {})
    again(make)
    assert not (settings.DATA_DIR / "fait").exists()
    remembered("test", make)
    assert (settings.DATA_DIR / "fait").read_text() == "oui"
    assert Territory.objects.get().name == "Faite"
    assert len(RUNS) == 1


def test_beside_a_file_that_was_there_nothing_is_remembered(db, monkeypatch):
    monkeypatch.setattr(module, "_states", {})
    (settings.DATA_DIR / "avant").write_text("là")
    again(make)
    remembered("test", make)
    assert (settings.DATA_DIR / "fait").read_text() == "oui"
    assert len(RUNS) == 3


def test_what_is_given_is_nobody_elses_and_what_is_sent_is_thrown_away(db, monkeypatch):
    monkeypatch.setattr(module, "_states", {})

    def send():
        make()
        mail.send_mail("Bonjour", "Faite", None, ["a@exemple.fr"])
        return ["made"]

    RUNS.clear()
    for _ in range(3):
        with transaction.atomic():
            given = remembered("test", send)
            assert (given, mail.outbox) == (["made"], [])
            given.append("changed")
            (settings.DATA_DIR / "fait").unlink()
            transaction.set_rollback(True)
    assert len(RUNS) == 1


def test_what_the_process_knew_before_is_not_taken_for_read(db, monkeypatch):
    """A territory kept by the process would hide from it that the making depends on it."""
    monkeypatch.setattr(module, "_states", {})
    TerritoryFactory(name="Là avant")
    assert home().name == "Là avant"
    made = []
    with transaction.atomic():
        remembered("test", lambda: made.append(home().name))
        transaction.set_rollback(True)
    Territory.objects.update(name="Autre")
    remembered("test", lambda: made.append(home().name))
    assert made == ["Là avant", "Autre"]


def test_a_copy_from_a_table_into_itself_reads_it(db, monkeypatch):
    monkeypatch.setattr(module, "_states", {})
    copy = 'INSERT INTO "wagtailcore_collection" (path) SELECT path FROM "wagtailcore_collection"'
    reads = module._Reads(set())
    reads(lambda *_: None, copy, (), False, {})
    assert reads.found == {"wagtailcore_collection"}
    reads.found.clear()
    reads(lambda *_: None, copy.partition(" SELECT")[0] + " VALUES (1)", (), False, {})
    assert reads.found == set()


def test_another_start_another_making(db, monkeypatch):
    """What it has read is not the same: it is made again, and takes account of it."""
    monkeypatch.setattr(module, "_states", {})
    again(make)
    TerritoryFactory(name="Là avant")
    remembered("test", make)
    assert len(RUNS) == 2
    assert Territory.objects.get().name == "Là avant"


def test_another_hour_another_making(db, monkeypatch):
    monkeypatch.setattr(module, "_states", {})
    again(make)
    with time_machine.travel("2027-02-03T10:00:00+01:00"):
        remembered("test", make)
    assert len(RUNS) == 2


def test_the_first_content_is_the_same_planted_or_put_back(db, monkeypatch):
    """Rows by rows, the dates of the planting excepted when it was made twice: here it was once."""
    monkeypatch.setattr(module, "_states", {})
    seen = []
    for _ in range(2):
        with transaction.atomic():
            territory = TerritoryFactory()
            planted = remembered("content", lambda territory=territory: plant(by="test", territory=territory))
            seen.append((planted, everything(), HomePage.objects.get().title, Page.objects.count()))
            transaction.set_rollback(True)
    assert seen[0] == seen[1]
    assert len(seen[0][0].pages) > 15


def test_what_comes_after_is_numbered_after_and_the_editors_search_finds_it(planted_twice):
    pages, entries = Page.objects.order_by("-pk")[0].pk, JournalEntry.objects.order_by("-pk")[0].pk
    HomePage.objects.get().add_child(instance=Page(title="Après", slug="apres"))
    assert Page.objects.get(slug="apres").pk > pages
    with transaction.atomic():
        assert journal.record(by="test", verb="essayé").pk > entries
    # SQLite's words follow by triggers, PostgreSQL's are in the row.
    assert "comprendre" in {page.slug for page in Page.objects.search("comprendre")}


def test_what_is_kept_of_the_site_is_forgotten(db, monkeypatch):
    monkeypatch.setattr(module, "_states", {})
    again(make)
    assert home().name != "Faite"
    remembered("test", make)
    assert home().name == "Faite"


def test_after_a_commit_the_base_is_as_a_flush_leaves_it(transactional_db, monkeypatch):
    from django.core.management import call_command

    monkeypatch.setattr(module, "_bare", {})

    def flush():
        call_command("flush", interactive=False, verbosity=0)

    module.swept(flush)
    bare = everything()
    assert bare["django_content_type"]
    assert not bare["wagtailcore_page"]
    TerritoryFactory()
    ContentType.objects.filter(model="territory").delete()
    assert everything() != bare
    module.swept(lambda: None)
    assert everything() == bare
    assert ContentType.objects.get_for_model(Territory).pk in bare["django_content_type"]


def test_every_table_is_known(db):
    """A table that no model describes would neither be put back nor emptied."""
    unknown = set(connection.introspection.table_names()) - tables().keys()
    assert {name for name in unknown if "_indexentry_fts" not in name} == {"django_migrations"}
