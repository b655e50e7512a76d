"""Every component, in a real browser: accessible at both widths and themes, usable by keyboard and without script."""

from __future__ import annotations

import pytest

pytestmark = [pytest.mark.urls("tests.browser.guide_urls"), pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("look", [(320, "light"), (320, "dark"), (1280, "light"), (1280, "dark")], ids=str)
def test_no_violation_and_nothing_sideways(page_at, axe, sideways, territory, look):
    page = page_at(*look)
    page.goto("/style/")
    assert axe(page) == []
    assert sideways(page) == []
    assert page.trouble == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_opens_is_accessible_too(page_at, axe, sideways, territory, theme):
    page = page_at(320, theme)
    page.goto("/style/")
    page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true; })")
    page.locator(".menu__button").click()
    assert axe(page) == []
    assert sideways(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Ouvrir un dialogue").click()
    assert axe(page, within="dialog") == []


def test_phone_menu_opens_and_closes_by_keyboard(page_at, territory):
    page = page_at(360)
    page.goto("/style/")
    button = page.locator(".menu__button")
    button.focus()
    page.keyboard.press("Enter")
    assert page.locator(".menu__panel").is_visible()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "q-menu"
    page.keyboard.press("Escape")
    assert not page.locator(".menu__panel").is_visible()
    assert page.evaluate("document.activeElement.classList.contains('menu__button')")


def test_phone_menu_needs_no_script(page_at, territory):
    page = page_at(360, java_script_enabled=False)
    page.goto("/style/")
    page.locator(".menu__button").click()
    assert page.locator(".menu__panel input[type=search]").is_visible()
    assert page.get_by_role("button", name="Ouvrir un dialogue").count() == 0
    page.locator(".definition").first.click()
    assert page.locator(".definition__text").first.is_visible()


def test_dialog_gives_the_focus_back(page_at, territory):
    page = page_at()
    page.goto("/style/")
    opener = page.get_by_role("button", name="Ouvrir un dialogue")
    opener.click()
    assert page.locator("dialog").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("dialog").is_visible()
    assert page.evaluate("document.activeElement.dataset.dialogOpen") == "g-dialogue"


def test_skip_link_leads_to_the_content(page_at, territory):
    page = page_at()
    page.goto("/style/")
    page.keyboard.press("Tab")
    assert page.locator(".skip").is_visible()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "contenu"


ANSWER = """<li class="search__option" role="option" data-href="/style/?epi"><span>L’Épi commun</span></li>
<li class="search__option" role="option" data-value="épicerie"><span>épicerie</span></li>"""


def test_suggestions_by_keyboard(page_at, axe, territory):
    page = page_at()
    asked = []

    def answer(route):
        asked.append(route.request.url)
        route.fulfill(body=ANSWER, content_type="text/html; charset=utf-8")

    page.route("**/suggestions/**", answer)
    page.goto("/style/")
    box = page.locator("#q-guide")
    box.click()
    page.keyboard.type("épi", delay=20)
    options = page.locator(".search__list [role=option]")
    options.first.wait_for()
    assert asked[-1].endswith("?q=%C3%A9pi")
    assert box.get_attribute("aria-expanded") == "true"
    page.keyboard.press("ArrowDown")
    assert options.first.get_attribute("aria-selected") == "true"
    assert box.get_attribute("aria-activedescendant") == options.first.get_attribute("id")
    assert axe(page, within="#q-guide") == []
    page.keyboard.press("Escape")
    assert box.get_attribute("aria-expanded") == "false"
    assert box.input_value() == "épi"
    page.keyboard.type("c")
    options.first.wait_for()
    page.keyboard.press("ArrowUp")
    assert options.last.get_attribute("aria-selected") == "true"
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url("**/style/?epi")


def test_suggestions_that_fail_leave_a_plain_form(page_at, territory):
    page = page_at()
    page.route("**/suggestions/**", lambda route: route.fulfill(status=500))
    page.goto("/style/")
    page.locator("#q-guide").click()
    with page.expect_response("**/suggestions/**"):
        page.keyboard.type("pain")
    assert page.locator("#q-guide").get_attribute("aria-expanded") == "false"


def test_swarm_tells_the_cell_under_the_focus(page_at, territory):
    page = page_at()
    page.goto("/style/")
    page.locator("#essaim-grand .swarm__link").nth(13).focus()
    assert page.locator("#essaim-grand .swarm__tip").text_content() == "Ville-Haute\u00a0: 862 structures"


def test_names_stay_inside_their_cells(page_at, territory):
    page = page_at()
    page.goto("/style/")
    outside = page.evaluate(
        """() => [...document.querySelectorAll("#essaim-grand .swarm__name")].filter((name) => {
          if (!name.getClientRects().length) return false;
          const text = name.getBBox();
          const middle = text.x + text.width / 2;
          const cells = [...document.querySelectorAll("#essaim-grand polygon")].map((one) => one.getBBox());
          const height = text.y + text.height / 2;
          const near = (one) => Math.hypot(one.x + one.width / 2 - middle, one.y + one.height / 2 - height);
          const cell = cells.reduce((best, one) => (near(one) < near(best) ? one : best));
          return text.x < cell.x || text.x + text.width > cell.x + cell.width;
        }).map((name) => name.textContent)"""
    )
    assert outside == []


@pytest.mark.parametrize("width", [320, 480, 700, 1280])
def test_no_name_of_the_swarm_is_too_small_to_be_read(page_at, territory, width):
    page = page_at(width)
    page.goto("/style/")
    heights = page.evaluate(
        """() => [...document.querySelectorAll(".swarm__name")].filter((name) => name.getClientRects().length)
          .map((name) => parseFloat(getComputedStyle(name).fontSize) * name.getScreenCTM().a)"""
    )
    assert [height for height in heights if height < 8.5] == []


def test_focus_is_seen(page_at, territory):
    page = page_at()
    page.goto("/style/")
    for selector in (
        "a.brand",
        "#q-guide",
        "main .btn >> nth=0",
        ".filter__option input >> nth=0",
        ".card__title a >> nth=0",
    ):
        place = page.locator(selector)
        place.focus()
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Tab")
        seen = place.evaluate(
            """(element) => [element, element.closest(".search__box"), element.closest(".card--link")].some((one) => {
              if (!one) return false;
              const style = getComputedStyle(one);
              const outlined = style.outlineStyle === "solid" && parseFloat(style.outlineWidth) >= 2;
              return outlined || style.boxShadow.includes("4px");
            })"""
        )
        assert seen, selector


def test_weight_of_a_first_view(page_at, territory):
    """Style, script and the two typefaces, as they leave compressed: what stays of 120 kB is for the page itself."""
    import gzip

    page = page_at()
    page.route("**/suggestions/**", lambda route: route.abort())
    weights = {}
    page.on("response", lambda got: "/static/" in got.url and weights.update({got.url.rsplit("/", 1)[1]: got}))
    page.goto("/style/", wait_until="networkidle")
    page.evaluate("document.fonts.ready")
    sent = {
        name: len(answer.body() if name.endswith("woff2") else gzip.compress(answer.body(), 9))
        for name, answer in list(weights.items())
    }
    assert not {"map.js", "map.css"} & set(sent)
    assert sum(size for name, size in sent.items() if name.endswith((".css", ".js"))) <= 45_000
    assert sum(sent.values()) <= 100_000, sent


def test_print_hides_what_paper_cannot_use(page_at, territory):
    page = page_at()
    page.goto("/style/")
    page.emulate_media(media="print")
    assert not page.locator(".header").is_visible()
    assert not page.locator(".footer").is_visible()
    assert page.get_by_role("heading", level=1).is_visible()
