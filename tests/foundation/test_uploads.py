"""Files kept between their preview and their confirmation: one person's, one room's, for an hour, used up once."""

from __future__ import annotations

import os
import threading
import time

import pytest

from essaim.foundation import uploads
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(officer):
    return officer


def keep(owner, kind="essai"):
    return uploads.keep(b"a;b\n", "liste.csv", kind=kind, owner=owner)


def kept(settings):
    return sorted(path.suffix for path in (settings.DATA_DIR / "imports").iterdir())


def test_a_file_is_found_again_by_its_owner_and_its_room_only(owner, settings):
    token = keep(owner)
    found = uploads.find(token, kind="essai", owner=owner)
    assert (found.content(), found.filename) == (b"a;b\n", "liste.csv")
    assert found.path.stat().st_mode & 0o077 == 0
    other = PersonFactory(is_officer=True)
    for kind, whose in (("autre", owner), ("essai", other)):
        with pytest.raises(uploads.UploadGone):
            uploads.find(token, kind=kind, owner=whose)
        with pytest.raises(uploads.UploadGone), uploads.taking(token, kind=kind, owner=whose):
            pass
    assert kept(settings) == [".json", ".upload"]


@pytest.mark.parametrize("token", ["", "x", "../../secret-key", "é" * 30, "a" * 32])
def test_an_odd_token_names_nothing(owner, token):
    with pytest.raises(uploads.UploadGone):
        uploads.find(token, kind="essai", owner=owner)
    with pytest.raises(uploads.UploadGone), uploads.taking(token, kind="essai", owner=owner):
        pass
    uploads.forget(token)


def test_used_up_once_done_and_left_as_it_was_after_a_failure(owner, settings):
    token = keep(owner)
    with pytest.raises(ZeroDivisionError), uploads.taking(token, kind="essai", owner=owner):
        raise ZeroDivisionError
    with uploads.taking(token, kind="essai", owner=owner) as upload:
        assert upload.content() == b"a;b\n"
        with pytest.raises(uploads.UploadTaken), uploads.taking(token, kind="essai", owner=owner):
            pass
        stranger = PersonFactory()
        with pytest.raises(uploads.UploadGone), uploads.taking(token, kind="essai", owner=stranger):
            pass
    assert kept(settings) == []
    with pytest.raises(uploads.UploadGone), uploads.taking(token, kind="essai", owner=owner):
        pass


def test_of_two_at_once_one_enters(owner):
    token = keep(owner)
    start, done, entered = threading.Barrier(2), threading.Barrier(2), []

    def use():
        start.wait(10)
        try:
            with uploads.taking(token, kind="essai", owner=owner):
                entered.append(True)
                done.wait(10)
        except (uploads.UploadTaken, uploads.UploadGone):
            entered.append(False)
            done.wait(10)

    threads = [threading.Thread(target=use) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(entered) == [False, True]


def test_all_is_forgotten_after_an_hour_even_what_was_being_used(owner, settings):
    old, taken, fresh = keep(owner), keep(owner, "autre"), keep(owner)
    (settings.DATA_DIR / "imports" / f"{taken}.json").rename(settings.DATA_DIR / "imports" / f"{taken}.taken")
    former = time.time() - uploads.LIFETIME - 1
    for path in (settings.DATA_DIR / "imports").iterdir():
        if path.stem in (old, taken):
            os.utime(path, (former, former))
    assert uploads.purge() == 2
    assert {path.stem for path in (settings.DATA_DIR / "imports").iterdir()} == {fresh}


def test_a_confirmation_begun_in_the_last_minute_keeps_its_content(owner, settings, monkeypatch):
    token = keep(owner)
    late = time.time() - uploads.LIFETIME + 60
    for path in (settings.DATA_DIR / "imports").iterdir():
        os.utime(path, (late, late))
    with uploads.taking(token, kind="essai", owner=owner) as upload:
        now = time.time()
        monkeypatch.setattr(uploads.time, "time", lambda: now + 120)
        assert uploads.purge() == 0
        assert upload.content() == b"a;b\n"
    assert kept(settings) == []


def test_its_hour_may_end_while_it_is_used(owner, settings):
    token = keep(owner)
    with pytest.raises(uploads.UploadGone), uploads.taking(token, kind="essai", owner=owner) as upload:
        uploads.forget(token)
        upload.content()
    assert kept(settings) == []
