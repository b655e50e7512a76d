"""Proposing a structure on a phone, by keyboard alone: the sheet that it may be is shown while one types."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from essaim.directory.models import StructureProposal
from tests.directory.factories import POITIERS, in_poitiers, siren
from tests.foundation.factories import TerritoryFactory


@pytest.mark.django_db(transaction=True)
def test_a_structure_is_proposed_by_keyboard_and_its_twin_is_shown(page_at, axe):
    TerritoryFactory()
    in_poitiers("LA FABRIQUE DU CLAIN", siren=siren(1))
    page = page_at(360)
    page.goto("/annuaire/proposer/")
    assert axe(page) == []
    page.get_by_label("Nom de la structure ou du projet").focus()
    page.keyboard.type("Fabrique du Clain", delay=30)
    page.keyboard.press("Tab")
    page.keyboard.type("Poi")
    expect(page.locator("#id_commune")).to_have_value(POITIERS)
    shown = page.get_by_role("link", name="C’est elle : voir sa fiche")
    expect(shown).to_be_visible()
    assert axe(page) == []
    page.get_by_label("Ce n’est aucune d’elles").press("Space")
    page.get_by_label("Un projet en création").press("Space")
    for label in ("Ce qu’elle fait", "Pourquoi elle relève"):
        page.get_by_label(label).focus()
        page.keyboard.type("Une personne, une voix.")
    page.wait_for_timeout(3_100)  # the form refuses whoever answers faster than one reads
    page.get_by_role("button", name="Proposer cette structure").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre proposition est arrivée.")
    assert StructureProposal.objects.count() == 1
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.trouble == []
