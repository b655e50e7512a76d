"""Charts as one sees them: one layout at a time, letters that can be read, nothing outside its frame, no script."""

from __future__ import annotations

import pytest

pytestmark = [pytest.mark.urls("tests.browser.guide_urls"), pytest.mark.django_db(transaction=True)]

# The size on screen of each text that is shown, and the texts that pass their drawing.
SMALLEST = """() => Math.min(...[...document.querySelectorAll('.chart__svg text')]
  .filter((text) => text.getBoundingClientRect().width > 0)
  .map((text) => text.getScreenCTM().a * parseFloat(text.getAttribute('font-size'))))"""
OUTSIDE = """() => [...document.querySelectorAll('.chart__svg')]
  .filter((svg) => svg.getBoundingClientRect().width > 0)
  .flatMap((svg) => {
    const box = svg.getBoundingClientRect();
    return [...svg.querySelectorAll('text')].filter((text) => {
      const own = text.getBoundingClientRect();
      return own.right > box.right + 1 || own.left < box.left - 1;
    }).map((text) => text.textContent);
  })"""


def charts(page):
    page.goto("/style/")
    page.evaluate("document.fonts.ready")
    return page.locator("section[aria-labelledby=g-graphiques]")


@pytest.mark.parametrize("look", [(320, "light"), (360, "dark"), (768, "light"), (1280, "dark")], ids=str)
def test_letters_can_be_read_and_stay_inside(page_at, axe, sideways, territory, look):
    page = page_at(*look)
    charts(page)
    assert page.evaluate(SMALLEST) >= 12
    assert page.evaluate(OUTSIDE) == []
    assert sideways(page) == []
    assert axe(page, within="section[aria-labelledby=g-graphiques]") == []


@pytest.mark.parametrize(("width", "shown"), [(320, "narrow"), (1280, "wide")])
def test_one_layout_only_is_shown_and_read(page_at, territory, width, shown):
    section = charts(page_at(width))
    drawn = section.locator("figure.chart:has(svg.chart__svg)").count()
    assert drawn >= 5
    assert section.get_by_role("img", name="Le premier secteur est l’action sociale").count() == 1
    for name in ("narrow", "wide"):
        visible = [one.is_visible() for one in section.locator(f".chart__svg--{name}").all()]
        assert visible == [name == shown] * drawn


def test_the_table_opens_without_script(page_at, territory):
    section = charts(page_at(360, java_script_enabled=False))
    first = section.locator("figure.chart").first
    assert not first.locator("table").is_visible()
    first.locator("summary").click()
    assert first.locator("table caption").is_visible()


def test_the_readers_own_colours_are_kept(page_at, territory):
    page = page_at(1280, forced_colors="active")
    charts(page)
    fills = page.evaluate("""() => [...document.querySelectorAll('.chart__svg--wide .ch-bar')]
      .map((bar) => getComputedStyle(bar).stroke)""")
    assert len(set(fills)) == 1
