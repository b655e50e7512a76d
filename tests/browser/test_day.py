"""« Au fil des heures » in a real browser: every look, by keyboard, without script, a position that stays."""

from __future__ import annotations

import itertools
import re

import pytest
from playwright.sync_api import expect

from essaim.foundation.models import Territory
from tests.directory.search.factories import HOME, make_structure, make_town
from tests.editorial.factories import make_home
from tests.remembered import remembered

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/au-fil-des-heures/"
POINT = {"latitude": 46.59, "longitude": 0.34, "position_quality": "exact"}
LUSIGNAN = {"latitude": 46.44, "longitude": 0.35}


@pytest.fixture
def day():
    """The whole planted day over a town that answers most of it."""
    remembered("a day over a town", make_day)


def make_day():
    from essaim.editorial.actions.planting import plant

    make_town()
    make_home()
    plant(by="test", territory=Territory.objects.get(siren=HOME))
    for naf in ("35.11Z", "88.91A", "88.10A", "45.20A", "47.79Z", "47.61Z", "93.12Z", "56.30Z", "87.10A", "87.90B"):
        make_structure(f"LA MAISON {naf}", naf=naf, place=POINT)
        make_structure(f"LE LIEU {naf}", naf=naf, commune="00102")
    make_structure("SCOP DU CLAIN", family="cooperative", sub_family="scop", naf="43.32A", place=POINT)


def test_every_look_of_the_day_and_of_its_negative(page_at, tour, day):
    page = page_at()
    addresses = [PAGE, f"{PAGE}?commune=00102&famille=mutual", f"{PAGE}sans/?commune=00101", f"{PAGE}facile/"]
    assert tour(page, addresses) == {}
    assert page.trouble == []


def test_the_page_is_light(page_at, day):
    page = page_at()
    page.goto(f"{PAGE}?commune=00101")
    # Its own limit, above the 800 of other pages: twenty-four moments that each say seven things, their drawings
    # (some 520 elements of the whole), the list of hours and the forty communes. Whatever comes must make room.
    assert page.evaluate("document.querySelectorAll('*').length") <= 1320
    assert page.evaluate("performance.getEntriesByType('resource').length") <= 24


def test_headings_go_down_one_by_one(page_at, day):
    page = page_at()
    page.goto(PAGE)
    levels = page.evaluate("[...document.querySelectorAll('main :is(h1,h2,h3,h4)')].map((h) => +h.tagName[1])")
    assert levels[:3] == [1, 2, 3]
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_without_script_everything_is_there(page_at, day):
    page = page_at(360, java_script_enabled=False)
    page.goto(PAGE)
    page.get_by_label("Vous êtes à").select_option("00102")
    page.get_by_role("button", name="Voir autour de moi").click()
    expect(page).to_have_url(re.compile(r"\?commune=00102$"))
    expect(page.get_by_text("depuis le centre de Lusignan")).to_be_visible()
    expect(page.get_by_role("button", name="Ma position")).to_be_hidden()
    page.get_by_role("link", name="Et si l’ESS s’arrêtait un jour ?").click()
    expect(page).to_have_url(re.compile(r"/sans/\?commune=00102$"))
    page.get_by_role("link", name="Rendez-moi l’ESS").click()
    page.locator("#h-0700 .moment__after").click()
    expect(page).to_have_url(re.compile(r"#h-0715$"))


def test_by_keyboard_from_hour_to_hour(page_at, day):
    page = page_at()
    page.goto(PAGE)
    link = page.get_by_role("navigation", name="Heures de la journée").get_by_role("link", name="19 h")
    link.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"#h-1900$"))
    expect(page.locator("#h-1900")).to_be_in_viewport()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('article')?.id") == "h-1900"


def test_the_list_follows_the_hour_under_the_eyes(page_at, day):
    page = page_at(360, height=740)
    page.goto(PAGE)
    page.locator("#h-1400").scroll_into_view_if_needed()
    page.evaluate("document.getElementById('h-1400').scrollIntoView({block: 'center'})")
    current = page.locator(".day__list a[aria-current]")
    expect(current).to_have_count(1)
    expect(current).to_have_attribute("href", "#h-1400")
    expect(current).to_be_in_viewport()


def test_the_position_chooses_a_commune_and_leaves_nothing_else(page_at, day):
    page = page_at(geolocation=LUSIGNAN, permissions=["geolocation"])
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{PAGE}?famille=association")
    page.get_by_role("button", name="Ma position").click()
    expect(page).to_have_url(re.compile(r"\?commune=00102&famille=association$"))
    assert not [url for url in asked if "46." in url or "lat=" in url]
    assert page.trouble == []


def test_a_refused_position_is_told_and_the_commune_stays_to_choose(page_at, day):
    page = page_at()
    page.goto(PAGE)
    page.get_by_role("button", name="Ma position").click()
    expect(page.get_by_text("Votre navigateur n’a pas donné votre position.")).to_be_visible()
    expect(page.get_by_label("Vous êtes à")).to_be_enabled()
    expect(page.get_by_role("button", name="Ma position")).not_to_have_attribute("aria-busy", "true")
    assert page.trouble == []


def test_a_position_far_away_is_told(page_at, day):
    page = page_at(geolocation={"latitude": 48.85, "longitude": 2.35}, permissions=["geolocation"])
    page.goto(PAGE)
    page.get_by_role("button", name="Ma position").click()
    expect(page.get_by_text("Vous semblez loin de ce territoire.")).to_be_visible()
    expect(page).to_have_url(re.compile(rf"{PAGE}$"))


def test_the_colours_of_the_sky_read_in_both_themes(page_at, day):
    """The names of the parts of the day stand on the sky itself, near its first colour: 4.5:1 at least."""
    page = page_at()
    for theme in ("light", "dark"):
        for address in (PAGE, f"{PAGE}sans/"):
            page.emulate_media(color_scheme=theme)
            page.goto(address)
            ratios = page.evaluate(CONTRASTS)
            assert len(ratios) == 6
            assert min(ratios.values()) >= 4.5, (theme, address, ratios)


CONTRASTS = """() => {
  const light = (text) => {
    const canvas = document.createElement("canvas").getContext("2d");
    canvas.fillStyle = text;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3)
      .map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const found = {};
  for (const sky of document.querySelectorAll(".sky")) {
    const stops = getComputedStyle(sky).backgroundImage.match(/rgba?\\([^)]*\\)/g);
    const ink = light(getComputedStyle(sky.querySelector(".sky__name")).color);
    const over = light(stops[0]);
    found[sky.className] = (Math.max(ink, over) + 0.05) / (Math.min(ink, over) + 0.05);
  }
  return found;
}"""
