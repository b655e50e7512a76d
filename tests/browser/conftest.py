"""A real browser: pages at any width and theme, axe-core, and the front end as it is built."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules/axe-core/axe.min.js"
BUILT = ROOT / "essaim/ui/static/ui/dist/site.css"
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LOOKS = [(320, "light"), (320, "dark"), (1280, "dark"), (1280, "light")]
# Frames until two in a row move nothing (a colour handed down moves one level a frame): colours are those one reads.
SETTLED = """async () => {
  for (let still = 0; still < 2; ) {
    await new Promise(requestAnimationFrame);
    const moving = document.getAnimations();
    await Promise.allSettled(moving.map((one) => one.finished));
    still = moving.length ? 0 : still + 1;
  }
}"""
# WCAG 2.2 A and AA, and axe's own good practice.
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")


@pytest.fixture(scope="session", autouse=True)
def _front_end(tmp_path_factory):
    """Say in one line what is missing, rather than fail on an unstyled page; static files come from the source."""
    from django.conf import settings

    # The live server outlives each test: WhiteNoise looks for this folder when it starts, and finds nothing to serve.
    settings.STATIC_ROOT = tmp_path_factory.mktemp("static")
    missing = [path for path in (AXE, BUILT) if not path.exists()]
    if missing:
        pytest.fail(f"Construisez d’abord l’interface (npm ci && npm run build) : {missing[0]} manque.", pytrace=False)


@pytest.fixture(scope="session")
def browser():
    """One browser for the session: ESSAIM_CHROMIUM, else the system's chromium, else Playwright's own."""
    # Playwright's synchronous API keeps an event loop in this thread; Django would refuse the ORM beside it.
    former = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    found = os.environ.get("ESSAIM_CHROMIUM") or next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield launched
        launched.close()
    if former is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
    else:
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = former


@pytest.fixture
def page_at(browser, live_server):
    """`page_at(width, theme)`: a page whose relative addresses lead to the live server.

    `page.trouble` lists script errors, refusals of the content policy, failed requests and requests to another server:
    it must stay empty. Further keywords go to Playwright's context (`java_script_enabled=False`, `forced_colors=…`).
    """
    contexts = []

    def make(width=1280, theme="light", height=900, **options):
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": height},
            color_scheme=theme,
            reduced_motion="reduce",
            locale="fr-FR",
            **options,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.trouble = []
        page.on("pageerror", lambda error: page.trouble.append(f"script : {error}"))
        page.on("console", lambda said: said.type == "error" and page.trouble.append(f"console : {said.text}"))
        page.on(
            "request",
            lambda asked: (
                asked.url.startswith((live_server.url, "data:", "blob:"))
                or page.trouble.append(f"ailleurs : {asked.url}")
            ),
        )
        return page

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def axe():
    """`axe(page)`: axe-core's violations, one readable line per element; must be []."""
    source = AXE.read_text()

    def run(page, *, within=None, without_rules=()):
        # At the theme's own colours: what is still fading is not what one reads.
        page.evaluate("document.fonts.ready")
        if not page.evaluate("typeof window.axe === 'object'"):
            page.evaluate(source)
        result = page.evaluate(
            """([within, rules, off]) =>
              // Every rule runs on every element; only what passes is told for one element, not described for each.
              axe.run(within || document, {runOnly: rules, rules: off, resultTypes: ["violations"]})""",
            [within, AXE_RULES, {rule: {"enabled": False} for rule in without_rules}],
        )
        return [
            f"{violation['id']} ({violation['impact']}) : {node['html'][:200]} → {node['failureSummary'][:300]}"
            for violation in result["violations"]
            for node in violation["nodes"]
        ]

    return run


@pytest.fixture
def sideways():
    """`sideways(page)`: what sticks out of the screen's width; must be []."""

    def look(page):
        return page.evaluate(
            """() => {
              const width = document.documentElement.clientWidth;
              if (document.documentElement.scrollWidth <= width) return [];
              return [...document.body.querySelectorAll("*")]
                .filter((element) => element.getBoundingClientRect().right > width + 1)
                .slice(0, 10)
                .map((element) => element.outerHTML.slice(0, 160));
            }"""
        )

    return look


@pytest.fixture
def every_look(axe, sideways):
    """`every_look(page)`: what is wrong with this page on a phone and a screen, light and dark; must be {}.

    The page is loaded once: it changes of width and of theme before our eyes, as a window does.
    """

    def look(page):
        wrong = {}
        for width, theme in LOOKS:
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=theme)
            page.evaluate(SETTLED)
            found = [*axe(page), *(f"dépasse : {element}" for element in sideways(page))]
            if found:
                wrong[f"{width} px, {theme}"] = found
        return wrong

    return look


@pytest.fixture
def tour(every_look):
    """`tour(page, addresses)`: {address: what is wrong there}; each page has one h1; must be {}."""

    def visit(page, addresses):
        wrong = {}
        for address in addresses:
            page.goto(address)
            found = every_look(page)
            if page.locator("h1").count() != 1:
                found["plan"] = ["pas un seul h1"]
            if found:
                wrong[address] = found
        return wrong

    return visit
