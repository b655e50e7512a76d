"""The published tree: one query, whoever asks; what is closed or hidden is not in it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction

from essaim.editorial.models import ContentPage
from essaim.editorial.tree import page_models, tree
from essaim.foundation import kept
from tests.editorial.factories import make_page


def addresses():
    kept.forget_all()
    return [leaf.url for leaf in tree()]


def test_one_query_for_any_number_of_pages(home):
    for number in range(12):
        make_page(title=f"Page {number}", slug=f"page-{number}")
    kept.forget_all()
    with CaptureQueriesContext(connection) as captured:
        found = tree()
    assert [query["sql"].startswith(("SELECT COALESCE(MAX", "(SELECT", "SELECT ")) for query in captured]
    assert len([query for query in captured if "foundation_journalentry" not in query["sql"]]) == 1
    assert len(found.leaves) == 13
    assert found.leaves[0].url == "/"
    assert found.leaves[0].depth == 1
    assert found.leaves[1].depth == 2


def test_every_class_of_page_is_read(home):
    assert {"HomePage", "ContentPage"} <= {model.__name__ for model in page_models()}


def test_addresses_and_words(home):
    above = make_page(title="Comprendre", slug="comprendre", intro="Quatre lettres.", menu_rank=3, show_in_menus=True)
    make_page(above, title="Le lexique", slug="lexique", search_description="Les mots.", in_footer=True)
    kept.forget_all()
    first, second = tree().leaves[1:]
    assert (first.url, first.summary, first.in_menu, first.in_footer, first.rank) == (
        "/comprendre/",
        "Quatre lettres.",
        True,
        False,
        3,
    )
    assert (second.url, second.summary, second.in_footer, second.model) == (
        "/comprendre/lexique/",
        "Les mots.",
        True,
        "ContentPage",
    )
    assert tree().at("/comprendre/lexique/") == second
    assert tree().at("/rien/") is None


@pytest.mark.parametrize("hidden", ["draft", "closed", "under a closed page"])
def test_what_is_not_for_everybody_is_not_there(home, client, hidden):
    above = make_page(title="Au-dessus", slug="dessus")
    page = make_page(above, title="Dedans", slug="dedans")
    assert addresses() == ["/", "/dessus/", "/dessus/dedans/"]
    assert client.get("/dessus/dedans/").status_code == 200
    if hidden == "draft":
        page.unpublish()
        expected, status = ["/", "/dessus/"], 404
    elif hidden == "closed":
        PageViewRestriction.objects.create(page=page, restriction_type="login")
        expected, status = ["/", "/dessus/"], 302
    else:
        PageViewRestriction.objects.create(page=above, restriction_type="login")
        expected, status = ["/"], 302
    assert addresses() == expected
    assert client.get("/dessus/dedans/").status_code == status


def test_a_site_without_a_door_has_no_tree(db):
    ContentPage.objects.all().delete()
    assert addresses() == []


def test_the_door_asks_one_query_for_a_page(home, client, territory):
    make_page(title="Simple", slug="simple")
    kept.forget_all()
    client.get("/simple/")
    with CaptureQueriesContext(connection) as captured:
        assert client.get("/simple/").status_code == 200
    read = [query["sql"] for query in captured if "wagtailcore_site" in query["sql"]]
    assert read == []


def test_below_a_page_the_door_goes_wagtails_way(home, client):
    page = make_page(title="Facile", slug="facile-a-lire", easy_body=[("sentences", "<p>Une phrase.</p>")])
    assert page.easy_url
    assert client.get("/facile-a-lire/facile/").status_code == 200
    assert client.get("/facile-a-lire/rien/").status_code == 404
