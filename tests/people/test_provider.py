"""Signing in through an OpenID Connect provider: a real one, started here."""

from __future__ import annotations

import html
import re
import threading
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.socialaccount.models import SocialAccount
from django.db import connection

from essaim.foundation.installation import UnreadableSetting
from essaim.foundation.models import JournalEntry
from essaim.foundation.signin import PROCONNECT_SCOPES, sign_in_provider
from essaim.people.actions.provider import enter_by_provider, tie_identity
from essaim.people.models import Person
from essaim.people.provider.client import Identity
from essaim.people.provider.refusals import Problem, Refused
from essaim.people.queries import employer_siret
from tests.people.factories import TOTP_SECRET, PersonFactory
from tests.people.oidc_server import CLIENT_ID, CLIENT_SECRET, OidcServer

START, BACK = "/connexion/fournisseur/", "/connexion/fournisseur/retour/"
SIRET = "20006985400004"


@pytest.fixture(scope="module")
def running():
    with OidcServer() as server:
        yield server


@pytest.fixture
def server(running, settings):
    """The provider, its switches as new, named by the settings."""
    keys, name, http, thread, url = running._keys, running._name, running._http, running._thread, running.url
    OidcServer.rotate, kept = (lambda self: None), OidcServer.rotate
    try:
        running.__init__()
    finally:
        OidcServer.rotate = kept
    running._keys, running._name, running._http, running._thread, running.url = keys, name, http, thread, url
    running.issuer = url
    settings.SIGN_IN_PROVIDER = sign_in_provider(url=url, client_id=CLIENT_ID, secret=CLIENT_SECRET)
    return running


def address_in(page):
    return html.unescape(re.search(r'http-equiv="refresh" content="0;url=([^"]+)"', page.content.decode())[1])


def go(client, wanted="", start=START):
    """Press the button, and identify: the address that the provider sends back to."""
    page = client.post(start, {"next": wanted} if wanted else {})
    assert page.status_code == 200, page.status_code
    answer = requests.get(address_in(page), allow_redirects=False, timeout=5)
    assert answer.status_code == 302
    parts = urlsplit(answer.headers["Location"])
    return f"{parts.path}?{parts.query}"


def come(client, wanted="", start=START):
    return client.get(go(client, wanted, start))


def signed_in_as(client):
    return client.session.get("_auth_user_id")


def test_nothing_exists_without_a_provider(client, db):
    assert "fournisseur" not in client.get("/connexion/").content.decode()
    assert client.post(START).status_code == 404
    assert client.get(BACK).status_code == 404


@pytest.mark.parametrize("as_jwt", [True, False])
@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
def test_one_comes_in(client, db, server, as_jwt, algorithm):
    server.userinfo_as_jwt, server.algorithm = as_jwt, algorithm
    ada = PersonFactory(email="Ada@exemple.fr")
    assert "Me connecter avec ProConnect" in client.get("/connexion/").content.decode().replace("\xa0", " ")
    assert server.calls == [], "la page de connexion n’appelle personne"
    answer = come(client, "/compte/double-verification/")
    assert (answer.status_code, answer["Location"]) == (302, "/compte/double-verification/")
    assert signed_in_as(client) == str(ada.pk)
    (asked,) = server.requests
    assert len(asked["state"]) >= 32 <= len(asked["nonce"])
    assert (asked["code_challenge_method"], asked["response_type"]) == ("S256", "code")
    assert set(asked["scope"].split()) == set(PROCONNECT_SCOPES.split())
    assert asked["redirect_uri"].endswith(BACK)
    tied = SocialAccount.objects.get()
    assert (tied.uid, tied.user_id) == ("ada-1", ada.pk)
    server.calls.clear()
    client.get("/annuaire/")
    client.get("/connexion/")
    assert server.calls == []


def test_a_proven_address_opens_an_account(client, db, server):
    server.claims |= {"given_name": "Ada", "usual_name": "Lovelace <script>", "siret": SIRET, "is_officer": True}
    come(client)
    ada = Person.objects.get()
    assert (ada.email, ada.name) == ("ada@exemple.fr", "Ada Lovelace <script>")
    assert (ada.is_officer, ada.is_superuser, ada.has_usable_password()) == (False, False, False)
    assert signed_in_as(client) == str(ada.pk)
    assert employer_siret(ada) == SIRET
    assert set(SocialAccount.objects.get().extra_data) == {"siret", "idp_id"}, "rien de plus que l’utile"
    assert not any("ada@" in f"{entry.object_label}{entry.after}" for entry in JournalEntry.objects.all())


