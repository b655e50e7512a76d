from __future__ import annotations

import re
from importlib import import_module

import pytest
from django.conf import settings as django_settings
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse

from essaim.people.models import Person
from tests.people.doors import give_totp
from tests.people.factories import PASSWORD, PersonFactory
from tests.support import assert_get_writes_nothing

PAGES = [
    "account_login",
    "account_inactive",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
]


def sign_in(client, email, password=PASSWORD, **more):
    return client.post(reverse("account_login"), {"login": email, "password": password, **more})


def test_the_first_migration_holds_the_user_model():
    assert django_settings.AUTH_USER_MODEL == "people.Person"
    first = import_module("essaim.people.migrations.0001_initial").Migration
    assert first.initial
    assert "Person" in [operation.name for operation in first.operations if hasattr(operation, "name")]


def test_no_username_anywhere():
    names = {field.name for field in Person._meta.get_fields()}
    assert not names & {"username", "first_name", "last_name", "is_staff"}
    assert Person.USERNAME_FIELD == "email"


@pytest.mark.parametrize("typed", ["marie@exemple.fr", "MARIE@EXEMPLE.FR", "  Marie@Exemple.fr "])
def test_one_signs_in_whatever_the_case(client, db, typed):
    PersonFactory(email="Marie@Exemple.FR")
    answer = sign_in(client, typed)
    assert (answer.status_code, answer["Location"]) == (302, "/espace/")


def test_an_officer_proves_twice_then_lands_in_the_team_space(client, officer):
    answer = sign_in(client, officer.email)
    assert answer["Location"] == reverse("mfa_authenticate")
    assert "_auth_user_id" not in client.session
    assert give_totp(client)["Location"] == "/equipe/"


def test_two_accounts_cannot_differ_by_case(db):
    PersonFactory(email="a@exemple.fr")
    with pytest.raises(IntegrityError), transaction.atomic():
        Person(email="A@exemple.fr").save()


def test_an_account_needs_an_address(db):
    with pytest.raises(ValueError, match="adresse"):
        Person.objects.create_user("")


def test_the_page_one_wanted_is_kept(client, person):
    wanted = "/equipe/boite/?page=2"
    page = client.get(reverse("account_login"), {"next": wanted}).content.decode()
    assert f'value="{wanted}"' in page
    assert sign_in(client, person.email, next=wanted)["Location"] == wanted


def test_a_wrong_password_keeps_the_address_and_the_page_wanted(client, person):
    answer = sign_in(client, person.email, password="faux mot de passe", next="/equipe/journal/")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert person.email in text
    assert 'value="/equipe/journal/"' in text
    assert "faux mot de passe" not in text
    assert 'role="alert"' in text


@pytest.mark.parametrize("elsewhere", ["https://mechant.fr/", "//mechant.fr/", "javascript:alert(1)"])
def test_one_is_never_led_elsewhere(client, person, elsewhere):
    assert "mechant" not in sign_in(client, person.email, next=elsewhere)["Location"]


def test_a_closed_account_does_not_open(client, db):
    PersonFactory(email="b@exemple.fr", is_active=False)
    sign_in(client, "b@exemple.fr")
    assert "_auth_user_id" not in client.session


def test_attempts_are_limited(client, person):
    for _ in range(5):
        sign_in(client, person.email, password="non")
    answer = sign_in(client, person.email)
    assert "_auth_user_id" not in client.session
    assert answer.status_code in (200, 429)


def test_the_right_password_says_nothing_more_to_a_stranger(client, db):
    """An unknown address and a wrong password get the same words."""
    PersonFactory(email="connue@exemple.fr")
    errors = [
        re.findall(r"<li>(.*?)</li>", sign_in(client, address, password="faux").content.decode())
        for address in ("connue@exemple.fr", "inconnue@exemple.fr")
    ]
    assert errors[0] == errors[1] != []


def test_nobody_signs_up_by_another_door(client, db):
    """allauth's own form does not exist: the address leads to the door, and a posted form opens nothing."""
    assert client.get(reverse("account_signup"))["Location"] == reverse("account_login")
    client.post(reverse("account_signup"), {"email": "x@exemple.fr", "password1": PASSWORD, "password2": PASSWORD})
    assert Person.objects.count() == 0


def test_leaving_needs_a_press(person_client):
    person_client.get(reverse("account_logout"))
    assert "_auth_user_id" in person_client.session
    person_client.post(reverse("account_logout"))
    assert "_auth_user_id" not in person_client.session


@pytest.mark.parametrize("name", PAGES)
def test_every_page_reads_well(client, db, name):
    page = assert_get_writes_nothing(client, reverse(name)).content.decode()
    assert page.count("<h1") == 1
    assert "placeholder=" not in page.split("<main", 1)[1].split("</main", 1)[0]
    assert "noindex" in page


@pytest.mark.parametrize("name", ["account_change_password", "account_reauthenticate", "account_logout"])
def test_every_page_of_a_signed_in_person_reads_well(person_client, name):
    page = person_client.get(reverse(name)).content.decode()
    assert page.count("<h1") == 1
    assert "csrfmiddlewaretoken" in page


def test_a_password_is_chosen_by_mail(client, person, settings, django_capture_on_commit_callbacks):
    settings.SITE_URL = "https://ess.exemple.fr"
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(reverse("account_reset_password"), {"email": person.email.upper()})
    assert answer["Location"] == reverse("account_reset_password_done")
    (sent,) = mail.outbox
    assert sent.to == [person.email]
    assert "nouveau mot de passe" in sent.subject
    link = re.search(r"https://ess\.exemple\.fr(/\S+)", sent.body)
    assert link is not None
    assert link[1] in sent.alternatives[0].content.replace("&amp;", "&")

    opened = client.get(link[1], follow=True)
    assert "Choisir un mot de passe" in opened.content.decode()
    person.refresh_from_db()
    assert person.check_password(PASSWORD), "ouvrir le lien ne change rien"

    url = opened.redirect_chain[-1][0]
    weak = client.post(url, {"password1": "court", "password2": "court"})
    assert weak.status_code == 200
    new = "quatre mots sans rapport"
    done = client.post(url, {"password1": new, "password2": new})
    assert done["Location"] == reverse("account_reset_password_from_key_done")
    person.refresh_from_db()
    assert person.check_password(new)

    again = client.get(link[1], follow=True).content.decode()
    assert "Ce lien ne sert plus" in again


def test_the_link_never_follows_a_forged_host(client, person, settings, django_capture_on_commit_callbacks):
    settings.ALLOWED_HOSTS = ["*"]
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("account_reset_password"), {"email": person.email}, headers={"host": "mechant.fr"})
    assert "mechant.fr" not in mail.outbox[0].body


def test_an_unknown_address_gets_the_same_answer_and_no_message(client, db, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(reverse("account_reset_password"), {"email": "personne@exemple.fr"})
    assert answer["Location"] == reverse("account_reset_password_done")
    assert mail.outbox == []
