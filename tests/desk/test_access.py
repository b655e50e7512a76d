"""Who may enter the desk: every address of it, by every role."""

from __future__ import annotations

import pytest
from django.contrib.messages import get_messages
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import URLPattern, reverse

from essaim.desk import urls
from essaim.foundation.models import JournalEntry, Territory
from essaim.people.access import NOT_KEPT, kept_form
from essaim.site.urls import urlpatterns as site_urls
from tests.people.doors import give_totp
from tests.people.factories import PASSWORD
from tests.support import assert_get_writes_nothing

ADDRESSES = {
    "home": "/equipe/",
    "inbox": "/equipe/boite/",
    "item": "/equipe/boite/signalements/1/",
    "bulk": "/equipe/boite/plusieurs/",
    "view_keep": "/equipe/boite/vues/",
    "view_forget": "/equipe/boite/vues/1/effacer/",
    "entrust": "/equipe/boite/signalements/1/confier/",
    "departure": "/equipe/depart/",
    "hours": "/equipe/horaires/",
    "hours_add": "/equipe/horaires/dates/ajouter/",
    "hours_remove": "/equipe/horaires/dates/2026-12-24/2026-12-24/retirer/",
    "hours_school": "/equipe/horaires/vacances/2028/",
    "hours_school_back": "/equipe/horaires/vacances/2028/rendre/",
    "journal": "/equipe/journal/",
    "journal_csv": "/equipe/journal/export.csv",
    "settings": "/equipe/reglages/",
    "colours": "/equipe/reglages/couleurs/?honey=%23f4b41a&leaf=%231d6b52",
}

NEED_A_ROW = ("item", "hours_remove", "hours_school_back", "view_forget")
"""Addresses that speak of something which is not there yet: their own tests read them."""

ONLY_POSTED = ("bulk", "view_keep", "entrust")
"""Addresses that answer no GET: 405, once the door is passed."""


def test_the_matrix_knows_every_address():
    assert set(ADDRESSES) == {pattern.name for pattern in urls.urlpatterns if isinstance(pattern, URLPattern)}
    assert any(str(pattern.pattern) == "equipe/" for pattern in site_urls)


@pytest.mark.parametrize("address", [url for name, url in ADDRESSES.items() if name not in ONLY_POSTED])
def test_nobody_signed_in_is_led_to_the_door_and_back(client, territory, address):
    answer = assert_get_writes_nothing(client, address)
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login") + "?next=/equipe/")


@pytest.mark.parametrize("address", ADDRESSES.values())
@pytest.mark.parametrize("method", ["get", "post"])
def test_another_person_is_refused_warmly(person_client, territory, address, method):
    answer = getattr(person_client, method)(address)
    if answer.status_code == 405 and (method == "post" or address in [ADDRESSES[name] for name in ONLY_POSTED]):
        return
    assert answer.status_code == 403
    assert answer.content.decode().count("<h1") == 1
    assert JournalEntry.objects.count() == 0


@pytest.mark.parametrize("address", [url for name, url in ADDRESSES.items() if name not in NEED_A_ROW + ONLY_POSTED])
def test_the_officer_enters_and_reading_writes_nothing(officer_client, territory, address):
    answer = assert_get_writes_nothing(officer_client, address)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]


def test_an_item_that_is_not_there(officer_client, territory):
    for address in ("/equipe/boite/signalements/1/", "/equipe/boite/inconnu/1/"):
        assert officer_client.get(address).status_code == 404


@pytest.mark.parametrize("address", ["/equipe/reglages/", "/equipe/boite/signalements/1/"])
def test_a_form_without_its_token_is_refused(officer, territory, address):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(officer)
    answer = strict.post(address, {"name": "Autre"})
    assert answer.status_code == 403
    assert "formulaire" in answer.content.decode()
    assert Territory.objects.get().name == territory.name


def test_what_was_typed_survives_the_end_of_the_session(client, officer, territory):
    """Complaint 1: logging in half-way through a form loses it."""
    typed = {"name": "Le nom que je tapais", "honey": "#f4b41a", "password": "secret", "csrfmiddlewaretoken": "x"}
    answer = client.post("/equipe/reglages/", typed)
    assert answer.status_code == 302
    client.post(
        reverse("account_login"),
        {"login": officer.email, "password": PASSWORD, "next": "/equipe/reglages/"},
    )
    assert give_totp(client)["Location"] == "/equipe/reglages/"
    page = client.get("/equipe/reglages/").content.decode()
    assert "Le nom que je tapais" in page
    assert "Rien n’est perdu" in page
    assert "secret" not in page
    territory.refresh_from_db()
    assert territory.name != "Le nom que je tapais"
    assert "Le nom que je tapais" not in client.get("/equipe/reglages/").content.decode()


def said(answer):
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_a_huge_form_is_not_kept_and_its_author_is_told(client, territory):
    answer = client.post("/equipe/reglages/", {"name": "x" * 50_000})
    assert "kept_form" not in client.session
    assert said(answer) == [NOT_KEPT]
    assert "n’a pas pu être gardé" in client.get(answer["Location"]).content.decode()


def test_nobody_fills_the_database_through_what_is_kept(territory):
    """Each visitor without a session makes a new row: ten an hour and no more."""
    for _ in range(15):
        answer = Client().post("/equipe/reglages/", {"name": "x" * 10_000})
        assert answer.status_code == 302
    assert Session.objects.count() == 10
    assert said(answer) == [NOT_KEPT]
    assert Client().post("/equipe/reglages/", {}).status_code == 302
    assert Session.objects.count() == 10


def test_what_is_kept_lasts_an_hour_and_signing_in_gives_a_whole_session(client, officer, territory):
    client.post("/equipe/reglages/", {"name": "a"})
    assert client.session.get_expiry_age() == 3600
    client.post(reverse("account_login"), {"login": officer.email, "password": PASSWORD, "remember": "on"})
    give_totp(client)
    assert client.session.get_expiry_age() > 24 * 3600


def test_a_kept_form_is_for_its_page_only_once_and_never_over_a_newer_one(rf, client, territory):
    client.post("/equipe/reglages/", {"name": "a"})
    session = client.session

    def ask(request):
        request.session = session
        return kept_form(request)

    assert ask(rf.get("/equipe/boite/signalements/1/")) is None
    assert ask(rf.post("/equipe/reglages/", {"name": "b"})) is None
    assert ask(rf.get("/equipe/reglages/")) == {"name": ["a"]}
    assert ask(rf.get("/equipe/reglages/")) is None


def test_no_message_waits_for_somebody_else(client, territory):
    answer = client.get("/equipe/")
    assert list(get_messages(answer.wsgi_request)) == []