@pytest.mark.parametrize("said", [False, None, "true", 1])
@pytest.mark.parametrize("exists", [True, False])
def test_an_unproven_address_never_joins_nor_makes_an_account(client, db, server, said, exists):
    if exists:
        PersonFactory(email="ada@exemple.fr")
    server.claims |= {"email_verified": said}
    if said is None:
        del server.claims["email_verified"]
    answer = come(client)
    assert answer.status_code == 403
    assert "ne garantit pas" in answer.content.decode().replace("\xa0", " ")
    assert (Person.objects.count(), SocialAccount.objects.count()) == (int(exists), 0)
    assert signed_in_as(client) is None


@pytest.mark.parametrize(("said", "enters"), [(None, True), (False, False)])
@pytest.mark.django_db
def test_a_provider_that_vouches_is_believed_unless_it_says_no(client, server, settings, said, enters):
    settings.SIGN_IN_PROVIDER = sign_in_provider(
        url=server.url, client_id=CLIENT_ID, secret=CLIENT_SECRET, vouches=True
    )
    server.claims["email_verified"] = said
    come(client)
    assert (signed_in_as(client) is not None) is enters


def test_who_is_tied_stays_so_whatever_the_address(client, db, server):
    """The address changes at the provider, and becomes somebody else's here."""
    come(client)
    ada = Person.objects.get()
    other = PersonFactory(email="chef@exemple.fr")
    client.logout()
    server.claims |= {"email": "chef@exemple.fr", "email_verified": False, "siret": SIRET}
    come(client)
    assert signed_in_as(client) == str(ada.pk) != str(other.pk)
    ada.refresh_from_db()
    assert (ada.email, employer_siret(ada)) == ("ada@exemple.fr", SIRET)


def test_an_address_given_to_a_newcomer_does_not_open_the_former_account(client, db, server):
    come(client)
    client.logout()
    server.claims["sub"] = "un-autre"
    answer = come(client)
    assert (answer.status_code, signed_in_as(client)) == (403, None)
    assert "autre identité" in answer.content.decode().replace("\xa0", " ")


def test_another_provider_lends_no_number(client, db, server, settings):
    come(client)
    client.logout()
    settings.SIGN_IN_PROVIDER = sign_in_provider(url=f"{server.url}/", client_id=CLIENT_ID, secret=CLIENT_SECRET)
    come(client)
    assert SocialAccount.objects.count() == 1, "la même adresse, écrite autrement, est le même fournisseur"
    assert sign_in_provider(url="https://a.fr", client_id="a", secret="b").key != settings.SIGN_IN_PROVIDER.key


@pytest.mark.parametrize("tied", [True, False])
def test_a_closed_account_is_refused_in_words(client, db, server, tied):
    ada = PersonFactory(email="ada@exemple.fr", is_active=False)
    if tied:
        SocialAccount.objects.create(user=ada, provider=sign_in_provider_key(server), uid="ada-1")
    answer = come(client)
    assert (answer.status_code, signed_in_as(client)) == (403, None)
    assert "Ce compte est fermé" in answer.content.decode().replace("\xa0", " ")


def sign_in_provider_key(server):
    return sign_in_provider(url=server.url, client_id=CLIENT_ID, secret=CLIENT_SECRET).key


def test_an_officer_still_proves_her_second_factor(client, db, server):
    officer = PersonFactory(email="ada@exemple.fr", is_officer=True)
    answer = come(client, "/equipe/")
    assert signed_in_as(client) is None
    assert client.get("/equipe/").status_code == 302
    counter = next(iter(yield_hotp_counters_from_time()))
    code = format_hotp_value(hotp_value(TOTP_SECRET, counter))
    answer = client.post(answer["Location"], {"code": code})
    assert (answer["Location"], signed_in_as(client)) == ("/equipe/", str(officer.pk))


def test_an_officer_without_second_factor_is_led_to_one(client, db, server):
    PersonFactory(email="ada@exemple.fr", is_officer=True, second_factor=False)
    come(client, "/equipe/")
    assert client.get("/equipe/")["Location"].startswith("/compte/double-verification/")


FORGED = {
    "jeton non signé": {"algorithm": "none"},
    "signé de notre secret": {"algorithm": "HS256"},
    "clé inconnue": {"signs_with_unpublished_key": True},
    "sans nonce": {"forget_nonce": True},
    "autre nonce": {"token_claims": {"nonce": "x" * 43}},
    "nonce illisible": {"token_claims": {"nonce": 12}},
    "périmé": {"token_claims": {"exp": 1_000_000_000}},
    "sans fin": {"token_claims": {"exp": None}},
    "pour un autre client": {"token_claims": {"aud": "un-autre"}},
    "pour deux clients": {"token_claims": {"aud": [CLIENT_ID, "un-autre"]}},
    "d’un autre client": {"token_claims": {"azp": "un-autre"}},
    "d’un autre émetteur": {"token_claims": {"iss": "https://mechant.fr"}},
    "de demain": {"token_claims": {"iat": 9_999_999_999, "nbf": 9_999_999_999}},
    "identité d’un autre": {"userinfo_claims": {"sub": "un-autre"}},
    "identité périmée": {"userinfo_claims": {"exp": 1_000_000_000}},
    "identité pour un autre": {"userinfo_claims": {"aud": "un-autre"}},
    "identité d’un autre émetteur": {"userinfo_claims": {"iss": "https://mechant.fr"}},
    "numéro vide": {"claims": {"sub": "", "email": "ada@exemple.fr", "email_verified": True}},
    "numéro énorme": {"claims": {"sub": "x" * 300, "email": "ada@exemple.fr", "email_verified": True}},
}


