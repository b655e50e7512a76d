"""One's own account: name, address, password, open sessions, and the messages that tell what changed."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from essaim.foundation.models import JournalEntry
from essaim.people.devices import UNKNOWN, device_name
from essaim.people.models import Person
from tests.people.doors import come_in
from tests.people.factories import PASSWORD, PersonFactory
from tests.support import assert_get_writes_nothing

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1"
PAGES = ["account_home", "account_name", "second_factor", "account_set_password"]


@pytest.fixture(autouse=True)
def _at_once(monkeypatch):
    """Messages leave at once."""
    monkeypatch.setattr("django.db.transaction.on_commit", lambda func, *_args, **_more: func())


@pytest.fixture
def me(db):
    """Somebody without a password, whose browser has come in by a code."""
    person = PersonFactory(email="marie@exemple.fr", password=None, name="Marie")
    browser = Client(HTTP_USER_AGENT=FIREFOX)
    come_in(browser, person.email)
    mail.outbox.clear()
    browser.person = person
    return browser


def address_link():
    found = re.search(r"https?://[^/\s]+(/compte/adresse/confirmer/\S+)", mail.outbox[-1].body)
    assert found
    return found[1]


@pytest.mark.parametrize("name", PAGES)
def test_every_page_asks_who_one_is_and_reads_well(client, me, name):
    answer = client.get(reverse(name))
    assert answer["Location"].startswith("/connexion/?next=")
    page = assert_get_writes_nothing(me, reverse(name))
    assert page.content.decode().count("<h1") == 1
    assert "no-store" in page["Cache-Control"]


def test_the_page_of_the_account_costs_few_queries(me, django_assert_max_num_queries):
    for _ in range(2):
        come_in(Client(HTTP_USER_AGENT=PHONE), me.person.email)
    with django_assert_max_num_queries(12):
        page = me.get(reverse("account_home")).content.decode()
    assert "marie@exemple.fr" in page
    assert "Firefox, Linux" in page
    assert page.count("Safari, iPhone</b>") == 2
    assert "cet appareil" in page
    assert "Me déconnecter" in page


def test_a_name_is_cleaned_and_journaled_without_being_told(me):
    assert me.post(reverse("account_name"), {"name": "  Léa \u202e\n Dupont "})["Location"] == reverse("account_home")
    person = Person.objects.get()
    assert person.name == "Léa Dupont"
    entry = JournalEntry.objects.order_by("-pk").first()
    assert "Dupont" not in str(entry.after)


@pytest.mark.parametrize("name", ["x" * 10_000, "x" * 151])
def test_a_name_that_is_too_long_is_refused_and_kept_on_screen(me, name):
    answer = me.post(reverse("account_name"), {"name": name})
    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()
    assert Person.objects.get().name == "Marie"


def test_a_script_in_a_name_stays_text(me):
    me.post(reverse("account_name"), {"name": "<script>alert(1)</script>"})
    assert "<script>alert" not in me.get(reverse("account_home")).content.decode()


def test_a_new_address_proves_itself_and_the_old_one_is_told(me, client):
    page = me.post(reverse("account_address"), {"email": " NEUVE@exemple.fr "}).content.decode()
    assert "neuve@exemple.fr" in page
    (sent,) = mail.outbox
    assert sent.to == ["neuve@exemple.fr"]
    link = address_link()
    assert "Utiliser cette adresse" in assert_get_writes_nothing(client, link).content.decode()
    assert Person.objects.get().email == "marie@exemple.fr"
    client.post(link)
    assert Person.objects.get().email == "neuve@exemple.fr"
    assert mail.outbox[-1].to == ["marie@exemple.fr"]
    assert "neuve@exemple.fr" not in mail.outbox[-1].body
    assert "Rien n’a changé" in client.post(link).content.decode()
    assert "exemple.fr" not in str(JournalEntry.objects.order_by("-pk").first().after)


def test_a_taken_address_is_told_to_its_owner_alone(me):
    PersonFactory(email="prise@exemple.fr")
    me.get(reverse("account_home"))
    free = me.post(reverse("account_address"), {"email": "vacante@exemple.fr"}).content.decode()
    taken = me.post(reverse("account_address"), {"email": "prise@exemple.fr"}).content.decode()
    assert free.replace("vacante", "…") == taken.replace("prise", "…")
    assert "déjà un compte" in mail.outbox[-1].subject


def test_an_address_taken_between_the_message_and_the_press(me, client):
    me.post(reverse("account_address"), {"email": "neuve@exemple.fr"})
    link = address_link()
    PersonFactory(email="neuve@exemple.fr")
    assert "déjà un compte" in client.post(link).content.decode()
    assert Person.objects.filter(email="marie@exemple.fr").exists()


def test_a_link_of_an_address_is_good_for_a_day(me, client, time_machine):
    me.post(reverse("account_address"), {"email": "neuve@exemple.fr"})
    link = address_link()
    time_machine.move_to(timezone.now() + timedelta(days=1, seconds=2))
    assert "Rien n’a changé" in client.post(link).content.decode()
    assert "Rien n’a changé" in client.post(reverse("address_confirm", args=["x:y:z"])).content.decode()


@pytest.mark.parametrize("address", ["mаrie@exemple.fr", "marie@exemple.fr", "a" * 10_000, ""])
def test_an_address_that_changes_nothing_or_is_none(me, address):
    assert 'role="alert"' in me.post(reverse("account_address"), {"email": address}).content.decode()
    assert mail.outbox == []


def test_whoever_has_a_password_proves_it_before_changing_the_address(person_client):
    answer = person_client.get(reverse("account_address"))
    assert answer["Location"].startswith(reverse("account_reauthenticate"))
    person_client.post(answer["Location"], {"password": PASSWORD, "next": reverse("account_address")})
    assert person_client.get(reverse("account_address")).status_code == 200


def test_a_password_is_chosen_then_changed_and_each_time_told(me):
    new, newer = "quatre mots sans rapport", "cinq autres mots sans rapport"
    done = me.post(reverse("account_set_password"), {"password1": new, "password2": new})
    assert done["Location"] == reverse("account_home")
    assert "mot de passe" in mail.outbox[-1].subject
    assert "Firefox, Linux" in mail.outbox[-1].body
    me.post(reverse("account_change_password"), {"oldpassword": new, "password1": newer, "password2": newer})
    assert Person.objects.get().check_password(newer)
    assert "a changé" in mail.outbox[-1].subject
    assert me.get(reverse("account_home")).status_code == 200
    assert JournalEntry.objects.filter(verb="mot de passe changé").count() == 2


def test_a_new_device_is_told_a_known_one_is_not(me):
    phone = Client(HTTP_USER_AGENT=PHONE)
    come_in(phone, me.person.email)
    assert [message.subject for message in mail.outbox][-1].startswith("Votre compte vient d’être ouvert")
    assert "Safari, iPhone" in mail.outbox[-1].body
    phone.post(reverse("account_logout"))
    sent = len(mail.outbox)
    come_in(phone, me.person.email)
    assert len(mail.outbox) == sent + 1, "le code, et rien d’autre"


def test_the_first_sign_in_of_an_account_comes_from_no_new_device(client, db):
    come_in(client, "nouvelle@exemple.fr")
    assert len(mail.outbox) == 1


def test_a_session_is_closed_from_another_device(me):
    phone = Client(HTTP_USER_AGENT=PHONE)
    come_in(phone, me.person.email)
    page = me.get(reverse("account_home")).content.decode()
    (close,) = re.findall(r"/compte/sessions/\d+/fermer/", page)
    me.post(close)
    assert phone.get(reverse("account_home")).status_code == 302
    assert me.get(reverse("account_home")).status_code == 200
    assert me.post(close).status_code == 404


def test_nobody_closes_the_session_of_somebody_else(me):
    other = Client(HTTP_USER_AGENT=PHONE)
    come_in(other, "autre@exemple.fr")
    come_in(Client(HTTP_USER_AGENT=FIREFOX), "autre@exemple.fr")
    (theirs,) = re.findall(r"/compte/sessions/\d+/fermer/", other.get(reverse("account_home")).content.decode())
    assert me.post(theirs).status_code == 404
    assert me.get(theirs).status_code == 405


def test_all_the_others_at_once(me):
    others = [Client(HTTP_USER_AGENT=PHONE) for _ in range(2)]
    for one in others:
        come_in(one, me.person.email)
    me.post(reverse("sessions_end_others"))
    assert [one.get(reverse("account_home")).status_code for one in others] == [302, 302]
    assert me.get(reverse("account_home")).status_code == 200


def test_a_session_is_dated_when_it_acts(me, time_machine):
    later = timezone.now() + timedelta(hours=2)
    time_machine.move_to(later)
    from allauth.usersessions.models import UserSession

    before = UserSession.objects.get().last_seen_at
    assert_get_writes_nothing(me, reverse("account_home"))
    assert UserSession.objects.get().last_seen_at == before
    me.post(reverse("account_name"), {"name": "Léa"})
    assert UserSession.objects.get().last_seen_at >= later


def test_leaving_is_one_press_away_and_ends_the_session(me):
    me.post(reverse("account_logout"))
    assert me.get(reverse("account_home")).status_code == 302


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (FIREFOX, "Firefox, Linux"),
        (PHONE, "Safari, iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/126 Safari/537.36 Edg/126", "Edge, Windows"),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126 Mobile Safari/537.36", "Chrome, Android"),
        ("curl/8.0", UNKNOWN),
        ("", UNKNOWN),
    ],
)
def test_devices_in_plain_words(agent, name):
    assert device_name(agent) == name
