"""A claim by code, from the page of the structure to the mandate, on a phone and with the keyboard alone."""

from __future__ import annotations

import re

import pytest
from django.core import mail

from essaim.directory.models import Mandate
from tests.browser.entering import origin
from tests.directory.factories import CardFactory, MandateFactory, in_poitiers
from tests.foundation.factories import TerritoryFactory
from tests.geography.factories import HOME
from tests.people.factories import PASSWORD, PersonFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def structure():
    TerritoryFactory(siren=HOME)
    made = in_poitiers("LES LUCIOLES DU PONT")
    CardFactory(structure=made, email="contact@lucioles.fr")
    return made


def press(page, element):
    """Go to an element by the keyboard and press Enter: it can be reached, and says that it is."""
    element.focus()
    assert page.evaluate("document.activeElement !== document.body")
    page.keyboard.press("Enter")


def enter(page, client, person):
    """The session of somebody who has come in (the door has its own test)."""
    client.force_login(person)
    cookie = client.cookies["sessionid"]
    page.context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": origin(page)}])


def test_a_claim_by_code_on_a_phone_by_keyboard(page_at, every_look, structure, client):
    claimant = PersonFactory(email="camille@exemple.fr", name="Camille", password=PASSWORD)
    page = page_at(width=360)
    page.goto(structure.get_absolute_url())
    press(page, page.get_by_role("link", name="C’est votre structure ?"))
    page.wait_for_url("**/representer/")
    assert every_look(page) == {}
    assert page.context.cookies() == []
    enter(page, client, claimant)
    press(page, page.get_by_role("link", name="Faire ma demande"))
    page.wait_for_url("**/representer/demander/")
    page.keyboard.press("Tab")
    page.get_by_label("Fonction dans la structure").focus()
    page.keyboard.type("trésorière")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert page.get_by_role("radio").first.is_checked()
    assert every_look(page) == {}
    press(page, page.get_by_role("button", name="Envoyer ma demande"))
    page.wait_for_url("**/espace/demandes/*/")
    sent = next(message for message in mail.outbox if message.to == ["contact@lucioles.fr"])
    code = re.search(r"^(\w{4} \w{4})$", sent.body, re.MULTILINE)[1]
    page.get_by_label("Le code reçu").focus()
    page.keyboard.type("AAAA AAAA")
    page.keyboard.press("Enter")
    page.get_by_text("Il reste 4 essais").first.wait_for()
    assert every_look(page) == {}
    page.get_by_label("Le code reçu").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type(code.lower())
    page.keyboard.press("Enter")
    page.get_by_text("sa page est à vous").first.wait_for()
    assert Mandate.objects.get().person == claimant
    assert page.trouble == []


def test_the_people_of_the_structure_at_every_look(page_at, tour, structure, client):
    mandate = MandateFactory(structure=structure)
    MandateFactory(structure=structure, person__name="Une personne au nom très long et sans espacement")
    page = page_at(width=360)
    page.goto("/annuaire/")
    enter(page, client, mandate.person)
    url = f"/espace/{structure.key}/personnes/"
    assert tour(page, (url, f"{url}{mandate.pk}/fin/", f"{url}{mandate.pk}/terme/")) == {}