@pytest.mark.parametrize("bent", FORGED.values(), ids=FORGED)
def test_what_is_forged_opens_nothing(client, db, server, bent, caplog):
    PersonFactory(email="ada@exemple.fr")
    for name, value in bent.items():
        setattr(server, name, value)
    with caplog.at_level("DEBUG", logger="essaim"):
        answer = come(client)
    text = answer.content.decode().replace("\xa0", " ")
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert "n’a pas pu être vérifiée" in text
    assert (signed_in_as(client), SocialAccount.objects.count()) == (None, 0)
    assert not any(secret in caplog.text for secret in [CLIENT_SECRET, "ada@exemple.fr", *server.tokens])


@pytest.mark.parametrize("email", ["", None, "pas une adresse", "аda@exemple.fr", "a@b.fr\r\nBcc: x@y.fr", 12])
def test_an_address_that_is_none_is_said(client, db, server, email):
    server.claims["email"] = email
    answer = come(client)
    assert (answer.status_code, Person.objects.count()) == (400, 0)
    assert "votre adresse" in answer.content.decode().replace("\xa0", " ")


def test_new_keys_are_found(client, db, server):
    come(client)
    client.logout()
    server.rotate()
    come(client)
    assert signed_in_as(client) is not None


def test_a_state_serves_once_and_in_its_own_browser(client, db, server):
    address = go(client)
    from django.test import Client

    other = Client()
    assert other.get(address).status_code == 400
    assert signed_in_as(other) is None
    assert client.get(address).status_code == 302
    client.logout()
    again = client.get(address)
    assert again.status_code == 400
    assert "Recommencez" in again.content.decode()


@pytest.mark.parametrize("query", ["", "?state=x", "?code=x", "?code=x&state=" + "y" * 5000, "?error=access_denied"])
def test_a_return_from_nowhere(client, db, server, query):
    assert client.get(BACK + query).status_code == 400
    assert server.calls == []


def test_who_gives_up_comes_back_to_words(client, db, server):
    server.error = "access_denied"
    answer = come(client, "/equipe/journal/")
    text = answer.content.decode().replace("\xa0", " ")
    assert "n’a pas eu lieu" in text
    assert 'name="next" value="/equipe/journal/"' in text
    server.error = "server_error"
    assert come(client).status_code == 503


@pytest.mark.parametrize("moment", ["avant", "après"])
def test_a_provider_that_is_down(client, db, server, moment):
    if moment == "avant":
        server.is_down = True
        answer = client.post(START, {"next": "/equipe/journal/"})
    else:
        address = go(client, "/equipe/journal/")
        server.is_down = True
        answer = client.get(address)
    text = answer.content.decode().replace("\xa0", " ")
    assert answer.status_code == 503
    assert "ne répond pas" in text
    assert 'value="/equipe/journal/"' in text
    assert client.get("/connexion/").status_code == 200


def test_a_provider_that_is_nowhere(client, db, settings):
    settings.SIGN_IN_PROVIDER = sign_in_provider(url="http://127.0.0.1:1", client_id="a", secret="b")
    assert client.post(START).status_code == 503


def test_a_provider_that_calls_itself_otherwise(client, db, server):
    server.issuer = "https://mechant.fr"
    assert client.post(START).status_code == 503


def test_what_was_typed_survives(client, db, server, territory):
    """Half-typed when the session ended, through a failure too."""
    PersonFactory(email="ada@exemple.fr", is_officer=True, second_factor=False)
    client.post("/equipe/reglages/", {"name": "à demi tapé"})
    server.error = "access_denied"
    come(client)
    server.error = ""
    assert 'value="/equipe/reglages/"' in client.get(BACK + "?state=x").content.decode()
    come(client)
    assert client.session["kept_form"]["path"] == "/equipe/reglages/"


@pytest.mark.parametrize("elsewhere", ["https://mechant.fr/", "//mechant.fr/", "javascript:alert(1)"])
def test_one_is_never_led_elsewhere(client, db, server, elsewhere):
    assert "mechant" not in come(client, elsewhere)["Location"]


def test_the_button_only_works_by_post(client, db, server):
    assert client.get(START).status_code == 405
    from django.test import Client

    assert Client(enforce_csrf_checks=True).post(START).status_code == 403
    assert server.calls == []


