from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from django.db import connection, transaction

from essaim.foundation import journal, memo
from essaim.foundation.models import JournalEntry, JournalIsImmutable, Territory
from tests.people.factories import OfficeFactory, PersonFactory
from tests.support import ROOT


def test_an_entry_tells_who_what_why_before_and_after(officer, territory):
    entry = journal.record(
        by=officer,
        verb="nom changé",
        obj=territory,
        reason="fusion",
        before={"name": "A", "on": datetime.date(2026, 1, 2)},
        after={"name": "B", "tags": {"b", "a"}, "sum": Decimal("1.5"), "who": officer},
    )
    entry.refresh_from_db()
    assert (entry.by, entry.by_label, entry.verb, entry.reason) == (officer, "Camille Officier", "nom changé", "fusion")
    assert entry.before == {"name": "A", "on": "2026-01-02"}
    assert entry.after == {"name": "B", "tags": ["a", "b"], "sum": "1.5", "who": officer.pk}
    assert list(journal.history_of(territory)) == [entry]
    assert entry.object_label == territory.name


def test_a_command_signs_with_a_label(db):
    entry = journal.record(by="commande directory sync", verb="synchronisé")
    assert (entry.by, entry.by_label) == (None, "commande directory sync")


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_it_refuses():
    with pytest.raises(journal.JournalOutsideTransaction):
        journal.record(by="x", verb="y")
    with pytest.raises(journal.JournalOutsideTransaction):
        journal.bulk_record(by="x", entries=[journal.Entry("y")])
    assert JournalEntry.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_the_entry_falls_with_its_transaction():
    before = journal.version()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        journal.record(by="x", verb="y")
        raise ZeroDivisionError
    assert journal.version() == before
    with transaction.atomic():
        journal.record(by="x", verb="y")
    assert journal.version() != before


@pytest.mark.parametrize(
    "attempt",
    [
        lambda entry: entry.save(),
        lambda entry: entry.delete(),
        lambda _: JournalEntry.objects.all().delete(),
        lambda _: JournalEntry.objects.update(verb="autre"),
        lambda _: JournalEntry.objects.filter(verb="y").update(reason="réécrit"),
    ],
)
def test_nobody_rewrites_it(db, attempt):
    entry = journal.record(by="x", verb="y")
    with pytest.raises(JournalIsImmutable):
        attempt(entry)
    entry.refresh_from_db()
    assert entry.verb == "y"


def test_the_author_cannot_be_erased(officer):
    journal.record(by=officer, verb="y")
    with pytest.raises(Exception, match="protected"):
        officer.delete()


def test_bulk_writes_every_entry_in_one_group(db, territory, django_assert_max_num_queries):
    territory_type = journal.record(by="x", verb="chauffe", obj=territory)
    assert territory_type.group == ""
    with django_assert_max_num_queries(20):
        written = journal.bulk_record(by="x", entries=(journal.Entry(f"v{n}", territory) for n in range(1203)))
    assert written == 1203
    assert JournalEntry.objects.exclude(group="").values("group").distinct().count() == 1
    assert JournalEntry.objects.exclude(group="").count() == 1203
    assert journal.bulk_record(by="x", entries=[]) == 0


def test_groups_join(db):
    with journal.group() as outer:
        first = journal.record(by="x", verb="a")
        with journal.group() as inner:
            second = journal.record(by="x", verb="b")
    alone = journal.record(by="x", verb="c")
    assert outer == inner == first.group == second.group
    assert alone.group == ""


def test_long_texts_are_cut_not_refused(db):
    long = Territory(siren="9", name="n" * 400, short_name="s")
    entry = journal.record(by="b" * 500, verb="v" * 500, obj=None)
    assert (len(entry.by_label), len(entry.verb)) == (200, 80)
    assert len(journal._entry("x", journal.Entry("v", long)).object_label) == 300


def test_changes_keeps_what_differs():
    assert journal.changes({"a": 1, "b": 2}, {"a": 1, "b": 3, "c": None}) == ({"b": 2}, {"b": 3})


def test_version_costs_one_query_per_request(db, django_assert_num_queries):
    with memo.request_memory(), django_assert_num_queries(1):
        first = journal.version()
        assert journal.version() == first
    with memo.request_memory():
        journal.version()
        journal.record(by="x", verb="y")
        assert journal.version() != first


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_a_late_commit_changes_the_version():
    """A lower number that becomes visible after a higher one is seen too."""
    from threading import Event, Thread

    started, finish = Event(), Event()

    def slow():
        with transaction.atomic():
            journal.record(by="lent", verb="a")
            started.set()
            finish.wait(10)
        connection.close()

    thread = Thread(target=slow)
    thread.start()
    started.wait(10)
    with transaction.atomic():
        journal.record(by="rapide", verb="b")
    seen = journal.version()
    finish.set()
    thread.join()
    assert journal.version() != seen


@pytest.mark.django_db
def test_an_account_without_a_name_is_a_number_never_an_address(officer):
    person = PersonFactory(name="", email="zoe@exemple.fr")
    office = OfficeFactory(person=person)
    told = [journal.record(by=person, verb="compte ouvert", obj=one) for one in (person, office)]
    assert [entry.by_label for entry in told] == [f"compte n° {person.pk}"] * 2
    assert told[0].object_label == f"compte n° {person.pk}"
    assert told[1].object_label.endswith(f"compte n° {person.pk}")
    assert journal.label_of("commande x") == "commande x"
    assert journal.label_of(officer) == officer.name


def test_whatever_is_signed_is_signed_by_the_label():
    """`str(by)` of somebody without a name is an address, which screens and messages would show."""
    signed = [path for path in (ROOT / "essaim").rglob("*.py") if "str(by)" in path.read_text()]
    assert signed == []
