"""The yearly note as elected people read it, and as the officer makes it: legible at every look, printed, sent."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from essaim.observatory.actions.notes import issue_note
from tests.browser.test_desk import sign_in
from tests.observatory.factories import EPCI
from tests.observatory.town import load_everything, load_open_flores, load_sirene, make_town
from tests.pdf import read_pdf
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db(transaction=True)

NOTE = "/observatoire/note/"
BUTTON = "/equipe/observatoire/note/"


@pytest.fixture
def town():
    make_town()


def test_the_note_is_accessible_at_every_look(page_at, tour, town):
    load_everything()
    issue_note(territory=EPCI, by="essai")
    page = page_at()
    assert tour(page, [NOTE]) == {}
    assert page.trouble == []


def test_a_note_of_estimates_is_accessible_at_every_look(page_at, tour, town):
    load_sirene(fictitious=True)
    load_open_flores()
    issue_note(territory=EPCI, by="essai")
    page = page_at()
    assert tour(page, [NOTE]) == {}
    expect(page.get_by_text("Données inventées.")).to_be_visible()
    assert page.trouble == []


def test_before_the_first_note_the_page_is_accessible(page_at, every_look, town):
    page = page_at()
    page.goto(NOTE)
    assert every_look(page) == {}
    expect(page.get_by_role("link", name="Voir l’observatoire")).to_be_visible()


def test_printed_the_note_keeps_its_figures_and_leaves_the_site(page_at, town):
    load_everything()
    issue_note(territory=EPCI, by="essai")
    page = page_at()
    page.goto(NOTE)
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator(".note__value").first).to_be_visible()
    expect(page.get_by_role("link", name="Le PDF, deux pages")).to_be_hidden()
    expect(page.locator("header.header")).to_be_hidden()


def test_printed_the_note_takes_two_sheets(page_at, town):
    load_everything()
    issue_note(territory=EPCI, by="essai")
    page = page_at()
    page.goto(NOTE)
    assert len(read_pdf(page.pdf(format="A4", prefer_css_page_size=True)).pages) == 2


def test_the_officer_issues_the_note_and_finds_its_message(page_at, every_look, town):
    load_everything()
    PersonFactory(email="agent@exemple.fr", name="Camille", is_officer=True)
    page = page_at()
    sign_in(page)
    page.goto(BUTTON)
    assert every_look(page) == {}
    page.get_by_label("Année de la note").fill("20")
    page.get_by_role("button", name="Produire la note").click()
    expect(page.get_by_label("Année de la note")).to_have_attribute("aria-invalid", "true")
    year = str(timezone.localdate().year)
    page.get_by_label("Année de la note").fill(year)
    page.get_by_role("button", name="Produire la note").click()
    expect(page.get_by_text(f"La note {year} est produite")).to_be_visible()
    message = page.get_by_label("Le message à envoyer, prêt à copier").input_value()
    assert f"{NOTE}{year}.pdf" in message
    assert every_look(page) == {}
    page.get_by_role("link", name=f"Lire la page de la note {year}").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("L’économie sociale et solidaire en chiffres")
    assert page.trouble == []
