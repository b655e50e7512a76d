"""The directory’s map in a real browser: opened on demand, whole, named by keyboard, its zone in the address."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.directory.search import factories
from tests.directory.search.factories import make_town, rebuild_index

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def town():
    from essaim.directory.models import Criterion

    make_town()
    rows = [
        ("VELO POUR TOUS", "association", 46.5801, 0.3402),
        ("LES PANIERS", "cooperative", 46.5801, 0.3402),
        ("MUTUELLE DU CLAIN", "mutual", 46.6100, 0.3900),
        ("FONDATION DES RUCHES", "foundation", 46.4300, 0.1200),
        *((f"ASSOCIATION {n}", "association", 46.50 + n / 400, 0.25 + n / 300) for n in range(30)),
        ("SANS POINT", "association", None, None),
    ]
    for name, family, latitude, longitude in rows:
        place = {"latitude": latitude, "longitude": longitude, "position_quality": "exact" if latitude else ""}
        structure = factories.make_structure(name, family=family, place=place)
        Criterion.objects.get_or_create(structure=structure, code="legal_category", defaults={"source": "essai"})
    rebuild_index()


def open_map(page, address="/annuaire/"):
    page.goto(address)
    if page.locator("#map-open").is_visible():
        page.locator("#map-open").click()
    page.wait_for_selector("#map[data-ready]")
    page.wait_for_selector(".map-mark")


def test_map_code_is_loaded_only_when_opened(page_at, town):
    page = page_at()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/annuaire/")
    page.wait_for_load_state("networkidle")
    assert not [url for url in asked if "map" in url or "carte" in url]
    page.locator("#map-open").click()
    page.wait_for_selector("#map[data-ready]")
    assert [url for url in asked if url.endswith("map.js")]
    assert "carte=1" in page.url
    assert page.trouble == []


def test_map_says_what_it_shows_and_what_it_does_not(page_at, town):
    page = page_at()
    open_map(page)
    said = page.locator(".map__status").inner_text().replace("\u00a0", " ")
    assert said == "34 structures sur la carte. 1 structure sans point sur la carte, présente dans la liste."
    assert "Contours simplifiés : zones autour des centres des communes" in page.locator(".map__note").inner_text()


@pytest.mark.parametrize("look", [(320, "light"), (320, "dark"), (1280, "light"), (1280, "dark")], ids=str)
def test_open_map_is_accessible(page_at, axe, sideways, town, look):
    page = page_at(*look)
    open_map(page)
    assert axe(page) == []
    assert sideways(page) == []
    assert page.trouble == []


def test_a_point_opens_by_keyboard_and_leads_to_its_structures(page_at, axe, town):
    page = page_at()
    open_map(page, "/annuaire/?q=paniers")
    mark = page.locator(".map-mark").first
    assert mark.get_attribute("role") == "button"
    mark.focus()
    expect(mark).to_have_attribute("aria-label", "Les Paniers")
    page.keyboard.press("Enter")
    link = page.locator(".map-window a", has_text="Paniers")
    link.wait_for()
    assert axe(page, within="#map") == []
    page.keyboard.press("Escape")
    page.wait_for_selector(".map-window", state="detached")
    mark.click()
    link.wait_for()
    assert link.get_attribute("href").startswith("/annuaire/les-paniers-")
    assert page.trouble == []


def has_zone(url):
    return "zone=" in url


def test_zone_filters_the_list_and_stands_in_the_address(page_at, town):
    page = page_at()
    open_map(page)
    total = page.locator("#resultats-compte strong")
    expect(total).to_have_text("35")
    for _ in range(3):
        page.locator(".leaflet-control-zoom-in").click()
    page.get_by_role("button", name="Chercher dans cette zone").click()
    page.wait_for_url(has_zone)
    expect(total).not_to_have_text("35")
    expect(page.locator(".map__status")).to_contain_text("sans point n’y est pas, enlevez la zone")
    expect(page.locator("#resultats-limites")).to_contain_text("Dans la zone de la carte")
    inside = total.inner_text()
    page.goto(page.url)
    page.wait_for_selector("#map[data-ready]")
    expect(total).to_have_text(inside)
    page.get_by_role("button", name="Enlever la zone").click()
    expect(total).to_have_text("35")
    assert not has_zone(page.url)
    assert page.trouble == []


def test_list_follows_the_map_as_it_moves(page_at, town):
    page = page_at()
    open_map(page)
    page.get_by_label("La liste suit la carte").check()
    page.wait_for_url(has_zone)
    first = page.url
    page.locator(".leaflet-control-zoom-in").click()
    page.wait_for_url(lambda url: has_zone(url) and url != first)
    assert page.trouble == []


def test_closing_gives_the_button_back(page_at, town):
    page = page_at()
    open_map(page)
    page.get_by_role("button", name="Fermer la carte").click()
    assert page.evaluate("document.activeElement.id") == "map-open"
    assert not page.locator("#map").is_visible()
    assert "carte" not in page.url
    page.locator("#map-open").click()
    assert page.locator(".map__canvas").is_visible()
    assert page.locator(".map__canvas").count() == 1


def test_filter_keeps_the_map_open(page_at, town):
    page = page_at()
    open_map(page)
    page.locator("input[name=famille][value=cooperative]").check()
    expect(page.locator("#resultats-compte strong")).to_have_text("1")
    page.wait_for_selector("#map[data-ready]")
    expect(page.locator(".map__status")).to_contain_text("1\u00a0structure sur la carte.")
    page.wait_for_url(lambda url: "carte=1" in url and "famille=cooperative" in url)
    assert page.trouble == []


def test_without_script_the_list_is_whole_and_no_button_lies(page_at, town):
    page = page_at(java_script_enabled=False)
    page.goto("/annuaire/")
    assert not page.locator("#map-open").is_visible()
    assert page.locator("#resultats-compte strong").inner_text() == "35"
