"""News and initiatives: lists, filters, feeds, what a structure's page says of them."""

from __future__ import annotations

from datetime import date
from xml.etree import ElementTree

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction

from essaim.editorial import stories
from essaim.editorial.models import InitiativeIndexPage, InitiativePage, NewsIndexPage, NewsPage
from tests.directory.factories import in_poitiers
from tests.editorial.factories import make_page
from tests.geography.factories import load_small_cog
from tests.support import assert_get_writes_nothing

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def index(home):
    return make_page(home, model=NewsIndexPage, title="Actualités", slug="actualites")


def article(index, number, **fields):
    fields = {"day": date(2026, 3, 1), "intro": f"Résumé {number}.", **fields}
    return make_page(index, model=NewsPage, title=f"Article {number}", slug=f"article-{number}", **fields)


@pytest.fixture
def zoom(home):
    return make_page(home, model=InitiativeIndexPage, title="Zoom", slug="initiatives")


def initiative(zoom, number, **fields):
    fields = {
        "theme": "durable",
        "structure_name": f"Structure {number}",
        "intro": f"Résumé {number}.",
        "day": date(2026, 3, 1),
        **fields,
    }
    return make_page(zoom, model=InitiativePage, title=f"Initiative {number}", slug=f"initiative-{number}", **fields)


def read(client, url, **extra):
    response = assert_get_writes_nothing(client, url, **extra)
    assert response.status_code == 200
    return response.content.decode().replace("\u00a0", " ").replace("\u202f", " ")


def test_an_empty_list_says_so(client, index):
    page = read(client, "/actualites/")
    assert "Pas encore d’actualité" in page
    assert page.count("<h1") == 1
    assert 'type="application/atom+xml"' in page


def test_the_newest_comes_first_and_years_are_counted(client, index):
    article(index, 1, day=date(2024, 5, 24))
    article(index, 2, day=date(2026, 1, 2))
    article(index, 3, day=date(2026, 1, 2))
    page = read(client, "/actualites/")
    assert [number for number in (3, 2, 1) if f"Article {number}" in page] == [3, 2, 1]
    assert page.index("Article 3") < page.index("Article 2") < page.index("Article 1")
    assert "3 actualités" in page
    only = read(client, "/actualites/?annee=2024")
    assert "Article 1" in only
    assert "Article 2" not in only
    assert "1 actualité en 2024" in only


@pytest.mark.parametrize("year", ["2019", "1000", "9999"])
def test_a_year_without_news_says_so(client, index, year):
    article(index, 1)
    article(index, 2, day=date(2024, 1, 1))
    assert "Aucune actualité cette année-là" in read(client, f"/actualites/?annee={year}")


@pytest.mark.parametrize("year", ["abc", "0000", "20261", "²026", "-1", "2026%00"])
def test_a_year_that_is_none_is_left_out_and_said(client, index, year):
    article(index, 1)
    page = read(client, f"/actualites/?annee={year}")
    assert "Article 1" in page
    assert "ne se lit pas" in page


def test_pages_and_queries_do_not_grow_together(client, index):
    for number in range(3):
        article(index, number)
    read(client, "/actualites/")
    with CaptureQueriesContext(connection) as few:
        read(client, "/actualites/")
    for number in range(3, 15):
        article(index, number)
    read(client, "/actualites/")
    with CaptureQueriesContext(connection) as many:
        page = read(client, "/actualites/")
    assert len(many) == len(few)
    assert page.count('class="card card--link story"') == stories.PAGE_SIZE
    last = read(client, "/actualites/?page=99999")
    assert last.count('class="card card--link story"') == 3


def test_what_is_not_for_everybody_is_in_no_list(client, index):
    draft = article(index, 1, live=False)
    draft.unpublish()
    kept = article(index, 2)
    PageViewRestriction.objects.create(page=kept, restriction_type="login")
    article(index, 3)
    assert [page.title for page in stories.published_news()] == ["Article 3"]
    assert "Article 2" not in client.get("/actualites/flux.xml").content.decode()


def test_an_article_shows_its_day_and_who_said_it(client, index):
    page = article(index, 1, source="Le 7, 2021", body=[("text", {"title": "", "text": "<p>Corps</p>"})])
    shown = read(client, page.url)
    assert "1 mars 2026" in shown or "1er mars 2026" in shown
    assert "D’après : Le 7, 2021" in shown
    assert shown.count("<h1") == 1


