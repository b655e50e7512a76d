"""The structure's space in a real browser: written, seen before, published and taken back, on a phone, by keyboard."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

from essaim.directory.models import Card
from tests.directory.factories import MandateFactory, in_poitiers, siren
from tests.foundation.factories import TerritoryFactory
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ours():
    TerritoryFactory()
    structure = in_poitiers("LES AMIS DU JARDIN", siren=siren(1))
    MandateFactory(structure=structure, person=PersonFactory(email="ana@exemple.fr", name="Ana"))
    return structure


def enter(page, live_server, structure):
    """The session of somebody who has signed in: the door has tests of its own."""
    client = Client()
    client.force_login(structure.mandates.get().person)
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])


def press(page, words):
    """Reach a button or a link by the keyboard, and press it."""
    page.get_by_text(words, exact=True).first.focus()
    page.keyboard.press("Enter")


def test_the_card_is_written_seen_published_and_taken_back_by_keyboard_on_a_phone(page_at, live_server, axe, ours):
    page = page_at(width=360)
    enter(page, live_server, ours)
    page.goto("/espace/")
    assert axe(page) == []
    press(page, "Les Amis du Jardin")
    page.wait_for_url(f"**/espace/{ours.key}/")
    assert axe(page) == []
    for text in ("Nous jardinons.", "Nous jardinons ensemble."):
        page.goto(f"/espace/{ours.key}/fiche/")
        page.locator("#id_description").focus()
        page.keyboard.press("Control+A")
        page.keyboard.type(text)
        press(page, "Voir avant de publier")
        page.wait_for_selector(".preview-bar")
        assert text in page.inner_text("main")
        press(page, "Continuer à écrire")
        page.wait_for_selector("#id_description")
        assert page.input_value("#id_description") == text
        press(page, "Voir avant de publier")
        page.wait_for_selector(".preview-bar")
        press(page, "Publier")
        page.wait_for_url(f"**/espace/{ours.key}/")
    assert Card.objects.get().description == "Nous jardinons ensemble."
    page.goto(f"/espace/{ours.key}/historique/")
    page.locator("a:has-text('Reprendre cette version')").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/reprendre/")
    press(page, "Reprendre cette version")
    page.wait_for_url(f"**/espace/{ours.key}/")
    assert Card.objects.get().description == "Nous jardinons."
    assert page.trouble == []


def test_every_screen_of_the_space_is_accessible_at_every_look(page_at, live_server, every_look, ours):
    page = page_at()
    enter(page, live_server, ours)
    Card.objects.create(
        structure=ours,
        description="Nous jardinons. " * 20,
        services=["Paniers"],
        audiences=["job-seekers"],
        places=[{"name": "La serre", "address": "2 rue des Lilas", "postcode": "86000", "city": "Poitiers"}],
    )
    wrong = {}
    for address in ("fiche/", "historique/", "photos/", "contacts/", "contacts/nouveau/", "donnees/"):
        page.goto(f"/espace/{ours.key}/{address}")
        if found := every_look(page):
            wrong[address] = found
    page.goto(f"/espace/{ours.key}/fiche/")
    page.fill("#id_phone", "pas un numéro")
    page.click("text=Voir avant de publier")
    page.wait_for_selector(".error-summary")
    if found := every_look(page):
        wrong["fiche, avec une erreur"] = found
    assert wrong == {}
