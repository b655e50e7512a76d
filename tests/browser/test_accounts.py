"""Coming in with the keyboard alone on a phone; an application of codes; a passkey of the browser's own."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from playwright.sync_api import expect

from tests.foundation.factories import TerritoryFactory
from tests.people.doors import code_in, totp
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def site(db):
    TerritoryFactory()


def tab_to(page, element, most=60):
    """Press Tab until that element has the focus, as somebody without a mouse does."""
    for _ in range(most):
        if element.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail("Le clavier n’atteint pas cet élément.")


def come_in(page, address):
    """By the code of the message, with the keyboard alone."""
    page.goto("/connexion/")
    tab_to(page, page.get_by_label("Votre adresse électronique"))
    page.keyboard.type(address)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/connexion/code/$"))
    tab_to(page, page.get_by_label("Le code reçu"))
    page.keyboard.type(code_in(mail.outbox[-1]).lower())
    page.keyboard.press("Enter")
    expect(page).not_to_have_url(re.compile("/connexion/code/"))


def test_by_a_code_with_the_keyboard_alone_then_an_application(site, page_at, every_look):
    officer = PersonFactory(email="camille@exemple.fr", password=None, is_officer=True, second_factor=False)
    page = page_at(360)
    page.goto("/connexion/")
    assert every_look(page) == {}
    page.set_viewport_size({"width": 360, "height": 800})
    come_in(page, officer.email)

    expect(page).to_have_url(re.compile("/compte/double-verification/"))
    assert every_look(page) == {}
    application = page.get_by_role("link", name="Ajouter une application")
    tab_to(page, application)
    page.keyboard.press("Enter")
    secret = page.locator(".secret").inner_text()
    assert every_look(page) == {}
    tab_to(page, page.get_by_label("Le code que l’application affiche"))
    page.keyboard.type(totp(secret))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Vos codes de secours")
    assert every_look(page) == {}
    tab_to(page, page.get_by_role("link", name="Continuer"))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/equipe/$"))

    page.goto("/compte/")
    assert every_look(page) == {}
    leave = page.get_by_role("button", name="Me déconnecter")
    tab_to(page, leave, most=120)
    page.keyboard.press("Enter")
    expect(page).not_to_have_url(re.compile("/compte/$"))
    come_in(page, officer.email)
    expect(page.get_by_role("heading", level=1)).to_have_text("Double vérification")
    assert every_look(page) == {}
    tab_to(page, page.get_by_label("Code à 6 chiffres"))
    page.keyboard.type(totp(secret, steps=1))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/equipe/$"))
    assert page.trouble == []


def test_a_passkey_is_added_then_opens_the_account_alone(site, page_at, every_look):
    page = page_at(360)
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    come_in(page, "marie@exemple.fr")
    page.goto("/compte/double-verification/cles/ajouter/")
    assert every_look(page) == {}
    page.get_by_label("Le nom de cette clé").fill("Mon téléphone")
    page.get_by_role("button", name="Ajouter cette clé").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vos codes de secours")
    page.wait_for_load_state("networkidle")
    assert Authenticator.objects.get(type="webauthn").wrap().name == "Mon téléphone"
    page.goto("/compte/")
    page.get_by_role("button", name="Me déconnecter").click()
    expect(page).not_to_have_url(re.compile("/compte/$"))

    page.goto("/connexion/?next=/compte/nom/")
    key = page.get_by_role("button", name="Entrer avec une clé d’accès")
    tab_to(page, key)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/compte/nom/$"))
    page.wait_for_load_state("networkidle")
    page.goto("/compte/")
    expect(page.get_by_text("« Mon téléphone »")).to_be_visible()
    assert page.trouble == []
