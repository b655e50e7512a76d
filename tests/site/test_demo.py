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
from essaim.observatory.actions.publishing import withdraw_vintage
from essaim.observatory.enums import Status
from essaim.observatory.evaluation import estimate, evaluate
from essaim.observatory.indicators import CATALOGUE
from essaim.observatory.models import Comment, Note, Vintage
from essaim.observatory.queries import book_of, find_territory
from essaim.people.actions import make_officer
from essaim.people.models import Person
from essaim.site import demo
from essaim.site.demo_steps import welcome_officer
from essaim.stock.read import current_extract


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("demo", *arguments, stdout=out)
    return out.getvalue()


def check_observatory(territories):
    """Invented files went through the code of real ones; real facts of the real territory stand beside them."""
    vintages = Vintage.objects.all()
    assert {(one.source, one.fictitious) for one in vintages} == {
        (source, True) for source in ("flores_ess", "flores_open", "sirene", "urssaf")
    }
    assert not vintages.filter(published_at__isnull=True).exists()
    poitiers = find_territory("epci", territories[0]["siren"])
    book = book_of([poitiers])
    share = evaluate(CATALOGUE["ess-job-share"], poitiers, book)
    assert (share.status, str(share.value), share.year, share.fictitious) == (Status.PUBLISHED, "11.40", 2018, False)
    counted = territories[0]["sirene_employers"]
    places = estimate(CATALOGUE["ess-employer-establishments"], poitiers, book)
    assert places.value == counted["total"] - counted["company"]
    assert places.fictitious
    for drawn in territories[1:]:
        invented = find_territory("epci", drawn["siren"])
        figure = evaluate(CATALOGUE["ess-jobs"], invented, book_of([invented]))
        assert (figure.status, figure.value, figure.year) == (Status.OBSERVED, drawn["official_jobs"], 2018)
    assert Comment.objects.get().written_by.email == demo.OFFICER
    note = Note.objects.get()
    assert note.content["fictitious"]
    return note


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

    assert "Observatoire" in told
    note = check_observatory(summary["territories"])

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

    # Something is lost: every step runs again, finds its own work done and undoes nothing that an officer did.
    withdraw_vintage(vintage=Vintage.objects.get(period="2017", source="flores_ess"), reason="essai", by="test")
    (data_dir / demo.DONE_FILE).unlink()
    again = json.loads(run("--json"))
    assert again["changed"] is True
    assert Card.objects.count() == 120
    assert Person.objects.filter(is_officer=True).count() == 2  # the officer, and a colleague to share the inbox with
    assert SyncRun.objects.count() == 1
    assert password not in json.dumps(again)
    assert [one.period for one in Vintage.objects.filter(published_at__isnull=True)] == ["2017"]
    assert (Note.objects.get().issued_at, Comment.objects.count()) == (note.issued_at, 1)

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


@pytest.fixture
def no_rooms():
    """The registry of steps, empty for the time of a test."""
    known = list(registries.demo_steps)
    for step in known:
        registries.demo_steps.unregister(step.key)
    yield
    for step in known:
        registries.demo_steps.register(step)


@pytest.mark.django_db
@pytest.mark.usefixtures("no_rooms")
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
def test_a_changed_generator_of_a_room_is_another_demonstration(monkeypatch, settings):
    version = {"room": "1"}
    registries.demo_steps.register(DemoStep("room", 70, "Une pièce", lambda report: None, lambda: version["room"]))
    try:
        monkeypatch.setattr(demo.mark, "is_in_place", lambda: True)
        make_officer(by="test", email=demo.OFFICER, name="A", password="x")
        Path(settings.DATA_DIR, demo.DONE_FILE).write_text(demo._done_text(), encoding="utf-8")
        assert demo.is_done()
        version["room"] = "2"
        assert not demo.is_done()
    finally:
        registries.demo_steps.unregister("room")


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
