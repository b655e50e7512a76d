"""Pages of blocks in a real browser: every look, words that open without script, a map that stands alone."""

from __future__ import annotations

from itertools import pairwise

import pytest
from playwright.sync_api import expect
from wagtail.models import Page

from essaim.editorial.models import ContentPage, GlossaryPage, Laureate, Term
from tests.directory.search.factories import make_structure, make_town, rebuild_index
from tests.editorial.factories import make_home, make_page

pytestmark = pytest.mark.django_db(transaction=True)

LONG = "Anticonstitutionnellement" * 6
CELLS = {"columns": [{"type": "text", "heading": "Forme"}, {"type": "rich_text", "heading": LONG}], "caption": ""}
BLOCKS = [
    ("text", {"title": "Un texte", "text": f"<p>Une Scop et {LONG}.</p><h3>Une Scop</h3><ul><li>un</li></ul>"}),
    ("quote", {"words": LONG, "author": "Une adhérente", "role": "atelier"}),
    ("action", {"title": "Agir", "text": LONG, "address": "/annuaire/", "button": "Aller à l’annuaire"}),
    ("questions", {"title": "Des questions", "questions": [{"question": LONG, "answer": "<p>Oui.</p>"}]}),
    ("steps", {"title": "Un chemin", "steps": [{"title": LONG, "text": "<p>a</p>"}, {"title": "b", "text": ""}]}),
    (
        "cards",
        {"title": "Des cartes", "cards": [{"title": LONG, "text": "x", "address": "/annuaire/", "scene": "vote"}]},
    ),
    (
        "table",
        {"title": "Un tableau", "caption": "Deux formes", "table": {**CELLS, "rows": [{"values": ["a", "<p>b</p>"]}]}},
    ),
    ("notice", {"tone": "warning", "title": "Attention", "text": "<p>Une date.</p>"}),
    ("figures", {"title": "Des chiffres", "indicators": ["ess-jobs", "disparu"], "text": "<p>x</p>"}),
    ("structures", {"title": "Des vélos", "words": "vélo", "limit": 3}),
    ("family", {"family": "cooperative", "text": "<p>Une voix.</p>"}),
    ("laureates", {"title": "Des lauréats", "year": None}),
    ("map", {"title": "Une carte", "families": ["association"]}),
    ("map", {"title": "Une autre carte", "families": ["cooperative"]}),
    ("video", {"title": "Une vidéo partie", "transcript": "<p>Ce qu’elle montrait.</p>"}),
    ("sources", {"sources": ["<p>Loi du 31 juillet 2014.</p>"]}),
]


@pytest.fixture
def page_of_blocks(transactional_db):
    make_town()
    for n in range(4):
        make_structure(
            f"Atelier vélo {n}",
            place={"latitude": 46.58 + n / 100, "longitude": 0.34, "position_quality": "exact"},
        )
    make_structure("Le Pain commun", family="cooperative")
    rebuild_index()
    Page.objects.all().delete()
    home = make_home()
    Term.objects.create(key="scop", word="Scop", text="Les salariés décident.", forms="SCOP", source="Loi de 1978")
    Laureate.objects.create(year=2023, name="L’Atelier", category="Circulaire", project=LONG, source="Le journal")
    page = make_page(home, slug="blocs", title="Tous les blocs", intro=LONG, scene="vote")
    page.body = ContentPage._meta.get_field("body").stream_block.to_python(
        [{"type": kind, "value": value} for kind, value in BLOCKS]
    )
    page.easy_body = ContentPage._meta.get_field("easy_body").stream_block.to_python(
        [{"type": "title", "value": "Quoi ?"}, {"type": "sentences", "value": "<p>Une phrase.</p><ul><li>a</li></ul>"}]
    )
    page.save_revision().publish()
    make_page(page, slug="dessous", title="Une page dessous")
    make_page(home, model=GlossaryPage, slug="mots", title="Les mots")
    return page


def test_every_look(page_at, tour, page_of_blocks):
    page = page_at()
    assert tour(page, ["/blocs/", "/blocs/facile/", "/mots/"]) == {}
    assert page.trouble == []


def test_titles_come_in_order_and_the_contents_lead_to_them(page_at, page_of_blocks):
    page = page_at()
    page.goto("/blocs/")
    ranks = page.evaluate(
        "[...document.querySelectorAll('main :is(h1,h2,h3,h4)')].map((one) => Number(one.tagName[1]))"
    )
    assert ranks[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(ranks))
    broken = page.evaluate(
        "[...document.querySelectorAll('.toc a')].filter((one) => !document.querySelector(one.hash)).length"
    )
    assert broken == 0
    page.locator(".toc a", has_text="Des vélos").click()
    expect(page.locator("#des-velos")).to_be_in_viewport()


@pytest.mark.parametrize("script", [True, False])
def test_a_word_opens_by_keyboard_and_by_finger_without_script(page_at, page_of_blocks, script):
    page = page_at(360, java_script_enabled=script, has_touch=True)
    page.goto("/blocs/")
    word = page.locator("main .definition")
    assert word.count() == 1
    meaning = page.locator("#mot-scop")
    expect(meaning).to_be_hidden()
    word.focus()
    page.keyboard.press("Enter")
    expect(meaning).to_be_visible()
    page.keyboard.press("Escape")
    expect(meaning).to_be_hidden()
    word.tap()
    expect(meaning).to_be_visible()
    assert "Les salariés décident." in meaning.inner_text()


def test_a_map_in_a_page_leaves_its_address_alone_and_two_live_together(page_at, axe, page_of_blocks):
    page = page_at()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/blocs/")
    page.wait_for_load_state("networkidle")
    assert not [url for url in asked if "map.js" in url or "/carte/" in url]
    opener = page.get_by_role("button", name="Ouvrir la carte : Une carte")
    opener.click()
    frame = page.locator(".map__frame[data-ready]")
    frame.wait_for()
    assert "4 structures sur la carte" in frame.locator(".map__status").inner_text().replace("\u00a0", " ")
    assert frame.get_by_role("button", name="Chercher dans cette zone").count() == 0
    assert page.url.endswith("/blocs/")
    assert axe(page) == []
    frame.get_by_role("button", name="Fermer la carte").click()
    expect(opener).to_be_focused()
    page.get_by_role("button", name="Ouvrir la carte : Une autre carte").click()
    page.locator(".map__frame[data-ready]:visible").wait_for()
    assert page.trouble == []


def test_the_list_stands_without_script(page_at, page_of_blocks):
    page = page_at(java_script_enabled=False)
    page.goto("/blocs/")
    assert not page.get_by_role("button", name="Ouvrir la carte").count()
    assert page.get_by_role("link", name="Atelier vélo 0").count() >= 2
