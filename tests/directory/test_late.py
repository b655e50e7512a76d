"""Nothing is lost while another process writes the index: changes wait on the disk and are brought in."""

from __future__ import annotations

from threading import Event, Thread

import pytest
import tantivy
from django.core.management import call_command
from django.db import connection

from essaim.directory import late
from essaim.directory.models import Structure
from essaim.directory.search import index
from essaim.directory.tasks import index_structures, rebuild_index
from essaim.foundation.search import IndexUnavailable
from essaim.foundation.search.store import home, writer_lock
from tests.directory.search.factories import make_structure, make_town, names

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(monkeypatch):
    """A town with its index; who waits for the writer soon gives up."""
    make_town()
    make_structure("Les abeilles")
    index.rebuild_index()
    monkeypatch.setattr(late, "PATIENCE_OF_A_PAGE", 0.0)


@pytest.fixture
def held(town, settings):
    """Hold the writer, as a long rebuild does; call it to let go."""
    lock = writer_lock(home(settings.DATA_DIR, index.NOUN), patience=0)
    lock.__enter__()
    free = []

    def let_go():
        if not free:
            free.append(True)
            lock.__exit__(None, None, None)

    yield let_go
    let_go()


def found():
    """Every name that the index holds."""
    return set(names())


def marks(settings):
    return list((settings.DATA_DIR / "search").glob("*.late/*"))


def test_a_change_met_by_a_busy_index_is_brought_in_by_the_next_one(held, settings):
    late_one = make_structure("Le rucher")
    done = index_structures.enqueue([late_one.pk])
    assert done.status == "SUCCESSFUL"
    assert found() == {"Les abeilles"}
    assert len(marks(settings)) == 1
    held()
    other = make_structure("La ruche")
    index_structures.enqueue([other.pk])
    assert found() == {"Les abeilles", "Le rucher", "La ruche"}
    assert marks(settings) == []


def test_a_rebuild_met_by_a_busy_index_is_done_by_the_next_one(held, settings):
    make_structure("Le rucher")
    rebuild_index.enqueue()
    assert len(marks(settings)) == 1
    held()
    index_structures.enqueue([])
    assert found() == {"Les abeilles", "Le rucher"}
    assert marks(settings) == []


def test_what_changes_during_a_rebuild_is_brought_in_at_its_end(town, settings, monkeypatch):
    whole = index.rebuild_index

    def long_rebuild(progress=None):
        """Has read the database when the change comes, and holds the writer still."""
        number = whole(progress)
        with writer_lock(home(settings.DATA_DIR, index.NOUN), patience=0):
            index_structures.enqueue([make_structure("Le rucher").pk])
            assert found() == {"Les abeilles"}
        return number

    monkeypatch.setattr(index, "rebuild_index", long_rebuild)
    call_command("directory", "index", "--json")
    assert found() == {"Les abeilles", "Le rucher"}
    assert marks(settings) == []


def test_the_last_state_wins_whatever_the_order_of_the_marks(held):
    structure = make_structure("Le rucher")
    index_structures.enqueue([structure.pk])
    Structure.objects.filter(pk=structure.pk).update(name="Le miel")
    held()
    index_structures.enqueue([structure.pk])
    assert found() == {"Les abeilles", "Le miel"}


def test_a_dead_process_leaves_its_change_to_the_next_one(town, settings):
    late.leave([make_structure("Le rucher").pk])
    assert late.ensure() == 2
    assert found() == {"Les abeilles", "Le rucher"}
    assert marks(settings) == []


def test_a_failure_is_told_and_does_not_stop_what_follows(town, settings, monkeypatch):
    def broken(ids):
        raise ValueError("rang hors de 0 à 99")

    with monkeypatch.context() as patch:
        patch.setattr(index, "update_index", broken)
        failed = index_structures.enqueue([1])
    assert failed.status == "FAILED"
    assert "rang hors" in failed.errors[0].traceback
    assert marks(settings) == []
    index_structures.enqueue([make_structure("Le rucher").pk])
    assert found() == {"Les abeilles", "Le rucher"}


@pytest.mark.parametrize("trouble", [OSError("plus de place"), IndexUnavailable("abîmé")])
def test_what_could_not_be_written_waits(town, settings, monkeypatch, trouble):
    def full(ids):
        raise trouble

    with monkeypatch.context() as patch:
        patch.setattr(index, "update_index", full)
        failed = index_structures.enqueue([make_structure("Le rucher").pk])
    assert failed.status == "FAILED"
    assert len(marks(settings)) == 1
    index_structures.enqueue([])
    assert found() == {"Les abeilles", "Le rucher"}
    assert marks(settings) == []


def test_a_disk_without_room_loses_no_change(town, settings, monkeypatch):
    """Whatever the engine says of it: a whole rebuild that fails leaves its mark too."""

    def full(*args, **kwargs):
        raise ValueError("No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(tantivy, "Index", full)
        make_structure("Le rucher")
        assert rebuild_index.enqueue().status == "FAILED"
    assert len(marks(settings)) == 1
    index_structures.enqueue([])
    assert found() == {"Les abeilles", "Le rucher"}


def test_a_worker_waits_longer_than_a_page(settings):
    assert late.patience() == late.PATIENCE_OF_A_PAGE
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    assert late.patience() == late.PATIENCE_OF_A_WORKER > late.PATIENCE_OF_A_PAGE


@pytest.mark.django_db(transaction=True)
def test_who_waits_gets_its_turn(held, settings, monkeypatch):
    monkeypatch.setattr(late, "PATIENCE_OF_A_PAGE", 60.0)
    structure, begun = make_structure("Le rucher"), Event()

    def change():
        begun.set()
        index_structures.enqueue([structure.pk])
        connection.close()

    thread = Thread(target=change)
    thread.start()
    begun.wait()
    held()
    thread.join()
    assert found() == {"Les abeilles", "Le rucher"}
    assert marks(settings) == []
