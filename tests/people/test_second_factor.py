"""The second factor: compulsory for officers, set and removed by oneself, secrets sealed."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken
from django.core import mail
from django.test import Client
from django.urls import reverse

from essaim.foundation.models import JournalEntry
from essaim.people.mfa import MFAAdapter
from essaim.people.models import Person
from tests.people.doors import come_in, give_totp, totp
from tests.people.factories import PASSWORD, TOTP_SECRET, PersonFactory

WANTED = "/equipe/journal/"


@pytest.fixture(autouse=True)
def _at_once(monkeypatch):
    """Messages leave, and signals of allauth are sent, at once."""
    monkeypatch.setattr("django.db.transaction.on_commit", lambda func, *_args, **_more: func())


@pytest.fixture
def newcomer(client, territory):
    """An officer who has just come in, without a second factor."""
    person = PersonFactory(email="camille@exemple.fr", password=None, is_officer=True, second_factor=False)
    come_in(client, person.email)
    mail.outbox.clear()
    return person


def secret_in(page):
    return re.search(r'class="secret">([A-Z2-7]+)<', page)[1]


def set_totp(client, **more):
    page = client.get(reverse("mfa_activate_totp")).content.decode()
    secret = secret_in(page)
    return client.post(reverse("mfa_activate_totp"), {"code": totp(secret), **more}), secret


def test_an_officer_is_led_to_set_one_then_back(client, newcomer):
    away = client.get(WANTED)
    assert away["Location"] == f"/compte/double-verification/?next={WANTED.replace('/', '%2F')}"
    page = client.get(away["Location"]).content.decode()
    (address,) = re.findall(r'href="(/compte/double-verification/application/\?next=[^"]+)"', page)
    page = client.get(address).content.decode()
    assert "data:image/svg+xml;base64," in page
    assert page.count("<h1") == 1
    done = client.post(reverse("mfa_activate_totp"), {"code": totp(secret_in(page)), "next": WANTED})
    codes = client.get(done["Location"]).content.decode()
    assert len(re.findall(r"<code>\d{8}</code>", codes)) == 10
    assert f'href="{WANTED}"' in codes
    assert client.get(WANTED).status_code == 200
    assert "application de codes" in mail.outbox[-1].subject
    assert JournalEntry.objects.filter(verb="double vérification ajoutée").count() == 1


def test_the_way_back_never_leads_elsewhere(client, newcomer):
    page = client.get("/compte/double-verification/?next=//mechant.fr").content.decode()
    assert "mechant" not in page
    done, _ = set_totp(client, next="https://mechant.fr/")
    assert "mechant" not in done["Location"]


@pytest.mark.parametrize("code", ["000000", "", "x" * 10_000, "１２３４５６"])
def test_a_wrong_first_code_sets_nothing(client, newcomer, code):
    client.get(reverse("mfa_activate_totp"))
    answer = client.post(reverse("mfa_activate_totp"), {"code": code})
    assert answer.status_code == 200
    assert Authenticator.objects.count() == 0


def test_secrets_are_sealed_in_the_database(client, newcomer):
    _, secret = set_totp(client)
    kept = Authenticator.objects.get(type="totp").data["secret"]
    assert secret not in kept
    assert MFAAdapter().decrypt(kept) == secret
    seed = Authenticator.objects.get(type="recovery_codes").data["seed"]
    assert seed.startswith("essaim:")
    assert MFAAdapter().encrypt("a") != MFAAdapter().encrypt("a")


def test_a_secret_survives_a_change_of_the_installation_s(settings):
    sealed = MFAAdapter().encrypt(TOTP_SECRET)
    former, settings.SECRET_KEY = settings.SECRET_KEY, "un autre secret"
    with pytest.raises(InvalidToken):
        MFAAdapter().decrypt(sealed)
    settings.SECRET_KEY_FALLBACKS = [former]
    assert MFAAdapter().decrypt(sealed) == TOTP_SECRET
    assert MFAAdapter().decrypt(TOTP_SECRET) == TOTP_SECRET


def test_the_last_factor_of_an_officer_stays(client, officer):
    client.force_login(officer)
    prove(client)
    page = client.get(reverse("mfa_deactivate_totp")).content.decode()
    assert "ajoutez-en une autre" in page
    client.post(reverse("mfa_deactivate_totp"))
    assert Authenticator.objects.filter(user=officer, type="totp").exists()


def test_the_last_key_of_an_officer_stays_and_another_may_go(client, officer):
    client.force_login(officer)
    key = Authenticator.objects.create(user=officer, type="webauthn", data={"name": "Bleue", "credential": {}})
    prove(client)
    client.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.filter(type="totp").exists()
    client.post(reverse("mfa_remove_webauthn", args=[key.pk]))
    assert Authenticator.objects.filter(pk=key.pk).exists()


def test_nobody_removes_the_key_of_somebody_else(client, officer):
    other = PersonFactory()
    key = Authenticator.objects.create(user=other, type="webauthn", data={"name": "Bleue", "credential": {}})
    client.force_login(officer)
    prove(client)
    assert client.post(reverse("mfa_remove_webauthn", args=[key.pk])).status_code == 404
    assert client.post(reverse("mfa_edit_webauthn", args=[key.pk]), {"name": "x"}).status_code == 404


def prove(client):
    """Prove again who one is, by the application."""
    answer = client.post(reverse("mfa_reauthenticate"), {"code": totp(), "next": "/compte/"})
    assert answer.status_code == 302


def test_a_resident_may_add_then_remove_it_and_other_sessions_end(client, db):
    come_in(client, "marie@exemple.fr")
    set_totp(client)
    elsewhere = Client()
    come_in(elsewhere, "marie@exemple.fr")
    secret = MFAAdapter().decrypt(Authenticator.objects.get(type="totp").data["secret"])
    elsewhere.post(reverse("mfa_authenticate"), {"code": totp(secret, steps=1)})
    assert elsewhere.get("/compte/").status_code == 200
    client.post(reverse("mfa_reauthenticate"), {"code": totp(secret), "next": "/compte/"})
    client.post(reverse("mfa_deactivate_totp"))
    assert Authenticator.objects.count() == 0, "les codes de secours partent avec elle"
    assert client.get("/compte/").status_code == 200
    assert elsewhere.get("/compte/").status_code == 302
    assert "ne protège plus" in mail.outbox[-1].subject


def test_a_recovery_code_opens_once(client, officer):
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    code = RecoveryCodes.activate(officer).get_unused_codes()[0]
    come_in(client, officer.email)
    assert client.post(reverse("mfa_authenticate"), {"code": code})["Location"] == "/equipe/"
    again = Client()
    come_in(again, officer.email)
    assert again.post(reverse("mfa_authenticate"), {"code": code}).status_code == 200


def test_the_same_code_of_the_application_opens_once(officer):
    first, second = Client(), Client()
    for browser in (first, second):
        come_in(browser, officer.email)
    assert give_totp(first).status_code == 302
    assert give_totp(second).status_code == 200


def test_guesses_are_counted_for_the_account(client, officer):
    come_in(client, officer.email)
    for _ in range(5):
        client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert give_totp(client).status_code == 200
    assert "_auth_user_id" not in client.session


def test_one_may_leave_the_second_question(client, officer):
    come_in(client, officer.email)
    assert client.get(reverse("account_login"))["Location"] == reverse("mfa_authenticate")
    assert client.post(reverse("account_logout"), {"next": "/connexion/"})["Location"] == "/connexion/"
    assert client.get(reverse("account_login")).status_code == 200


def test_a_session_older_than_the_factor_proves_it(client, newcomer):
    """Set on another device: here it is asked once, then the page that one wanted opens."""
    elsewhere = Client()
    come_in(elsewhere, newcomer.email)
    _, secret = set_totp(elsewhere)
    away = client.get(WANTED)
    page = client.get(away["Location"]).content.decode()
    assert "prouvez-la maintenant" in page
    proof = client.get(f"{reverse('prove_factor')}?next={WANTED}")["Location"]
    assert proof.startswith(reverse("mfa_reauthenticate"))
    back = client.post(proof, {"code": totp(secret), "next": WANTED})
    assert back["Location"] == WANTED
    assert client.get(WANTED).status_code == 200


def test_whoever_has_a_password_proves_it_before_adding_a_factor(person_client):
    answer = person_client.get(reverse("mfa_activate_totp"))
    assert answer["Location"].startswith(reverse("account_reauthenticate"))
    person_client.post(answer["Location"], {"password": PASSWORD, "next": reverse("mfa_activate_totp")})
    assert person_client.get(reverse("mfa_activate_totp")).status_code == 200


def test_the_page_of_keys_gives_options_as_data(client, newcomer):
    page = client.get(reverse("mfa_add_webauthn"))
    text = page.content.decode()
    assert '<script id="passkey-options" type="application/json">' in text
    assert '"residentKey": "required"' in text
    assert "<script>" not in text
    assert client.post(reverse("mfa_add_webauthn"), {"credential": "{}", "name": "x"}).status_code == 200
    assert client.post(reverse("mfa_add_webauthn"), {"credential": "n’importe quoi"}).status_code == 200
    assert Authenticator.objects.count() == 0


@pytest.mark.parametrize("credential", ["", "{}", "null", "[1]", '{"response": {"userHandle": "MQ"}}', "x" * 10_000])
def test_a_forged_key_opens_nothing(client, person, credential):
    options = client.get(reverse("mfa_login_webauthn"), headers={"accept": "application/json"}).json()
    assert options["request_options"]["publicKey"]["userVerification"] == "required"
    client.post(reverse("mfa_login_webauthn"), {"credential": credential})
    assert "_auth_user_id" not in client.session


def test_the_account_shows_what_protects_it(officer_client, officer):
    Authenticator.objects.create(user=officer, type="webauthn", data={"name": "<b>Bleue</b>", "credential": {}})
    page = officer_client.get("/compte/").content.decode()
    assert "&lt;b&gt;Bleue&lt;/b&gt;" in page
    assert "Obligatoire pour votre compte" in page


def test_an_administrator_needs_one_too(client, territory):
    admin = PersonFactory(is_superuser=True, second_factor=False)
    client.force_login(admin)
    assert "double-verification" in client.get("/equipe/")["Location"]
    assert Person.objects.get(pk=admin.pk).is_superuser
