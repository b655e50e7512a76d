"""Legal notice, personal data, cookies, help: planted whole, honest about what only the officer knows."""

from __future__ import annotations

import html
import re
from datetime import date

import pytest

from essaim.editorial.models import AccessibilityPage, ContactPage, LegalPage, PrivacyPage
from essaim.foundation.hours import WeeklyHours
from tests.foundation.factories import TerritoryFactory

PAGES = ("/mentions-legales/", "/donnees-personnelles/", "/cookies/", "/accessibilite/", "/aide/", "/contact/")


def text(answer):
    return html.unescape(answer.content.decode()).replace("\u00a0", " ")


def test_they_stand_at_the_foot_of_every_page(client, planted):
    page = client.get("/").content.decode()
    foot = page[page.rindex('<footer class="footer"') :]
    for path in PAGES:
        assert f'href="{path}"' in foot, path
    for path in PAGES:
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert answer.content.decode().count("<h1") == 1


def test_reading_them_sets_no_cookie(client, planted):
    for path in ("/", *PAGES, "/contact/facile/", "/lettre/", "/lettre/confirmer/x/"):
        assert not client.get(path).cookies, path


def test_what_only_the_officer_knows_is_asked_for_until_it_is_there(client, planted):
    assert text(client.get("/mentions-legales/")).count("à compléter") == 2
    assert text(client.get("/donnees-personnelles/")).count("à compléter") == 1
    legal = LegalPage.objects.get()
    legal.director, legal.host = "Camille Présidente", "Ruche Hébergement"
    legal.save_revision().publish()
    page = text(client.get("/mentions-legales/"))
    assert "Camille Présidente." in page
    assert page.count("à compléter") == 1
    legal.host_address, legal.host_phone = "1 rue du Miel, 86000 Poitiers", "05 49 00 00 00"
    legal.save_revision().publish()
    assert "à compléter" not in text(client.get("/mentions-legales/"))
    privacy = PrivacyPage.objects.get()
    privacy.officer_name = "Service juridique"
    privacy.save_revision().publish()
    assert "à compléter" not in text(client.get("/donnees-personnelles/"))


def test_what_is_missing_is_told_to_the_officer_and_leaves_when_done(officer_client, officer, territory, planted):
    page = text(officer_client.get("/equipe/"))
    assert "À compléter" in page
    legal, privacy = LegalPage.objects.get(), PrivacyPage.objects.get()
    contact, access = ContactPage.objects.get(), AccessibilityPage.objects.get()
    for one in (legal, privacy, contact, access):
        assert f'href="/cms/pages/{one.pk}/edit/"' in page, one
    assert "Il manque la direction de la publication, l’hébergeur" in page
    legal.director, legal.host = "Camille Présidente", "Ruche"
    legal.host_address, legal.host_phone = "1 rue du Miel", "05 49 00 00 00"
    privacy.officer_name = "Service juridique"
    contact.latitude, contact.longitude = 46.58, 0.34
    access.drawn_up_on, access.plan_years, access.plan_action = date(2026, 11, 1), "<p>a</p>", "<p>b</p>"
    for one in (legal, privacy, contact, access):
        one.save_revision().publish()
    territory.refresh_from_db()
    territory.email = ""
    territory.save()
    page = text(officer_client.get("/equipe/"))
    assert "Le courriel de la mission" in page and "/cms/pages/" not in page.split("À compléter")[1].split("</ul>")[0]
    territory.email = "ess@exemple.fr"
    territory.save()
    assert "À compléter" not in text(officer_client.get("/equipe/"))


def test_the_publisher_is_read_from_the_settings(client, territory, planted):
    territory.refresh_from_db()
    territory.address = "2 place Neuve, 86000 Poitiers"
    territory.save()
    assert "2 place Neuve" in text(client.get("/mentions-legales/"))


def test_the_cookies_named_are_those_that_exist(client, planted, settings):
    page = text(client.get("/cookies/"))
    for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, "messages", "wagtail_sidebar_collapsed"):
        assert f">{name}<" in re.sub(r"\s*(</?[a-z]+)[^>]*>\s*", r"\1>", page).replace("<th>", ">"), name
    assert settings.SESSION_COOKIE_AGE == 14 * 86_400
    assert round(settings.CSRF_COOKIE_AGE / 86_400) in (364, 365)


@pytest.mark.parametrize("siren", ["200069854", "200000172"])
def test_facts_of_an_authority_belong_to_it_alone(db, siren):
    from essaim.editorial.actions.planting import plant

    territory = TerritoryFactory(siren=siren, name="Une communauté", phone="", address="")
    plant(by="test", territory=territory)
    territory.refresh_from_db()
    known = siren == "200069854"
    assert bool(territory.hours) == known
    assert (territory.phone == "05 49 52 35 35") == known
    if known:
        assert len(WeeklyHours.from_json(territory.hours).regimes) == 2
