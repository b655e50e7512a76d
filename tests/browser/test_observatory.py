"""The observatory as a resident reads it: accessible at every look, by keyboard, without script, on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from essaim.observatory.models import Vintage
from tests.observatory.town import load_everything, make_town
from tests.pdf import read_pdf

pytestmark = pytest.mark.django_db(transaction=True)

HOME = "/observatoire/"
LIST = "/observatoire/communes/"
LUSIGNAN = f"{LIST}lusignan-86139/"
EMPTY = f"{LIST}les-bois-dici-86004/"


@pytest.fixture
def town():
    make_town()
    load_everything()


def test_every_page_is_accessible_at_every_look(page_at, tour, town):
    page = page_at()
    addresses = [HOME, f"{HOME}?carte=part", f"{HOME}?carte=densite", LIST, f"{LIST}?tri=-part&milieu=rural"]
    assert tour(page, [*addresses, f"{LIST}?q=introuvable", LUSIGNAN, EMPTY]) == {}
    assert page.trouble == []


def test_before_any_file_every_page_is_accessible_and_says_so(page_at, tour):
    make_town()
    page = page_at()
    assert tour(page, [HOME, LIST, LUSIGNAN]) == {}
    page.goto(HOME)
    expect(page.get_by_role("heading", name="Pas encore de chiffre à montrer")).to_be_visible()
    assert page.trouble == []


def test_a_resident_of_lusignan_finds_her_commune_and_its_structures_without_script(page_at, town):
    page = page_at(360, java_script_enabled=False)
    page.goto(HOME)
    page.get_by_role("link", name="Toutes les communes, à trier").click()
    page.get_by_label("Une commune", exact=True).fill("lusi")
    page.get_by_role("button", name="Montrer").click()
    expect(page).to_have_url(f"{LIST}?q=lusi")
    page.get_by_role("link", name="Lusignan", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("L’ESS à Lusignan")
    expect(page.locator(".lead")).to_contain_text("8 établissements employeurs de l’ESS")
    expect(page.get_by_role("link", name="Les structures de Lusignan")).to_have_attribute(
        "href", "/annuaire/?commune=86139"
    )


def test_the_map_changes_its_figure_and_a_hexagon_opens_by_keyboard(page_at, town):
    page = page_at()
    page.goto(HOME)
    page.get_by_role("link", name="Part de l’emploi").click()
    expect(
        page.get_by_role("heading", name="Part de l’ESS dans tous les emplois salariés, par commune")
    ).to_be_visible()
    hexagon = page.locator(".swarm__link", has=page.locator("polygon")).first
    address = hexagon.get_attribute("href")
    hexagon.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(address)
    assert page.trouble == []


def test_by_keyboard_each_commune_is_met_once_and_a_click_on_its_hexagon_still_opens_it(page_at, town):
    page = page_at()
    page.goto(HOME)
    links = page.locator(f"main a[href^='{LIST}lusignan']")
    assert links.count() == 2
    assert links.evaluate_all("found => found.filter((one) => one.tabIndex >= 0).length") == 1
    page.locator(f".swarm__link[href^='{LIST}lusignan']").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("L’ESS à Lusignan")


def test_links_say_where_they_lead_without_what_stands_around(page_at, town):
    page = page_at()
    for address in (HOME, LUSIGNAN, "/observatoire/comparer/?avec=epci-200069854&avec=region-75"):
        page.goto(address)
        named = page.locator("main :is(.chart, .figure, .compare__line) a:visible").evaluate_all(
            "found => found.map((one) => [one.textContent.trim(), one.href])"
        )
        assert named
        told = {}
        for name, href in named:
            told.setdefault(name, set()).add(href)
        assert {name: hrefs for name, hrefs in told.items() if len(hrefs) > 1} == {}
        assert page.locator("figure:not([aria-labelledby])").count() == 0


PAPER = {"width": 680, "height": 980}  # A4 without the margins of print.css, in CSS pixels
WIDER = """() => [...document.querySelectorAll("main *")].filter((one) => {
  const box = one.getBoundingClientRect(), look = getComputedStyle(one);
  const scrolls = look.overflowX !== "visible" && one.scrollWidth > one.clientWidth + 1;
  return box.width && !one.closest(".sr-only") && (box.right > innerWidth + 1 || scrolls);
}).map((one) => one.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize(
    "address", [HOME, LIST, LUSIGNAN, "/observatoire/chiffres/ess-jobs/", "/observatoire/methode/"]
)
def test_printed_nothing_is_wider_than_the_sheet(page_at, town, address):
    page = page_at()
    page.goto(address)
    page.emulate_media(media="print")
    page.set_viewport_size(PAPER)
    assert page.evaluate(WIDER) == []


def test_printed_the_home_keeps_every_figure_of_its_tables_on_few_sheets(page_at, town):
    page = page_at()
    page.goto(HOME)
    tables = page.locator("main .table-box:not(.chart__data *) table")
    cells = tables.locator("td.num").all_inner_texts()
    assert tables.count() >= 2
    assert len(cells) > 10
    sheets = read_pdf(page.pdf(format="A4", tagged=False))
    assert len(sheets.pages) <= 8
    written = "".join(sheets.text.split())
    for cell in cells:
        assert "".join(cell.split()) in written, cell
    page.emulate_media(media="print")
    expect(page.locator(".chart__data").first).to_be_hidden()


def test_columns_sort_by_link_and_say_which(page_at, town):
    page = page_at()
    page.goto(LIST)
    page.get_by_role("columnheader", name="Établissements employeurs").get_by_role("link").click()
    expect(page.locator("th[aria-sort=descending]")).to_contain_text("Établissements employeurs")
    expect(page.locator("tbody th").first).to_have_text("Poitiers")


def test_the_invented_are_named_before_anything(page_at, every_look, town):
    Vintage.objects.update(fictitious=True)
    page = page_at()
    page.goto(HOME)
    expect(page.get_by_role("complementary", name="Démonstration")).to_contain_text("inventés")
    assert every_look(page) == {}
