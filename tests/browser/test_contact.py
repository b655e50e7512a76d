"""« Contact », the institutional pages and « Horaires », in a real browser."""

from __future__ import annotations

import pytest

from essaim.editorial.actions.planting import plant
from essaim.editorial.models import ContactMessage
from essaim.foundation.hours import WeeklyHours
from essaim.foundation.models import Territory
from tests.browser.entering import enter
from tests.foundation.factories import TerritoryFactory
from tests.geography.factories import load_small_cog
from tests.people.factories import PersonFactory
from tests.remembered import remembered

pytestmark = pytest.mark.django_db(transaction=True)

PAGES = ("/mentions-legales/", "/donnees-personnelles/", "/cookies/", "/accessibilite/", "/aide/")


@pytest.fixture
def site():
    def make():
        load_small_cog()
        plant(by="test", territory=TerritoryFactory())

    remembered("planted among its communes", make)
    return Territory.objects.get()


def test_every_page_at_every_look_and_no_cookie(page_at, tour, site):
    page = page_at()
    assert tour(page, (*PAGES, "/contact/", "/contact/facile/", "/contact/envoye/")) == {}
    assert page.context.cookies() == []
    assert page.trouble == []


def test_a_message_without_script(page_at, every_look, site):
    page = page_at(width=360, java_script_enabled=False)
    page.goto("/contact/?objet=structure")
    page.get_by_label("Votre nom").fill("Camille")
    page.get_by_label("Votre message").fill("Nous réparons des vélos.")
    page.get_by_role("button", name="Envoyer").click()
    assert page.get_by_label("Votre message").input_value() == "Nous réparons des vélos."
    page.get_by_label("Votre courriel").fill("camille@exemple.fr")
    page.wait_for_timeout(3_000)  # nobody reads and writes faster: the form asks it
    page.get_by_role("button", name="Envoyer").click()
    page.wait_for_url("**/contact/envoye/*")
    kept = ContactMessage.objects.get()
    assert (kept.topic, kept.message) == ("structure", "Nous réparons des vélos.")


def test_the_errors_of_the_form_are_accessible(page_at, every_look, site):
    page = page_at()
    page.goto("/contact/")
    page.get_by_role("button", name="Envoyer").click()
    page.locator("[data-error-summary]").wait_for()
    page.wait_for_load_state()
    page.wait_for_timeout(300)  # the browser goes to the fragment of the address once the page stands
    assert page.evaluate("document.activeElement.matches('[data-error-summary]')")
    assert every_look(page) == {}
    page.locator("[data-error-summary] a").first.press("Enter")
    assert page.evaluate("document.activeElement.id") == "id_objet"


def test_the_officer_writes_the_hours_with_the_keyboard(page_at, tour, every_look, site):
    PersonFactory(email="agent@exemple.fr", name="Camille", is_officer=True)
    page = page_at()
    enter(page, "/equipe/horaires/")
    assert tour(page, ("/equipe/horaires/", "/equipe/horaires/dates/ajouter/", "/equipe/horaires/vacances/2028/")) == {}
    page.goto("/equipe/horaires/")
    saturday = page.locator("#id_normal_sat")
    saturday.fill("le matin")
    saturday.press("Enter")
    page.locator("#id_normal_sat_error").wait_for()
    assert every_look(page) == {}
    saturday.fill("9h-12h")
    saturday.press("Enter")
    page.get_by_text("Les horaires sont enregistrés").first.wait_for()
    site.refresh_from_db()
    assert WeeklyHours.from_json(site.hours).lines()[1][0] == "Samedi"
    assert page.trouble == []
