"""The officer's desk, the account pages and the public form, in a real browser."""

from __future__ import annotations

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str

from essaim.directory.actions.reports import report_error
from essaim.directory.models import ErrorReport
from essaim.people.models import Person
from tests.browser.entering import enter
from tests.directory.factories import in_poitiers
from tests.foundation.factories import TerritoryFactory
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def structure():
    TerritoryFactory()
    PersonFactory(email="agent@exemple.fr", name="Camille", is_officer=True)
    return in_poitiers("Les lucioles du pont")


def sign_in(page, wanted="/equipe/"):
    enter(page, wanted)


def test_every_page_of_the_account_is_accessible_at_every_look(page_at, tour, every_look, structure):
    person = Person.objects.get()
    key = f"{user_pk_to_url_str(person)}-{default_token_generator.make_token(person)}"
    page = page_at()
    addresses = (
        "/connexion/",
        "/connexion/compte-ferme/",
        "/connexion/inscription/",
        "/connexion/mot-de-passe/oublie/",
        "/connexion/mot-de-passe/oublie/envoye/",
        f"/connexion/mot-de-passe/nouveau/{key}/",
        "/connexion/mot-de-passe/nouveau/1-perime/",
        "/connexion/mot-de-passe/nouveau/fait/",
    )
    assert tour(page, addresses) == {}
    page.goto("/connexion/")
    page.get_by_text("J’ai un mot de passe").click()
    page.fill("#id_login", "agent@exemple.fr")
    page.fill("#id_password", "pas le bon")
    page.locator("#id_password").press("Enter")
    page.wait_for_selector(".error-summary")
    assert every_look(page) == {}
    assert page.trouble == []


def test_who_is_not_of_the_team_is_told_so_at_every_look(page_at, tour, structure):
    Person.objects.update(is_officer=False)
    page = page_at()
    enter(page)
    page.get_by_role("heading", name="Cette porte a besoin d’une clé.").wait_for()
    assert tour(page, ["/equipe/"]) == {}
    assert [line for line in page.trouble if "403" not in line] == []


def test_the_public_form_tells_its_errors_at_every_look(page_at, every_look, structure):
    page = page_at()
    page.goto(structure.get_absolute_url() + "signaler/")
    page.click("main button[type=submit]")
    page.wait_for_selector(".error-summary")
    assert every_look(page) == {}
    page.locator(".error-summary a").last.click()
    assert page.evaluate("document.activeElement.id") == "id_message"
    assert page.trouble == []


def test_every_page_of_the_desk_is_accessible_at_every_look(page_at, tour, structure):
    report = report_error(structure=structure, topic="contact", message="Le numéro ne répond plus. " * 30)
    page = page_at()
    sign_in(page)
    addresses = (
        "/equipe/",
        "/equipe/boite/",
        f"/equipe/boite/signalements/{report.pk}/",
        "/equipe/boite/?etat=traites",
        "/equipe/journal/",
        "/equipe/journal/?text=introuvable",
        "/equipe/reglages/",
        "/connexion/mot-de-passe/",
        "/connexion/fin/",
    )
    assert tour(page, addresses) == {}
    assert page.trouble == []


def test_colours_answer_while_they_are_chosen(page_at, structure):
    """htmx wakes up, with its settings, when a control of a page that asks for it is about to be used; not before."""
    page = page_at()
    sign_in(page, "/equipe/reglages/")
    assert page.evaluate("typeof window.htmx") == "undefined"
    page.focus("#id_leaf")
    for _ in range(100):
        if page.evaluate("Boolean(window.htmx)"):
            break
        page.wait_for_timeout(50)
    assert page.evaluate("htmx.config.allowEval") is False
    page.fill("#id_leaf", "#ffe600")
    page.dispatch_event("#id_leaf", "change")
    page.wait_for_selector("#couleurs :text('Une nuance plus lisible')")
    assert page.trouble == []


def test_the_public_form_works_without_script(page_at, structure):
    page = page_at(320, java_script_enabled=False)
    page.goto(structure.get_absolute_url() + "signaler/")
    page.click("text=Autre chose")
    page.fill("#id_message", "Le nom a changé.")
    page.wait_for_timeout(3_100)
    page.click("main button[type=submit]")
    page.wait_for_url("**/signaler/merci/")
    assert ErrorReport.objects.get().message == "Le nom a changé."
