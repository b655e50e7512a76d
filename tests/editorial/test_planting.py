"""First content: planted once, never over what an editor has done."""

from __future__ import annotations

import re

import pytest
from wagtail.models import Page

from essaim.editorial.actions.planting import _checked, linked, plant
from essaim.editorial.models import ContentPage, GlossaryPage, HomePage, Planted, Term
from essaim.editorial.planting.reading import BadContent
from essaim.foundation.models import JournalEntry


def test_everything_is_planted_and_served(client, territory):
    planted = plant(by="test", territory=territory)
    assert "/comprendre/" in planted.pages
    for path in planted.pages:
        response = client.get(path)
        assert response.status_code == 200, path
        assert response.content.decode().count("<h1") == 1, path


def test_a_second_planting_changes_nothing(territory, planted):
    before = JournalEntry.objects.count(), Page.objects.count()
    again = plant(by="test", territory=territory)
    assert again.pages == ()
    assert again.rows == 0
    assert (JournalEntry.objects.count(), Page.objects.count()) == before


def test_what_an_editor_changed_stays(territory, planted):
    page = ContentPage.objects.get(slug="comprendre")
    page.title = "Notre titre"
    page.save_revision().publish()
    plant(by="test", territory=territory)
    assert ContentPage.objects.get(slug="comprendre").title == "Notre titre"


def test_what_an_editor_deleted_renamed_or_moved_does_not_come_back(territory, planted):
    """`essaim real` plants each time it is run."""
    comprendre = ContentPage.objects.get(slug="comprendre")
    first, second, third = comprendre.get_children().order_by("path")[:3]
    first.specific.delete()
    Page.objects.get(pk=second.pk).specific.move(HomePage.objects.get(), pos="last-child")
    renamed = Page.objects.get(pk=third.pk).specific
    renamed.slug = "autre-adresse"
    renamed.save_revision().publish()
    Term.objects.order_by("key").first().delete()
    before = set(Page.objects.values_list("url_path", flat=True)), Term.objects.count()
    again = plant(by="test", territory=territory)
    assert (again.pages, again.rows) == ((), 0)
    assert (set(Page.objects.values_list("url_path", flat=True)), Term.objects.count()) == before


def test_new_content_grows_under_a_page_that_has_moved(territory, planted):
    """What a later version brings finds its place and its links, wherever an editor has put the pages since."""
    home = HomePage.objects.get()
    home.slug = "porte"  # no form offers it, but nothing rests on it
    home.save()
    ContentPage.objects.get(slug="comprendre").move(ContentPage.objects.exclude(slug="comprendre").child_of(home)[0])
    comprendre = ContentPage.objects.get(slug="comprendre")
    comprendre.slug = "savoir"
    comprendre.save_revision().publish()
    glossary = GlossaryPage.objects.get()
    Planted.objects.filter(page=glossary).delete()
    glossary.delete()
    again = plant(by="test", territory=territory)
    assert again.pages == ("/comprendre/glossaire/",)
    assert GlossaryPage.objects.get().get_parent().pk == comprendre.pk


def test_a_site_without_its_home_page_is_planted_whole(territory, planted):
    HomePage.objects.get().delete()
    assert set(plant(by="test", territory=territory).pages) == set(planted.pages)


def test_another_territory_has_the_common_pages_only(db):
    from tests.foundation.factories import TerritoryFactory

    elsewhere = TerritoryFactory(siren="200000172", name="Communauté d’ailleurs", short_name="Ailleurs", phone="")
    plant(by="test", territory=elsewhere)
    assert HomePage.objects.get().live
    texts = [str(page.specific.__dict__) for page in Page.objects.filter(depth__gte=2)]
    assert not [text for text in texts if "Poitiers" in text]
    assert not [text for text in texts if "{{" in text]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ('<a href="/comprendre/">x</a>', '<a linktype="page" id="7">x</a>'),
        ('<a href="/annuaire/">x</a>', '<a href="/annuaire/">x</a>'),
        ({"page": "/comprendre/", "n": 3}, {"page": 7, "n": 3}),
        ({"page": None}, {"page": None}),
    ],
)
def test_links_become_identities(raw, expected):
    assert linked(raw, {"/comprendre/": 7}) == expected


@pytest.mark.parametrize(
    ("blocks", "said"),
    [
        ([{"type": "nope", "value": "x"}], "blocs inconnus (nope)"),
        ([{"type": "quote", "value": {"words": "Oui", "author": ""}}], "author"),
        ([{"type": "steps", "value": {"steps": [{"title": "Seule"}]}}], "/x/, body"),
    ],
)
def test_content_that_an_editor_could_not_save_is_refused(blocks, said):
    """Wagtail would drop an unknown block without a word, and show an incomplete one."""
    with pytest.raises(BadContent, match=re.escape(said)):
        _checked(ContentPage._meta.get_field("body").stream_block, blocks, "/x/, body")


def test_what_leads_to_a_page_that_is_gone_is_left_out():
    raw = [
        {"type": "action", "value": {"page": "/parti/"}},
        {"type": "cards", "value": {"cards": [{"page": "/parti/"}, {"page": "/la/"}]}},
        {"type": "text", "value": {"text": '<p><a href="/parti/">x</a></p>'}},
    ]
    assert linked(raw, {"/parti/": None, "/la/": 3}) == [
        {"type": "cards", "value": {"cards": [{"page": 3}]}},
        {"type": "text", "value": {"text": "<p><a>x</a></p>"}},
    ]


def test_a_choice_of_page_that_leads_nowhere_is_refused():
    with pytest.raises(BadContent, match="/nulle-part/"):
        linked([{"type": "action", "value": {"page": "/nulle-part/"}}], {})
