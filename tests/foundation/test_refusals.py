"""Too heavy, busy: what the whole site refuses, and how it says so."""

from __future__ import annotations

import threading
from contextlib import contextmanager

import pytest
from django.db import OperationalError, connection, transaction
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import path

from essaim.directory.actions.locks import DirectoryBusy, directory_locked
from essaim.foundation.errors import is_lock
from essaim.foundation.models import Territory
from essaim.foundation.refusals import LARGEST_BODY
from essaim.site.urls import urlpatterns as site_urls
from tests.desk.test_settings import FORM

seen = []


def reading(request):
    seen.append(len(request.POST))
    return HttpResponse("lu")


def locking(_request):
    with directory_locked():
        return HttpResponse("écrit")


def broken(_request):
    raise OperationalError("no such table: x")


urlpatterns = [path("lire/", reading), path("ecrire/", locking), path("casser/", broken), *site_urls]


@pytest.fixture
def here(settings):
    settings.ROOT_URLCONF = __name__
    seen.clear()


@pytest.mark.parametrize("name", ["busy", "too_large"])
def test_these_pages_need_nothing(name):
    written = render_to_string(f"foundation/{name}.html")
    assert written.count("<h1") == 1
    assert 'lang="fr"' in written


def test_a_body_too_heavy_is_refused_before_it_is_read(client, here):
    def send(length):
        return client.generic("POST", "/lire/", b"a=1", "application/x-www-form-urlencoded", CONTENT_LENGTH=length)

    answer = send(str(LARGEST_BODY + 1))
    assert (answer.status_code, seen) == (413, [])
    assert "trop lourd" in answer.content.decode()
    assert "Content-Security-Policy" in answer
    assert "X-Content-Type-Options" in answer
    for length in ("3", "", "0"):
        assert send(length).status_code == 200
    assert len(seen) == 3


def test_a_body_without_length_is_read_by_nobody(client, here):
    answer = client.generic("POST", "/lire/", b"a=1", "application/x-www-form-urlencoded", CONTENT_LENGTH="")
    assert (answer.status_code, seen) == (200, [0])


@contextmanager
def impatient():
    """This connection waits a moment only for others' locks."""
    short = {"sqlite": ("PRAGMA busy_timeout=20", "PRAGMA busy_timeout=20000")}
    before, after = short.get(connection.vendor, ("SET lock_timeout='20ms'", "RESET lock_timeout"))
    with connection.cursor() as cursor:
        cursor.execute(before)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(after)


@contextmanager
def somebody_else_writes():
    """Another thread holds the directory and the territory until the end."""
    held, done = threading.Event(), threading.Event()

    def hold():
        try:
            with directory_locked():
                list(Territory.objects.select_for_update())
                held.set()
                done.wait(60)
        finally:
            held.set()
            connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(60)
    try:
        with impatient():
            yield
    finally:
        done.set()
        thread.join()


@pytest.mark.django_db(transaction=True)
def test_who_waits_too_long_is_told_to_ask_again(client, here):
    client.raise_request_exception = False
    with somebody_else_writes():
        answer = client.post("/ecrire/")
        assert (answer.status_code, answer["Retry-After"]) == (503, "60")
        assert "n’est pas perdu" in answer.content.decode()
        with pytest.raises(DirectoryBusy):
            locking(None)
    assert client.post("/ecrire/").status_code == 200
    assert client.post("/casser/").status_code == 500


@pytest.mark.django_db(transaction=True)
def test_a_form_of_any_room_meets_the_same_page(officer_client, territory):
    with somebody_else_writes():
        answer = officer_client.post("/equipe/reglages/", FORM | {"site_name": "Autre"})
        assert answer.status_code == 503
    assert officer_client.post("/equipe/reglages/", FORM | {"site_name": "Autre"}).status_code == 302
    territory.refresh_from_db()
    assert territory.site_name == "Autre"


@pytest.mark.django_db(transaction=True)
def test_locks_are_told_by_their_code_not_by_words(territory):
    with somebody_else_writes(), pytest.raises(OperationalError) as refusal, transaction.atomic():
        list(Territory.objects.select_for_update())
        Territory.objects.update(name="x")
    assert is_lock(refusal.value)
    assert not is_lock(OperationalError("database is locked, says nobody"))


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has its own « timeout »")
def test_postgresql_waits_as_long_as_sqlite(db):
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("20s",)