def test_the_feed_is_atom_with_whole_addresses(client, index, settings):
    settings.SITE_URL = "https://ess.exemple.fr"
    article(index, 1, day=date(2024, 5, 24))
    article(index, 2, intro="Résumé <b>&amp; piège</b>")
    response = client.get("/actualites/flux.xml", headers={"host": "testserver"})
    assert response.status_code == 200
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = ElementTree.fromstring(response.content)
    assert feed.tag == f"{ATOM}feed"
    for tag in ("id", "title", "updated", "author"):
        assert feed.find(f"{ATOM}{tag}") is not None, tag
    entries = feed.findall(f"{ATOM}entry")
    assert [entry.find(f"{ATOM}title").text for entry in entries] == ["Article 2", "Article 1"]
    for entry in entries:
        assert entry.find(f"{ATOM}link").get("href").startswith("https://ess.exemple.fr/actualites/")
        assert entry.find(f"{ATOM}id").text.startswith("urn:uuid:")
        assert entry.find(f"{ATOM}published").text[10:] in ("T12:00:00+01:00", "T12:00:00+02:00")
    assert entries[0].find(f"{ATOM}summary").text == "Résumé <b>&amp; piège</b>"
    assert b"testserver" not in response.content


def test_the_feed_is_asked_again_for_nothing(client, index, page_cache):
    article(index, 1)
    first = client.get("/actualites/flux.xml")
    again = client.get("/actualites/flux.xml", headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304
    assert client.head("/actualites/flux.xml").status_code == 200


def test_no_list_no_feed(client, home):
    assert client.get("/actualites/flux.xml").status_code == 404
    assert client.get("/initiatives/flux.xml").status_code == 404


# --- Initiatives -----------------------------------------------------------------------------------------------------


@pytest.fixture
def three(zoom, territory):
    load_small_cog()
    return [
        initiative(zoom, 1, theme="durable", commune_code="86194"),
        initiative(zoom, 2, theme="durable", place="Ici et là"),
        initiative(zoom, 3, theme="inclusif", commune_code="86194"),
    ]


def test_filters_count_what_they_would_show(client, three):
    page = read(client, "/initiatives/")
    assert "3 initiatives" in page
    assert "Construire, habiter, se déplacer (2)" in page
    assert "Cultiver, se nourrir, réemployer (0)" in page
    assert "Poitiers (2)" in page
    both = read(client, "/initiatives/?theme=durable&commune=86194")
    assert "Initiative 1" in both
    assert "Initiative 2" not in both
    assert "1 initiative." in both
    assert "Créer, apprendre, prendre soin (1)" in both, "le nombre de ce thème dans cette commune"


def test_two_filters_that_meet_nothing(client, three):
    page = read(client, "/initiatives/?theme=circulaire&commune=86194")
    assert "Aucune initiative sous ces deux filtres" in page


@pytest.mark.parametrize("query", ["theme=inconnu", "commune=75056", "commune=%27", "theme=durable%00"])
def test_an_unknown_filter_is_left_out_and_said(client, three, query):
    page = read(client, f"/initiatives/?{query}")
    assert "3 initiatives" in page
    assert "laissé de côté" in page


def test_the_structure_is_linked_when_the_directory_has_it(client, zoom, territory):
    structure = in_poitiers("LES AMIS DU JARDIN")
    page = initiative(zoom, 1, structure_key=structure.key)
    shown = read(client, page.url)
    assert structure.get_absolute_url() in shown
    assert "Les Amis du Jardin" in shown
    assert "à vérifier auprès de la structure" in shown
    structure.criteria.all().delete()  # no longer public
    shown = read(client, page.url)
    assert structure.get_absolute_url() not in shown
    assert "Structure 1" in shown


def test_confirmed_with_the_structure(client, zoom):
    page = initiative(zoom, 1, known_as_of="2019", confirmed_on=date(2026, 10, 12))
    shown = read(client, page.url)
    assert "Relu avec la structure le 12 octobre 2026" in shown
    assert "à vérifier" not in shown


@pytest.mark.parametrize("key", ["12345678", "abc", "1234567890", "W12", "<script>"])
def test_a_key_that_is_none_is_refused(zoom, key):
    with pytest.raises(ValidationError) as refusal:
        initiative(zoom, 1, structure_key=key)
    assert "structure_key" in refusal.value.message_dict


def test_a_key_is_brought_to_one_writing(zoom):
    assert initiative(zoom, 1, structure_key=" 552 100 554 ").structure_key == "552100554"


def test_the_editor_chooses_among_served_communes(zoom, territory):
    load_small_cog()
    form_class = InitiativePage.get_edit_handler().get_form_class()
    form = form_class(instance=InitiativePage(commune_code="75056", place="Paris"))
    choices = dict(form.fields["commune_code"].choices)
    assert choices["86194"] == "Poitiers"
    assert "hors du territoire" in choices["75056"]


def test_a_structure_says_where_one_speaks_of_it(client, zoom, index, territory):
    structure = in_poitiers("LES AMIS DU JARDIN")
    other = in_poitiers("LES AUTRES")
    initiative(zoom, 1, structure_key=structure.key, day=date(2026, 1, 1))
    article(index, 1, structure_key=structure.key, day=date(2026, 2, 1))
    article(index, 2, structure_key=structure.key).unpublish()
    panel = stories.MENTIONS
    with CaptureQueriesContext(connection) as asked:
        found = panel.context(structure, None)
    assert len(asked) <= panel.query_budget == 3
    assert [mention.title for mention in found["mentions"]] == ["Article 1", "Initiative 1"]
    assert not panel.context(other, None)
    page = read(client, structure.get_absolute_url())
    assert "On en parle" in page
    assert 'href="/actualites/article-1/"' in page
    assert client.get("/actualites/article-1/").status_code == 200
    assert "On en parle" not in read(client, other.get_absolute_url())


def test_the_initiatives_feed_names_their_theme(client, three):
    feed = ElementTree.fromstring(client.get("/initiatives/flux.xml").content)
    categories = {entry.find(f"{ATOM}category").get("term") for entry in feed.findall(f"{ATOM}entry")}
    assert categories == {"Construire, habiter, se déplacer", "Créer, apprendre, prendre soin"}


def test_the_planted_ones_are_honest(client, planted):
    initiatives = list(stories.published_initiatives())
    assert len(initiatives) == 5
    for page in initiatives:
        assert page.source
        assert page.known_as_of
        shown = read(client, page.url)
        assert "à vérifier auprès de la structure" in shown
    for page in stories.published_news().exclude(slug="ce-site-ouvre"):
        assert "Article rétrospectif" in page.source
        assert page.title.startswith("Retour sur ")
        assert page.about_day is not None
        assert page.day > page.about_day
        assert "Retour sur le" in read(client, page.url)
    titles = [page.title[:15] for page in stories.published_news()]
    assert titles == ["Ce site ouvre", "Retour sur 2024", "Retour sur 2022", "Retour sur 2020"]


def test_an_article_told_afterwards_is_filed_by_its_publication(client, index):
    """A feed that dated it from the event would hide it from whoever follows, or lie about when it came."""
    article(index, 1, day=date(2026, 11, 20), about_day=date(2020, 7, 2))
    article(index, 2, day=date(2026, 11, 19))
    listed = read(client, "/actualites/")
    assert listed.index("Article 1") < listed.index("Article 2")
    assert "Retour sur le" in listed
    assert "2 juillet 2020" in listed
    assert "annee=2020" not in listed
    assert "S’abonner au flux (RSS)" in listed
    entry = ElementTree.fromstring(client.get("/actualites/flux.xml").content).find(f"{ATOM}entry")
    assert entry.find(f"{ATOM}published").text.startswith("2026-11-20")
    shown = read(client, "/actualites/article-1/")
    assert "Publié le" in shown
    assert "Retour sur le" in shown
    assert "Retour sur le" not in read(client, "/actualites/article-2/")


def test_an_initiative_without_theme_wears_none(client, zoom):
    initiative(zoom, 1, theme="")
    assert "theme=" not in read(client, "/initiatives/initiative-1/")
    listed = read(client, "/initiatives/")
    assert "Initiative 1" in listed
    assert "tag--leaf" not in listed
    assert "Initiative 1" not in read(client, "/initiatives/?theme=durable")
    feed = ElementTree.fromstring(client.get("/initiatives/flux.xml").content)
    assert feed.find(f"{ATOM}entry") is not None
    assert feed.find(f"{ATOM}entry/{ATOM}category") is None


def test_letter_sources_give_what_is_new_and_what_is_asked(index, zoom, django_assert_max_num_queries):
    old = article(index, 1, day=date(2020, 1, 1))
    new = article(index, 2, day=date(2026, 1, 1))
    news, initiatives = stories.LETTER_SOURCES
    with django_assert_max_num_queries(2):
        assert [item.key for item in news.items(date(2025, 1, 1))] == [str(new.pk)]
    with django_assert_max_num_queries(2):
        found = news.read([str(old.pk), "x", "", "999999999999999999999", "²"])
    assert [(item.title, item.url) for item in found] == [("Article 1", "/actualites/article-1/")]
    assert initiatives.items(date(2000, 1, 1)) == []