def test_leaving_ends_both_sessions(client, db, server):
    come(client)
    answer = client.post("/connexion/fin/", {"next": "/annuaire/"})
    assert answer["Location"] == "/connexion/fournisseur/fin/"
    assert signed_in_as(client) is None
    page = client.get(answer["Location"])
    back = requests.get(address_in(page), allow_redirects=False, timeout=5).headers["Location"]
    (left,) = server.left
    assert left["id_token_hint"] in server.tokens
    assert len(left["state"]) >= 32
    parts = urlsplit(back)
    assert parts.path == "/connexion/fournisseur/parti/"
    home = client.get(f"{parts.path}?{parts.query}")
    assert home["Location"] == "/"
    assert "provider_left" not in client.session
    assert client.get("/connexion/fournisseur/fin/")["Location"] == "/"


def test_leaving_without_having_come_by_it(person_client, server):
    assert person_client.post("/connexion/fin/")["Location"] != "/connexion/fournisseur/fin/"
    assert person_client.get("/connexion/fournisseur/parti/?state=x")["Location"] == "/"


def test_somebody_else_at_the_same_computer(person_client, person, server):
    come(person_client)
    assert signed_in_as(person_client) == str(Person.objects.get(email="ada@exemple.fr").pk) != str(person.pk)


def test_an_identity_is_tied_to_ones_own_account(person_client, person, server):
    """Even with an address that proves nothing: whoever is signed in here knows both."""
    server.claims |= {"email": "travail@exemple.fr", "email_verified": False}
    come(person_client, start=START + "relier/")
    assert SocialAccount.objects.get().user == person
    person_client.logout()
    come(person_client)
    assert signed_in_as(person_client) == str(person.pk)
    person_client.post(START + "separer/")
    assert SocialAccount.objects.count() == 0


def test_an_identity_already_tied_elsewhere_is_not_taken(person_client, person, server):
    other = PersonFactory(email="ada@exemple.fr")
    SocialAccount.objects.create(user=other, provider=sign_in_provider_key(server), uid="ada-1")
    assert come(person_client, start=START + "relier/").status_code == 403
    assert SocialAccount.objects.get().user == other


def test_tying_needs_to_be_signed_in(client, db, server):
    assert client.post(START + "relier/")["Location"].startswith("/connexion/")
    assert client.post(START + "separer/")["Location"].startswith("/connexion/")


@pytest.mark.parametrize("siret", ["20006985400004 ", "x", "", None, 123, "9" * 15])
def test_an_odd_employer_number_is_left_out(client, db, server, siret):
    server.claims["siret"] = siret
    come(client)
    assert employer_siret(Person.objects.get()) in ("", SIRET)


def test_two_tabs_at_once_make_one_account(transactional_db):
    identity = Identity(provider="oidc-x", number="1", email="ada@exemple.fr", is_proven=True)
    found, wait = [], threading.Barrier(2)

    def enter():
        wait.wait()
        try:
            found.append(enter_by_provider(identity=identity).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=enter) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 2
    assert len(set(found)) == Person.objects.count() == SocialAccount.objects.count() == 1


def test_a_closed_account_ties_nothing(db):
    person = PersonFactory(is_active=False)
    identity = Identity(provider="oidc-x", number="1", email="ada@exemple.fr", is_proven=True)
    with pytest.raises(Refused) as refused:
        tie_identity(person=person, identity=identity)
    assert refused.value.problem is Problem.CLOSED


@pytest.mark.parametrize(
    "told",
    [
        {"url": "http://connexion.exemple.fr"},
        {"url": "connexion.exemple.fr"},
        {"client_id": ""},
        {"secret": " "},
        {"scopes": "email"},
    ],
)
def test_settings_that_make_no_sense_are_said_without_the_secret(told):
    with pytest.raises(UnreadableSetting) as error:
        sign_in_provider(**({"url": "https://a.fr", "client_id": "a", "secret": "tres-secret"} | told))
    assert "ESSAIM_OIDC" in str(error.value)
    assert "tres-secret" not in str(error.value)


def test_the_discovery_address_may_be_given_whole():
    made = sign_in_provider(
        url="https://a.fr/api/v2/.well-known/openid-configuration", client_id="a", secret="tres-secret", name="Mairie"
    )
    assert (made.issuer, made.discovery) == (
        "https://a.fr/api/v2",
        "https://a.fr/api/v2/.well-known/openid-configuration",
    )
    assert made.name == "Mairie"
    assert "tres-secret" not in repr(made)
    assert sign_in_provider(url="", client_id="", secret="") is None


def test_the_secret_only_travels_in_the_body(client, db, server):
    page = client.post(START)
    assert CLIENT_SECRET not in page.content.decode()
    assert CLIENT_SECRET not in str(parse_qs(urlsplit(address_in(page)).query))
