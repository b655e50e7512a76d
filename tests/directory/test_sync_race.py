"""Two people at once: whatever happens, each thing is done once."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from django.db import connection

from essaim.directory.actions import sync as module
from essaim.directory.actions.contacts import ImportRefused, import_contacts
from essaim.directory.actions.contacts_undo import undo_import
from essaim.directory.actions.decisions import AlreadyKnown, admit_new
from essaim.directory.actions.locks import DirectoryBusy
from essaim.directory.actions.merging import merge
from essaim.directory.actions.undoing import undo_merge
from essaim.directory.models import Contact, Establishment, Merge, Structure, SyncRun
from essaim.foundation.models import JournalEntry, Territory
from essaim.geography.models import Commune
from tests.directory.factories import OfficialFiles, in_poitiers, siren
from tests.geography.factories import HOME, load_small_cog

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*works):
    """Run them together; what each returned, or the refusal it met."""
    together = Barrier(len(works))
    results = [None] * len(works)

    def run(index, work):
        try:
            together.wait(20)
            results[index] = work()
        except (DirectoryBusy, ImportRefused, AlreadyKnown) as refusal:
            results[index] = refusal
        finally:
            connection.close()

    threads = [Thread(target=run, args=item) for item in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert all(result is not None for result in results)
    return results


def test_two_applies_at_once_write_once(tmp_path, settings, monkeypatch):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    load_small_cog()
    files = OfficialFiles(tmp_path / "official", settings.DATA_DIR)
    for number in range(3):
        files.place(siren(number))
    files.load()
    both_have_read = Barrier(2)
    original = module.read_snapshot

    def read_then_wait(*args):
        snapshot = original(*args)
        both_have_read.wait(20)
        return snapshot

    monkeypatch.setattr(module, "read_snapshot", read_then_wait)

    def apply():
        return module.sync_territories(by="test", territories=[HOME], apply=True)[0]

    reports = at_once(apply, apply)
    written = [report for report in reports if not isinstance(report, DirectoryBusy) and report.written]
    assert len(written) == 1
    assert written[0].structures.added == 3
    others = [report for report in reports if report is not written[0]]
    assert all(isinstance(report, DirectoryBusy) or report.structures.total == 0 for report in others)
    assert (Structure.objects.count(), Establishment.objects.count()) == (3, 3)
    assert (SyncRun.objects.count(), Territory.objects.count()) == (1, 1)
    assert JournalEntry.objects.filter(verb="structure ajoutée").count() == 3


def test_the_same_structure_admitted_twice_at_once_is_one(settings):
    load_small_cog()
    commune = Commune.objects.get(pk="86194")

    def admit():
        return admit_new(name="La Fabrique", commune=commune, reason="r", by="test", siren=siren(1))

    admit_twice = at_once(admit, admit)
    assert sum(isinstance(result, Structure) for result in admit_twice) == 1
    assert Structure.objects.count() == 1


def test_the_same_import_undone_twice_at_once_is_undone_once(settings):
    in_poitiers("LES AMIS DU JARDIN", siren=siren(1))
    content = f"SIREN;Mail\n{siren(1)};ana@exemple.fr\n".encode()
    row = import_contacts(content=content, filename="c.csv", by="test", scope={HOME})

    def undo():
        return undo_import(contact_import=row, by="test")

    results = at_once(undo, undo)
    assert sum(isinstance(result, ImportRefused | DirectoryBusy) for result in results) == 1
    assert not Contact.objects.exists()
    assert JournalEntry.objects.filter(verb="import de contacts annulé").count() == 1


def test_a_merge_while_a_synchronisation_writes(tmp_path, settings, monkeypatch):
    """Whichever is first, the new place of the merged unit is shown by the sheet kept, and nothing is doubled."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    load_small_cog()
    files = OfficialFiles(tmp_path / "official", settings.DATA_DIR)
    for number in range(2):
        files.place(siren(number))
    files.load()

    def apply():
        return module.sync_territories(by="test", territories=[HOME], apply=True)[0]

    apply()
    source, target = (Structure.objects.get(siren=siren(number)) for number in range(2))
    files.place(siren(0), nic=2)
    files.load("2026-11")
    both = Barrier(2)
    original = module.read_snapshot

    def read_then_wait(*args):
        snapshot = original(*args)
        both.wait(20)
        return snapshot

    def join():
        both.wait(20)
        return merge(source=source, target=target, reason="la même", by="test")

    monkeypatch.setattr(module, "read_snapshot", read_then_wait)
    report, _kept = at_once(apply, join)
    assert report.written
    source.refresh_from_db()
    assert source.merged_into == target
    assert Structure.objects.count() == 2
    assert set(target.establishments.values_list("siret", flat=True)) == {row["siret"] for row in files.places}
    monkeypatch.setattr(module, "read_snapshot", original)
    assert not apply().written
    undo_merge(merge=Merge.objects.get(), by="test", reason="deux associations")
    assert source.establishments.filter(siret__startswith=siren(0)).exists()
    apply()
    assert {place.siret[:9] for place in source.establishments.all()} == {siren(0)}
    assert {place.siret[:9] for place in target.establishments.all()} == {siren(1)}
