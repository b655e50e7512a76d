"""« Ma fiche est-elle à jour ? » and the corrections of the public, in a real browser: by keyboard, on a phone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from essaim.directory.actions.campaigns import open_campaign
from essaim.directory.actions.corrections import propose_correction
from essaim.directory.campaign_links import token_of
from essaim.directory.models import CampaignLine, Card, CardChange
from tests.browser.test_desk import sign_in
from tests.directory.factories import CardFactory, in_poitiers
from tests.foundation.factories import TerritoryFactory
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db(transaction=True)

HOURS = {"regimes": {"normal": {"mon": [["09:00", "12:00"]]}}}


@pytest.fixture
def structure():
    TerritoryFactory()
    PersonFactory(email="agent@exemple.fr", name="Camille", is_officer=True)
    made = in_poitiers("LES LUCIOLES DU PONT")
    CardFactory(structure=made, email="lucioles@exemple.fr", phone="+33549000000", hours=HOURS)
    return made


@pytest.fixture
def line(structure):
    closes = timezone.localdate() + timedelta(days=20)
    open_campaign(name="2026", message="Merci de relire.", closes_on=closes, fresh_months=0, by="test")
    return CampaignLine.objects.get(structure=structure)


def link(line, what="card"):
    return reverse(f"campaigns:{what}", args=[token_of(line.campaign_id, line.structure_id)])


def tab_to(page, name, limit=120):
    """Go by the Tab key alone to what bears that name."""
    wanted = "(name) => (document.activeElement.innerText || document.activeElement.labels?.[0]?.innerText || '')"
    for _ in range(limit):
        page.keyboard.press("Tab")
        if page.evaluate(f"({wanted})()").replace("\u00a0", " ").strip().startswith(name):
            return
    raise AssertionError(f"« {name} » ne s’atteint pas au clavier")


def test_a_structure_answers_by_keyboard_on_a_phone(page_at, line, structure):
    page = page_at(width=360)
    page.goto(link(line))
    tab_to(page, "Oui, tout est exact")
    page.keyboard.press("Enter")
    page.wait_for_url("**/fiche/merci/")
    assert Card.objects.get(structure=structure).confirmed_at is not None
    page.goto(link(line))
    assert "déjà arrivée" in page.inner_text("main").replace("\u00a0", " ")
    assert page.context.cookies() == []
    assert page.trouble == []


def test_anybody_corrects_by_keyboard_and_is_told_what_is_wrong(page_at, structure):
    page = page_at(width=360)
    page.goto(structure.get_absolute_url())
    tab_to(page, "Proposer une correction")
    page.keyboard.press("Enter")
    page.wait_for_url("**/corriger/")
    tab_to(page, "Téléphone public")
    page.keyboard.type("pas un numéro")
    page.keyboard.press("Enter")
    # Too quick for a person, and not a number: one thing at a time, nothing typed is lost.
    page.wait_for_selector("[data-error-summary]")
    assert page.input_value("#id_phone") == "pas un numéro"
    page.fill("#id_phone", "05 49 00 00 01")
    page.wait_for_timeout(4000)
    tab_to(page, "Envoyer")
    page.keyboard.press("Enter")
    page.wait_for_url("**/corriger/merci/")
    assert CardChange.objects.get().values == {"phone": "+33549000001"}
    assert page.context.cookies() == []
    assert page.trouble == []


def test_public_screens_are_accessible_at_every_look(page_at, tour, line, structure):
    page = page_at()
    addresses = [
        link(line),
        link(line, "correct"),
        link(line, "ceased"),
        link(line, "silence"),
        "/fiche/",
        "/fiche/faux/",
    ]
    assert tour(page, [*addresses, structure.get_absolute_url() + "corriger/"]) == {}
    assert [problem for problem in page.trouble if "404" not in problem] == []


def test_officers_screens_are_accessible_at_every_look(page_at, tour, line, structure):
    correction = propose_correction(structure=structure, values={"phone": "0549000001"}, version=0, note="Vu.")
    page = page_at()
    sign_in(page)
    at = f"/equipe/annuaire/campagnes/{line.campaign_id}/"
    more = [at, at + "lettres/", at + "relancer/?after_days=1", at + "clore/", "/equipe/annuaire/campagnes/nouvelle/"]
    boxes = [f"/equipe/boite/corrections/{correction.pk}/", f"/espace/{structure.key}/corrections/{correction.pk}/"]
    lists = ["/equipe/annuaire/campagnes/", "/equipe/annuaire/a-confirmer/?nature=jamais"]
    assert tour(page, [*lists, *more, *boxes, f"/espace/{structure.key}/corrections/"]) == {}
    assert page.trouble == []
