"""The directory as a resident lives it: every page accessible, with and without script, by keyboard, on a phone."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from essaim.directory.models import Establishment, SyncRun
from tests.directory.search.factories import HOME, long_ago, make_structure, make_town, rebuild_index

pytestmark = pytest.mark.django_db(transaction=True)


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
        "/annuaire/",
        "/annuaire/?q=epicerie&famille=association&pres=Lusignan",
        "/annuaire/?q=introuvable",
        "/annuaire/essaim/",
        "/annuaire/criteres/",
        "/api/",
        "/annuaire/?page=2&etat=toutes",
        chosen.get_absolute_url(),
        chosen.get_absolute_url() + "signaler/",
        chosen.get_absolute_url() + "signaler/merci/",
        "/rien-ici/",
    ]


def test_every_page_is_accessible_at_every_look(page_at, tour, town):
    page = page_at()
    assert tour(page, addresses(town)) == {}
    assert [line for line in page.trouble if "404" not in line] == []


def test_every_kind_of_structure_is_accessible_at_every_look(page_at, tour, town):
    """Closed with who took over, asleep, hidden address, more than twelve addresses, with neighbours."""
    here = {"latitude": 46.5801, "longitude": 0.3401, "position_quality": "exact", "address": "2 rue du Clain"}
    closed = make_structure(
        "ÉPICERIE D’AVANT",
        naf="47.11B",
        is_closed=True,
        place=here | {"is_closed": True, "closed_on": "2020-05-01", "successor_siret": town.establishments.get().siret},
    )
    asleep = make_structure("AMICALE OUBLIÉE", last_processed_on=long_ago(), created_on=long_ago(), place=here)
    hidden = make_structure("LE REFUGE", diffusion="P", place={"diffusion": "P"})
    many = make_structure("LA GRANDE MAISON", naf="47.11B", labels=("ESUS",), purpose="Vendre de tout.", place=here)
    for number in range(14):
        Establishment.objects.create(
            structure=many, siret=f"{many.siren}{80_000 + number}", commune_id="00102", official_commune_code="00102"
        )
    rebuild_index()
    page = page_at()
    pages = {
        one.get_absolute_url(): words
        for one, words in (
            (closed, "L’activité continue ici"),
            (asleep, "Sans nouvelle depuis"),
            (hidden, "ne pas diffuser son adresse"),
            (many, "autres adresses"),
            (town, "À côté"),
        )
    }
    for address, words in pages.items():
        page.goto(address)
        expect(page.locator("main")).to_contain_text(words)
    assert tour(page, pages) == {}
    assert page.trouble == []


def test_nothing_yet_is_said_at_every_look(page_at, tour):
    """First run, before any file: the directory gets ready."""
    make_town()
    page = page_at()
    assert tour(page, ["/annuaire/", "/annuaire/essaim/"]) == {}
    page.goto("/annuaire/")
    expect(page.get_by_role("heading", name="L’annuaire se prépare")).to_be_visible()
    assert [line for line in page.trouble if "503" not in line] == []


def test_a_resident_types_opens_and_takes_away(page_at, town):
    page = page_at()
    page.goto("/annuaire/")
    page.locator("#q").fill("epicerie")
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
    page.locator("[data-locate]").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Aller aux résultats"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("Boolean(document.activeElement.closest('.results'))"), "les filtres sont passés"
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
