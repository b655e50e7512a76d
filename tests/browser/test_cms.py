"""The editors' pages in a real browser: not a word to another server, no refusal of the policy, a real preview."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.editorial.factories import make_home, make_page
from tests.people.factories import PersonFactory


@pytest.fixture
def editor(live_server, page_at):
    """`editor(width)`: a page where the officer has signed in; `editor.page`: a page of the site."""
    from tests.foundation.factories import TerritoryFactory

    TerritoryFactory()
    home = make_home()
    text = {"type": "text", "value": {"title": "Samedi", "text": "<p>Des <b>légumes</b> et du pain.</p>"}}
    make.page = make_page(home, title="Le marché", slug="marche", intro="Chaque semaine.", body=[text])
    make.home = home
    officer = PersonFactory(is_officer=True)
    session = Client()
    session.force_login(officer)
    make.cookie = session.cookies["sessionid"].value
    make.page_at, make.url = page_at, live_server.url
    return make


def make(width=1280, **options):
    page = make.page_at(width, **options)
    page.context.add_cookies([{"name": "sessionid", "value": make.cookie, "url": make.url}])
    return page


def test_a_tour_asks_nothing_elsewhere_and_breaks_no_policy(editor):
    page = editor()
    for path in (
        "/cms/",
        f"/cms/pages/{editor.home.pk}/",
        f"/cms/pages/{editor.page.pk}/edit/",
        "/cms/images/",
        "/cms/documents/",
        "/cms/snippets/editorial/laureate/",
        "/cms/redirects/",
        "/cms/workflows/list/",
        "/cms/reports/site-history/",
        "/cms/reports/liens/",
        "/cms/account/",
    ):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        assert page.trouble == [], path
        assert page.locator("main h1, main h2").count() >= 1


def test_the_preview_beside_the_form_is_the_page_itself(editor, axe):
    page = editor()
    page.goto(f"/cms/pages/{editor.page.pk}/edit/")
    page.get_by_role("button", name="prévisualisation").or_(page.get_by_role("button", name="Aperçu")).first.click()
    frame = page.frame_locator("iframe[title='Aperçu'], iframe.preview-panel__iframe, iframe").first
    frame.get_by_role("heading", level=1, name="Le marché").wait_for()
    assert page.trouble == []
    page.goto(f"/cms/pages/{editor.page.pk}/view_draft/")
    assert axe(page) == []


def test_the_editor_holds_on_a_phone(editor, sideways):
    page = editor(360)
    page.goto(f"/cms/pages/{editor.page.pk}/edit/")
    page.wait_for_load_state("networkidle")
    assert page.get_by_label("Titre").first.is_visible()
    assert page.trouble == []
