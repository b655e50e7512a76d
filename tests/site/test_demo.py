"""`essaim demo`: from nothing to a served territory, and nothing the second time."""

from __future__ import annotations

import datetime as dt
import json
import stat
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.utils import timezone

from essaim.directory.actions.sync import sync_territories
from essaim.directory.demo.generate import CARDS, ESTABLISHMENTS, SUMMARY
from essaim.directory.demo.places import fictitious_territories
from essaim.directory.models import Card, Establishment, Structure, SyncRun
from essaim.foundation import registries
from essaim.foundation.models import JournalEntry
from essaim.foundation.registries import DemoStep
from essaim.foundation.territories import home as home_territory
from essaim.geography.models import Epci
from essaim.people.models import Person
from essaim.site import demo
from essaim.site.demo_steps import welcome_officer
from essaim.stock.read import current_extract


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("demo", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.slow
@pytest.mark.django_db
def test_from_nothing_then_nothing_more(settings, client):
    told = run()
    data_dir = Path(settings.DATA_DIR)
    for label in ("Communes et EPCI", "Import dans le stock", "Synchronisation", "Index de recherche"):
        assert label in told

    summary = json.loads((data_dir / "demo" / SUMMARY).read_text(encoding="utf-8"))
    home = summary["territories"][0]
    assert SyncRun.objects.get().fictitious
    assert home_territory().short_name == "Grand Poitiers"
    assert not Structure.objects.filter(fictitious=False).exists()
    assert Establishment.objects.filter(siret__isnull=False).count() == home["ess_establishments"]
    employers = Establishment.objects.filter(is_employer=True, is_closed=False, structure__is_closed=False)
    assert employers.count() == home["sirene_employers"]["total"]
    assert Structure.objects.filter(siren__isnull=True).count() > 400, "associations that only the RNA knows"
    assert Establishment.objects.filter(official_commune_code="86146", commune_id="86115").exists()
    assert Establishment.objects.exclude(successor_siret="").exists()

    cards = Card.objects.all()
    assert cards.count() == 120
    year_and_a_half = timezone.now() - dt.timedelta(days=548)
    assert 3 <= cards.filter(confirmed_at__lt=year_and_a_half).count() <= 20
    assert cards.filter(confirmed_at__gt=timezone.now() - dt.timedelta(days=365)).count() >= 30

    kept = data_dir / demo.OFFICER_FILE
    email, password = kept.read_text(encoding="utf-8").split()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert told.count(password) == 1
    officer = Person.objects.get(email=email)
    assert officer.is_officer
    assert client.login(email=email, password=password)

    entries = JournalEntry.objects.count()
    assert "rien à faire" in run()
    assert JournalEntry.objects.count() == entries
    report = json.loads(run("--json"))
    assert (report["changed"], report["steps"]) == (False, [])
    assert password not in json.dumps(report)

    # Something is lost: every step runs again and finds its own work done.
    (data_dir / demo.DONE_FILE).unlink()
    again = json.loads(run("--json"))
    assert again["changed"] is True
    assert Card.objects.count() == 120
    assert Person.objects.filter(is_officer=True).count() == 1
    assert SyncRun.objects.count() == 1
    assert password not in json.dumps(again)

    # The invented EPCI beside are in the same files, one command away.
    other = fictitious_territories()[0]
    (done,) = sync_territories(by="test", territories=[other.siren], apply=True, data_dir=data_dir)
    assert done.structures.added > 600
    assert Establishment.objects.filter(commune_id="00101").exists()


def test_generate_only_writes_files_and_touches_no_database(tmp_path):
    told = run("--generate-only", str(tmp_path / "files"))
    assert "unités légales" in told
    assert (tmp_path / "files" / ESTABLISHMENTS).stat().st_size > 100_000
    assert (tmp_path / "files" / CARDS).exists()


def test_generate_only_where_one_cannot_write_is_told_in_words(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(CommandError, match="Impossible d’écrire"):
        run("--generate-only", str(tmp_path / "file"))


@pytest.mark.django_db
def test_real_structures_keep_the_demonstration_out(settings):
    from tests.directory.factories import StructureFactory

    StructureFactory(fictitious=False)
    with pytest.raises(CommandError, match="ESSAIM_DATA_DIR"):
        run()
    assert current_extract(Path(settings.DATA_DIR)) is None
    assert not Epci.objects.exists()
    assert not Path(settings.DATA_DIR, demo.DONE_FILE).exists()


@pytest.mark.django_db
def test_steps_of_the_rooms_run_in_order_and_count_for_being_done(monkeypatch, settings):
    from essaim.site import demo_steps

    ran: list[str] = []
    monkeypatch.setattr(demo_steps, "OWN_STEPS", (DemoStep("own", 50, "La maison", lambda report: ran.append("own")),))
    for key, order in (("late", 70), ("early", 15)):
        registries.demo_steps.register(DemoStep(key, order, key, lambda report, key=key: ran.append(key)))
    try:
        said: list[str] = []
        done = demo.run(said.append)
        assert ran == ["early", "own", "late"]
        assert [step.key for step in done] == ran
        assert said == ["→ early", "→ La maison", "→ late"]
        before = Path(settings.DATA_DIR, demo.DONE_FILE).read_text(encoding="utf-8")
        assert "early late" in before
    finally:
        registries.demo_steps.unregister("late")
        registries.demo_steps.unregister("early")


@pytest.mark.django_db
def test_a_step_that_fails_leaves_the_demonstration_undone(monkeypatch, settings):
    from essaim.site import demo_steps

    def stop(report):
        raise KeyboardInterrupt

    Path(settings.DATA_DIR, demo.DONE_FILE).write_text(demo._done_text(), encoding="utf-8")
    monkeypatch.setattr(demo_steps, "OWN_STEPS", (DemoStep("own", 50, "La maison", stop),))
    with pytest.raises(KeyboardInterrupt):
        demo.run(lambda text: None)
    assert not demo.is_done()


@pytest.mark.django_db
def test_a_full_disk_is_told_in_words(monkeypatch):
    from essaim.site import demo_steps

    def full(report):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(demo_steps, "OWN_STEPS", (DemoStep("own", 50, "La maison", full),))
    with pytest.raises(CommandError, match="dossier de données"):
        run()


def test_without_tables_it_is_not_done(monkeypatch, settings):
    def no_table():
        raise OperationalError("no such table: directory_syncrun")

    Path(settings.DATA_DIR, demo.DONE_FILE).write_text(demo._done_text(), encoding="utf-8")
    monkeypatch.setattr(demo.mark, "is_in_place", no_table)
    assert not demo.is_done()


@pytest.mark.django_db
def test_another_seed_is_another_demonstration(settings):
    Path(settings.DATA_DIR, demo.DONE_FILE).write_text(demo._done_text(), encoding="utf-8")
    settings.DEMO_SEED = settings.DEMO_SEED + 1
    assert not demo.is_done()


@pytest.mark.django_db
def test_a_new_database_keeps_the_officers_password(settings):
    kept = Path(settings.DATA_DIR, demo.OFFICER_FILE)
    kept.write_text(f"{demo.OFFICER}\nun-mot-de-passe-gardé\n", encoding="utf-8")
    welcome_officer(lambda text: None)
    assert Person.objects.get(email=demo.OFFICER).check_password("un-mot-de-passe-gardé")


@pytest.mark.django_db
@pytest.mark.parametrize("content", ["", "quelqu’un@ailleurs.fr\nmot\n", "agent@demo.invalid\n"])
def test_a_damaged_password_file_is_made_again(settings, content):
    kept = Path(settings.DATA_DIR, demo.OFFICER_FILE)
    kept.write_text(content, encoding="utf-8")
    kept.chmod(0o644)
    welcome_officer(lambda text: None)
    email, password = kept.read_text(encoding="utf-8").split()
    assert email == demo.OFFICER
    assert Person.objects.get(email=email).check_password(password)
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
