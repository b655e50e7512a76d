"""Complaint 1: signing in half-way through a form loses it. Here it never does, by whichever way one comes in."""

from __future__ import annotations

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from essaim.people.actions.account import end_sessions
from essaim.people.sessions import live_sessions
from tests.people.doors import ask, code_in, come_in, give_totp, link_in, type_code
from tests.people.factories import PASSWORD, PersonFactory

FORM = "/equipe/reglages/"
TYPED = {"name": "Le nom que je tapais", "honey": "#f4b41a"}


@pytest.fixture(autouse=True)
def _at_once(monkeypatch):
    """Messages leave at once."""
    monkeypatch.setattr("django.db.transaction.on_commit", lambda func, *_args, **_more: func())


@pytest.fixture
def half_way(client, territory, officer):
    """A browser whose session was over when its form left."""
    assert client.post(FORM, TYPED)["Location"].startswith(reverse("account_login"))
    return client


def is_there(client):
    page = client.get(FORM).content.decode()
    return "Le nom que je tapais" in page


def test_by_code_then_totp(half_way, officer):
    ask(half_way, officer.email, next=FORM)
    type_code(half_way, code_in(mail.outbox[-1]))
    assert give_totp(half_way)["Location"] == FORM
    assert is_there(half_way)
    assert not is_there(half_way), "une fois, pas deux"


def test_by_the_link_in_the_same_browser(half_way, officer):
    ask(half_way, officer.email, next=FORM)
    half_way.post(link_in(mail.outbox[-1]))
    give_totp(half_way)
    assert is_there(half_way)


def test_by_password(half_way, officer):
    half_way.post(reverse("account_login"), {"login": officer.email, "password": PASSWORD, "next": FORM})
    give_totp(half_way)
    assert is_there(half_way)


def test_the_link_on_another_device_gives_it_to_nobody(half_way, officer):
    ask(half_way, officer.email, next=FORM)
    phone = Client()
    phone.post(link_in(mail.outbox[-1]))
    assert give_totp(phone)["Location"] == FORM
    assert not is_there(phone)


def test_through_the_set_up_of_a_second_factor(client, territory):
    newcomer = PersonFactory(password=None, is_officer=True, second_factor=False)
    come_in(client, newcomer.email)
    assert "double-verification" in client.post(FORM, TYPED)["Location"]
    from tests.people.test_second_factor import set_totp

    set_totp(client, next=FORM)
    assert is_there(client)


def test_keeping_a_form_does_not_shorten_the_session_of_whoever_is_known(client, territory):
    newcomer = PersonFactory(password=None, is_officer=True, second_factor=False)
    come_in(client, newcomer.email)
    before = client.session.get_expiry_age()
    client.post(FORM, TYPED)
    assert client.session.get_expiry_age() == before > 24 * 3600


def test_a_session_closed_from_elsewhere_while_one_types(client, territory, officer):
    come_in(client, officer.email)
    give_totp(client)
    assert client.get(FORM).status_code == 200
    end_sessions(live_sessions(officer))
    away = client.post(FORM, TYPED)["Location"]
    assert away == f"/connexion/?next={FORM}"
    ask(client, officer.email, next=FORM)
    type_code(client, code_in(mail.outbox[-1]))
    from tests.people.doors import totp

    client.post(reverse("mfa_authenticate"), {"code": totp(steps=1)})
    assert is_there(client)


def test_an_expired_sign_in_asks_again_and_loses_nothing(half_way, officer, time_machine):
    """The code came too late: another is asked for, in the same browser."""
    from datetime import timedelta

    from django.utils import timezone

    ask(half_way, officer.email, next=FORM)
    time_machine.move_to(timezone.now() + timedelta(minutes=20))
    assert type_code(half_way, code_in(mail.outbox[-1])).status_code == 200
    ask(half_way, officer.email, next=FORM)
    type_code(half_way, code_in(mail.outbox[-1]))
    give_totp(half_way)
    assert is_there(half_way)


def test_signing_in_gives_the_session_its_own_time(half_way, officer):
    """What is kept lasts an hour; whoever comes in is not sent away after it."""
    ask(half_way, officer.email, next=FORM)
    type_code(half_way, code_in(mail.outbox[-1]))
    give_totp(half_way)
    assert half_way.session.get_expire_at_browser_close()
    assert half_way.session.get_expiry_age() > 24 * 3600
