"""Long words, large letters, spaced text: nothing sticks out, nothing is cut, at the width of a small phone."""

from __future__ import annotations

import pytest

from essaim.editorial.actions.planting import plant
from tests.editorial.house import make_house
from tests.foundation.factories import TerritoryFactory
from tests.geography.factories import load_small_cog
from tests.remembered import remembered

pytestmark = pytest.mark.django_db(transaction=True)

PAGES = (
    *("/", "/comprendre/", "/contact/", "/initiatives/", "/actualites/", "/plan-du-site/", "/recherche/"),
    *("/recherche/?q=initiative", "/au-fil-des-heures/", "/comprendre/facile/", "/nulle-part/", "/connexion/"),
)
WORD = "intergouvernementalisationne"
ADDRESS = "https://www.exemple.fr/" + "dossier-de-presse-" * 3 + "economie-sociale"
WORDS = """([word, address]) => {
  const main = document.querySelector("main");
  main.querySelectorAll("h1, h2, h3, .tree a, .card__title a").forEach((one) => { one.textContent = word; });
  main.querySelectorAll("p, .lead").forEach((one) => { one.textContent = address; });
}"""
SPACED = (  # WCAG 1.4.12
    "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }"
    " p { margin-block-end: 2em !important; }"
)
LARGE = ":root { font-size: 200% !important; }"


@pytest.fixture
def site():
    days = {day: [["09:00", "12:30"], ["13:30", "17:30"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}

    def make():
        load_small_cog()
        plant(by="test", territory=TerritoryFactory(hours={"regimes": {"normal": days}}))

    remembered("planted with long hours", make)


def found(page, sideways, addresses, change):
    """{address: what sticks out there} after `change(page)`."""
    wrong = {}
    for address in addresses:
        page.goto(address)
        change(page)
        if out := sideways(page):
            wrong[address] = out
    return wrong


@pytest.mark.parametrize("width", [320, 340])
def test_nothing_sticks_out(page_at, sideways, site, width):
    page = page_at(width)
    assert found(page, sideways, PAGES, lambda _: None) == {}


def test_long_words_break(page_at, sideways, site):
    assert len(WORD) == 28
    page = page_at(320)
    assert found(page, sideways, PAGES, lambda page: page.evaluate(WORDS, [WORD, ADDRESS])) == {}


def test_spaced_text_holds(page_at, sideways, site):
    page = page_at(320, bypass_csp=True)
    assert found(page, sideways, PAGES, lambda page: page.add_style_tag(content=SPACED)) == {}


@pytest.mark.parametrize("width", [360, 1280])
def test_letters_twice_as_large_hold(page_at, sideways, site, width):
    page = page_at(width, bypass_csp=True)
    assert found(page, sideways, PAGES, lambda page: page.add_style_tag(content=LARGE)) == {}


def test_the_search_at_every_look(page_at, tour, site):
    page = page_at()
    assert tour(page, ("/recherche/", "/recherche/?q=initiative", "/recherche/?q=zzzz")) == {}
    assert page.trouble == []


def test_the_labels_of_the_day_are_whole_in_large_letters(page_at, site):
    page = page_at(1280, bypass_csp=True)
    page.goto("/au-fil-des-heures/")
    page.add_style_tag(content=LARGE)
    cut = "all => all.filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.textContent)"
    assert page.locator(".day__list span").count() > 20
    assert page.locator(".day__list span, .day__list").evaluate_all(cut) == []
    widths = page.locator(".moment h3").evaluate_all("all => all.map(one => one.getBoundingClientRect().width)")
    assert min(widths) > 200


def test_the_menu_is_under_the_name_not_over_it_in_large_letters(page_at, site):
    page = page_at(360, bypass_csp=True)
    page.goto("/")
    page.add_style_tag(content=LARGE)
    name, menu = (page.locator(which).bounding_box() for which in (".brand", ".menu__button"))
    assert name["y"] + name["height"] <= menu["y"] or name["x"] + name["width"] <= menu["x"]


def test_a_name_of_a_structure_is_high_enough_for_a_finger(page_at):
    make_house()
    page = page_at(360)
    page.goto("/comprendre/familles/")
    heights = page.locator(".examples__name").evaluate_all("all => all.map(one => one.getBoundingClientRect().height)")
    assert heights
    assert min(heights) >= 24
