"""The officer's desk, the account pages and the public form, in a real browser."""

from __future__ import annotations

import pytest

from essaim.directory.actions.reports import report_error
from essaim.directory.models import ErrorReport
from tests.directory.factories import in_poitiers
from tests.foundation.factories import TerritoryFactory
from tests.people.factories import PASSWORD, PersonFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def structure():
    TerritoryFactory()
    PersonFactory(email="agent@exemple.fr", name="Camille", is_officer=True)
    return in_poitiers("Les lucioles du pont")


def sign_in(page, wanted="/equipe/"):
    page.goto(wanted)
    page.fill("#id_login", "agent@exemple.fr")
    page.fill("#id_password", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(f"**{wanted}")


@pytest.mark.parametrize(("width", "theme"), [(320, "light"), (1280, "dark")])
def test_every_page_is_accessible_and_quiet(page_at, axe, structure, width, theme):
    report = report_error(structure=structure, topic="contact", message="Le numéro ne répond plus. " * 30)
    public = structure.get_absolute_url() + "signaler/"
    page = page_at(width, theme)
    wrong = {}

    def look(address):
        page.goto(address)
        found = axe(page)
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            found.append("la page déborde")
        if found:
            wrong[address] = found

    for address in ("/connexion/", "/connexion/mot-de-passe/oublie/", "/connexion/inscription/", public):
        look(address)
    sign_in(page)
    for address in (
        "/equipe/",
        "/equipe/boite/",
        f"/equipe/boite/signalements/{report.pk}/",
        "/equipe/boite/?etat=traites",
        "/equipe/journal/",
        "/equipe/journal/?text=introuvable",
        "/equipe/reglages/",
        "/connexion/mot-de-passe/",
        "/connexion/fin/",
    ):
        look(address)
    assert wrong == {}
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
