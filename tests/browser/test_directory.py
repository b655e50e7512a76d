"""The directory as a resident lives it: every page accessible, with and without script, by keyboard, on a phone."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from essaim.directory.models import SyncRun
from tests.directory.search.factories import HOME, make_structure, make_town, rebuild_index

pytestmark = pytest.mark.django_db(transaction=True)

LOOKS = [(320, "light"), (320, "dark"), (1280, "light"), (1280, "dark")]


@pytest.fixture
def town():
    make_town()
    SyncRun.objects.create(territory=HOME, vintage="2026-10", perimeter_version="essai", fictitious=True)
    point = {"latitude": 46.58, "longitude": 0.34, "position_quality": "exact", "address": "1 rue du Clain"}
    week = {"regimes": {"normal": {"mon": [["09:00", "12:00"]]}}}
    chosen = make_structure(
        "L’Épi commun",
        naf="47.11B",
        legal_category="9220",
        labels=("ACI",),
        is_employer=True,
        headcount_band="02",
        headcount_year="2024",
        place=point,
        card={
            "description": "Des courses à petit prix.",
            "phone": "0536490001",
            "website": "https://epi.example",
            "confirmed_at": timezone.now(),
            "hours": week,
        },
    )
    make_structure("ÉPICERIE DU BOURG", naf="47.11B", commune="00102", place=point | {"latitude": 46.59})
    make_structure("MUTUELLE DU CLAIN", family="mutual", naf="65.12Z")
    for number in range(25):
        make_structure(f"AMICALE {number}", naf="94.99Z")
    rebuild_index()
    return chosen


def addresses(chosen):
    return [
        "/",
        "/annuaire/",
        "/annuaire/?q=epicerie&famille=association&pres=Lusignan",
        "/annuaire/?q=introuvable",
        "/annuaire/essaim/",
        "/annuaire/criteres/",
        "/api/",
        chosen.get_absolute_url(),
        chosen.get_absolute_url() + "signaler/",
        "/rien-ici/",
    ]


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_every_page_is_accessible_at_every_look(page_at, axe, sideways, town, look):
    page = page_at(*look)
    for address in addresses(town):
        page.goto(address)
        assert axe(page) == [], address
        assert sideways(page) == [], address
        assert page.locator("h1").count() == 1, address
    assert [line for line in page.trouble if "404" not in line] == []


def test_a_resident_types_opens_and_takes_away(page_at, town):
    page = page_at()
    page.goto("/")
    page.locator("#q-accueil").fill("epicerie")
    page.locator("main").get_by_role("button", name="Chercher").click()
    expect(page).to_have_url("/annuaire/?q=epicerie")
    expect(page.locator(".results > li")).to_have_count(2)
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert download.value.suggested_filename.startswith("annuaire-ess-")
    page.get_by_role("link", name="L’Épi commun").click()
    expect(page.locator("h1")).to_have_text("L’Épi commun")
    expect(page.get_by_role("heading", name="Pourquoi l’ESS ?")).to_be_visible()
    expect(page.locator("aside").get_by_role("link", name="05 36 49 00 01")).to_have_attribute(
        "href", "tel:+33-5-36-49-00-01"
    )
    assert page.trouble == []


def test_filters_answer_at_once_and_keep_the_focus_and_the_address(page_at, town):
    page = page_at()
    page.goto("/annuaire/?q=epicerie")
    box = page.locator("#filtre-commune-00102")
    box.check()
    expect(page.locator(".results > li")).to_have_count(1)
    expect(page).to_have_url("/annuaire/?q=epicerie&commune=00102")
    expect(page.locator("#filtre-commune-00102")).to_be_checked()
    assert page.evaluate("document.activeElement.id") == "filtre-commune-00102"
    page.get_by_role("link", name="Retirer : Lusignan").click()
    expect(page.locator(".results > li")).to_have_count(2)
    page.go_back()
    expect(page.locator(".results > li")).to_have_count(1)
    assert page.trouble == []


def test_everything_but_the_map_works_without_script(page_at, town):
    page = page_at(java_script_enabled=False)
    page.goto("/annuaire/")
    page.locator("#q").fill("epicerie")
    page.locator("#pres").fill("Lusignan")
    page.locator("form.directory__form button[type=submit]").first.click()
    expect(page).to_have_url("/annuaire/?q=epicerie&pres=Lusignan")
    assert page.locator(".results > li").count() == 2
    assert page.locator("#map-open").is_hidden()
    page.locator("#filtre-commune-00102").check()
    page.get_by_role("button", name="Appliquer").click()
    assert page.locator(".results > li").count() == 1
    page.goto("/annuaire/?q=amicale")
    page.get_by_role("link", name="Suivante").click()
    assert "page=2" in page.url
    assert page.locator(".results > li").count() == 5


def test_the_keyboard_alone_reaches_a_structure(page_at, town):
    page = page_at()
    page.goto("/annuaire/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Aller au contenu"
    page.keyboard.press("Enter")
    page.locator("#q").focus()
    page.keyboard.type("epi com")
    expect(page.locator(".search__option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(town.get_absolute_url())
    assert page.trouble == []


def test_near_me_uses_the_position_that_the_visitor_gives(page_at, town):
    page = page_at(geolocation={"latitude": 46.59, "longitude": 0.34}, permissions=["geolocation"])
    page.goto("/annuaire/?q=epicerie")
    page.get_by_role("button", name="Près de moi").click()
    expect(page.get_by_role("link", name="Autour d’un point")).to_be_visible()
    expect(page.locator(".results .card__title").first).to_have_text("Épicerie du Bourg")
    assert "lat=46.59" in page.url
    page.get_by_label("Près de").fill("Lusignan")
    page.get_by_label("Près de").press("Enter")
    expect(page).to_have_url("/annuaire/?q=epicerie&pres=Lusignan")
    expect(page.get_by_role("link", name="Près de Lusignan")).to_be_visible()
    page.get_by_role("button", name="Près de moi").click()
    expect(page.get_by_role("link", name="Autour d’un point")).to_be_visible()
    assert "pres=" not in page.url
    assert page.trouble == []


def test_a_phone_has_its_menu_and_its_filters(page_at, town):
    page = page_at(360)
    page.goto("/annuaire/")
    page.locator("summary", has_text="Menu").click()
    expect(page.get_by_role("navigation", name="Menu").get_by_role("link", name="Annuaire")).to_be_visible()
    page.locator("summary", has_text="Menu").click()
    page.locator("summary", has_text="Affiner la recherche").click()
    page.locator("#filtre-famille-mutual").check()
    expect(page.locator(".results > li")).to_have_count(1)


def test_the_printed_page_keeps_the_facts_and_leaves_the_tools(page_at, town):
    page = page_at()
    page.goto(town.get_absolute_url())
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", name="Pourquoi l’ESS ?")).to_be_visible()
    expect(page.get_by_text("les structures de l’annuaire sont inventées")).to_be_visible()
    expect(page.get_by_role("link", name="Signaler une erreur")).to_be_hidden()
