"""News, initiatives and the newsletter in a real browser: seen, read by a machine, gone through without a mouse."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.core import mail
from django.utils import timezone

from essaim.editorial.actions.letters import save_letter
from essaim.editorial.actions.planting import plant
from essaim.editorial.models import Subscription
from essaim.editorial.stories import LETTER_SOURCES
from tests.browser.entering import enter
from tests.foundation.factories import TerritoryFactory
from tests.geography.factories import load_small_cog
from tests.people.factories import PersonFactory
from tests.remembered import remembered

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def site():
    def make():
        load_small_cog()
        plant(by="test", territory=TerritoryFactory())

    remembered("planted among its communes", make)


@pytest.fixture
def written(site):
    """A draft that tells everything, and one subscriber."""
    now = timezone.now()
    Subscription.objects.create(email="lea@exemple.fr", consent="Oui.", asked_at=now, confirmed_at=now)
    picks = [(source.key, item.key) for source in LETTER_SOURCES for item in source.items(date(2000, 1, 1))]
    return save_letter(letter=None, by="test", title="Tout ce qui a paru", intro="Bonjour.\n\nVoici.", picks=picks)


def sign_in(page):
    officer = PersonFactory(is_officer=True)
    enter(page, "/equipe/lettres/", officer.email)
    page.locator("h1:has-text('Lettre d’information')").wait_for()


def test_public_pages_in_every_look(page_at, tour, site):
    page = page_at()
    addresses = [
        "/actualites/",
        "/actualites/?annee=2019",
        "/actualites/horizon-commun-2020/",
        "/initiatives/",
        "/initiatives/?theme=durable",
        "/initiatives/un-garage-solidaire/",
        "/lettre/",
        "/lettre/merci/",
        "/lettre/confirmer/x/",
        "/lettre/desabonner/x/",
    ]
    assert tour(page, addresses) == {}
    assert page.trouble == []


def test_the_officer_s_screens_in_every_look(page_at, tour, written):
    page = page_at()
    sign_in(page)
    base = "/equipe/lettres/"
    screens = ["", "nouvelle/", *(f"{written.pk}/{verb}" for verb in ("", "modifier/", "envoyer/", "supprimer/"))]
    assert tour(page, [base + screen for screen in screens]) == {}
    page.goto(f"{base}{written.pk}/")
    frame = page.frame_locator("iframe")
    assert frame.locator("text=Un garage solidaire").first.is_visible()
    page.goto(f"{base}{written.pk}/envoyer/")
    page.locator("button:has-text('Envoyer maintenant')").click()
    page.wait_for_url(f"**{base}{written.pk}/")
    assert page.locator("text=Terminé le").is_visible()
    assert [message.to for message in mail.outbox] == [["lea@exemple.fr"]]
    assert tour(page, [f"{base}{written.pk}/", base, "/lettre/1/", "/lettre/"]) == {}
    assert page.trouble == []


def test_from_the_form_to_the_way_out_without_script_by_keyboard(page_at, site):
    page = page_at(360, java_script_enabled=False)
    page.goto("/lettre/")
    page.locator("#id_email").focus()
    page.keyboard.type("lea@gmial.com")
    page.keyboard.press("Enter")
    assert page.locator(".field__errors").inner_text().startswith("Vouliez-vous écrire lea@gmail.com")
    page.locator("#id_email").fill("lea@exemple.fr")
    page.keyboard.press("Enter")
    page.wait_for_url("**/lettre/merci/")
    page.goto(re.search(r"https?://[^/\s]+(/lettre/\S+)", mail.outbox[0].body)[1])
    page.locator("main button").focus()
    page.keyboard.press("Enter")
    page.locator("h1:has-text('Vous êtes abonné')").wait_for()
    row = Subscription.objects.get()
    assert row.confirmed_at is not None
    page.goto(f"/lettre/desabonner/{row.key}/")
    page.locator("main button").focus()
    page.keyboard.press("Enter")
    page.locator("h1:has-text('C’est fait')").wait_for()
    assert not Subscription.objects.exists()


def test_filters_work_without_script(page_at, site):
    page = page_at(java_script_enabled=False)
    page.goto("/initiatives/")
    page.select_option("#commune", label="Poitiers (1)")
    page.locator(".story__filters button").click()
    page.wait_for_url("**commune=86194*")
    assert page.locator(".story").count() == 1
    assert "commune=86194" in page.url
