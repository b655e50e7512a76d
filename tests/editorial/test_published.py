"""What is published, for everybody: one reading of the restrictions, whatever the number of pages and who asks."""

from __future__ import annotations

import re
from datetime import date
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import connection
from django.http import QueryDict
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from wagtail import hooks
from wagtail.models import Page, PageViewRestriction, Site

from essaim.editorial.links import find_broken_links
from essaim.editorial.models import ContactPage, ContentPage, DayPage, HomePage, NewsIndexPage, NewsPage
from essaim.editorial.newsletter.reads import newsletter_page
from essaim.editorial.queries import pages_of_the_site
from essaim.editorial.stories import published_news
from essaim.editorial.tree import page_models, published, tree
from essaim.editorial.views.page import params_of
from essaim.foundation import kept, pagecache
from tests.editorial.factories import make_page


def close(page):
    return PageViewRestriction.objects.create(page=page, restriction_type="login")


def many(parent, number):
    """Published pages under one, without the cost of publishing each: the rows of one, as many times."""
    parent.add_child(instance=ContentPage(title="Page 0", slug="p0"))
    first = ContentPage.objects.get(path__startswith=parent.path, slug="p0")
    common = {field.attname: getattr(first, field.attname) for field in Page._meta.concrete_fields}
    own = {field.attname: getattr(first, field.attname) for field in ContentPage._meta.local_concrete_fields}
    bases = Page.objects.bulk_create(
        Page(
            **common
            | {
                "id": None,
                "path": Page._get_path(parent.path, first.depth, rank + 1),
                "title": f"Page {rank}",
                "draft_title": f"Page {rank}",
                "slug": f"p{rank}",
                "url_path": f"{parent.url_path}p{rank}/",
                "translation_key": uuid4(),
            }
        )
        for rank in range(1, number)
    )
    with connection.cursor() as cursor:
        fields = ContentPage._meta.local_concrete_fields
        names = ", ".join(f'"{field.column}"' for field in fields)
        cursor.executemany(
            f'INSERT INTO "{ContentPage._meta.db_table}" ({names}) VALUES ({", ".join(["%s"] * len(fields))})',
            [
                [
                    field.get_db_prep_save((own | {"page_ptr_id": base.pk})[field.attname], connection)
                    for field in fields
                ]
                for base in bases
            ],
        )
    Page.objects.filter(pk=parent.pk).update(numchild=number)
    parent.refresh_from_db()


def test_a_thousand_pages_take_one_query_that_looks_at_each_once(home):
    closed = make_page(title="Fermée", slug="fermee")
    many(make_page(title="Ouverte", slug="ouverte"), 700)
    many(closed, 300)
    close(closed)
    kept.forget_all()
    with CaptureQueriesContext(connection) as captured:
        found = tree()
    [sql] = [query["sql"] for query in captured if "foundation_journalentry" not in query["sql"]]
    assert "EXISTS" not in sql.upper()
    assert len(found.leaves) == 702
    assert {leaf.url for leaf in found} >= {"/", "/ouverte/", "/ouverte/p699/"}
    assert not [leaf for leaf in found if leaf.url.startswith("/fermee/")]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            assert not [row for row in cursor.fetchall() if "CORRELATED" in row[-1]]


def test_everybody_asks_the_same_question(home, client):
    index = make_page(model=NewsIndexPage, title="Actualités", slug="actualites", intro="Ce qui se passe.")
    article = make_page(index, model=NewsPage, title="Réservée", slug="reservee", intro="x", day=date(2026, 1, 2))
    assert list(published_news()) == [article]
    assert client.get("/actualites/flux.xml").status_code == 200
    close(index)
    kept.forget_all()
    pagecache.store.clear()
    assert list(published_news()) == []
    assert article.pk not in [page.pk for page in pages_of_the_site()]
    assert client.get("/actualites/flux.xml").status_code == 404
    assert newsletter_page() is None
    with CaptureQueriesContext(connection) as captured:
        list(published(NewsPage.objects.all()))
    assert "EXISTS" not in captured.captured_queries[-1]["sql"].upper()


def test_the_alias_of_a_reserved_page_is_reserved(home):
    source = make_page(title="Source", slug="source")
    source.create_alias(parent=home, update_slug="copie")
    kept.forget_all()
    assert tree().at("/copie/")
    close(source)
    kept.forget_all()
    assert not tree().at("/copie/")
    assert not published(ContentPage.objects.filter(slug="copie")).exists()


def test_what_stands_around_a_page_is_read_from_the_tree(home, client):
    above = make_page(title="Au-dessus", slug="dessus", intro="Le dossier.")
    for rank in range(6):
        make_page(above, title=f"Dedans {rank}", slug=f"dedans-{rank}", intro=f"Le texte {rank}.")
    client.get("/dessus/")
    kept.forget_all()
    pagecache.store.clear()
    with CaptureQueriesContext(connection) as captured:
        html = client.get("/dessus/").content.decode()
    assert "Le texte 5." in html
    assert 'href="/dessus/dedans-0/"' in html
    assert "Au-dessus" in client.get("/dessus/dedans-0/").content.decode()
    pages = [query["sql"] for query in captured if 'FROM "wagtailcore_page' in query["sql"]]
    assert not [sql for sql in pages if "EXISTS" in sql or '"depth" >=' in sql], pages


def test_who_reads_a_reserved_page_sees_the_way_to_it(home, admin_client):
    above = make_page(title="Le groupe", slug="groupe")
    make_page(above, title="Le compte rendu", slug="compte-rendu")
    close(above)
    assert "Le groupe" in admin_client.get("/groupe/compte-rendu/").content.decode()


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/simple/", set()),
        ("/simple/facile/", set()),
        ("/actualites/", {"annee", "page"}),
        ("/journee/", {"commune", "famille"}),
        ("/journee/sans/", {"commune", "famille"}),
        ("/", set()),
    ],
)
def test_each_class_of_page_says_what_it_reads(home, path, expected):
    make_page(title="Simple", slug="simple")
    make_page(model=NewsIndexPage, title="Actualités", slug="actualites", intro="x")
    make_page(model=DayPage, title="La journée", slug="journee", without_title="Sans")
    assert set(params_of(path)) == expected


def test_an_address_that_the_tree_does_not_know_keeps_what_any_page_reads(home):
    assert {"objet", "annee", "commune"} <= set(params_of("/ancienne-adresse/"))
    page = make_page(title="Simple", slug="simple")
    close(make_page(page, title="Réservée", slug="reservee"))
    kept.forget_all()
    assert "annee" in params_of("/simple/reservee/")


def test_invented_parameters_leave_the_address(home, rf):
    make_page(title="Simple", slug="simple")
    make_page(model=DayPage, title="La journée", slug="journee", without_title="Sans")
    for path, kept_ones in (("/simple/", ""), ("/journee/", "commune=86194"), ("/journee/sans/", "commune=86194")):
        request = rf.get(f"{path}?page=3&forme=x4&commune=86194")
        pagecache._keep_declared(request)
        assert request.META["QUERY_STRING"] == kept_ones


class Reading(QueryDict):
    """The parameters of an address, which remembers what was asked of it."""

    def __init__(self):
        super().__init__("", mutable=True)
        self.asked = set()

    def __getitem__(self, key):
        self.asked.add(key)
        return super().__getitem__(key)

    def __contains__(self, key):
        self.asked.add(key)
        return super().__contains__(key)

    def get(self, key, default=None):
        self.asked.add(key)
        return super().get(key, default)

    def getlist(self, key, default=None):
        self.asked.add(key)
        return super().getlist(key, default)


def test_no_page_reads_a_parameter_that_it_does_not_declare(planted, rf):
    seen = set()
    for leaf in tree():
        page = Page.objects.get(pk=leaf.pk).specific
        request = rf.get(leaf.url)
        request.GET, request.user, request.session = Reading(), None, {}
        routed, args, kwargs = page.route(request, [])
        response = routed.serve(request, *args, **kwargs)
        response.context_data and [str(value) for value in response.context_data.values()]
        assert request.GET.asked <= set(page.params), leaf.url
        seen |= request.GET.asked
    assert {"page", "commune", "objet", "forme", "annee"} <= seen


def test_the_reader_of_parameters_sees_what_is_not_declared(home, monkeypatch):
    monkeypatch.setattr(ContentPage, "get_context", lambda self, request: {"x": request.GET.get("ruse")})
    request = RequestFactory().get("/")
    request.GET = Reading()
    ContentPage(title="x").get_context(request)
    assert request.GET.asked == {"ruse"}


def test_a_page_is_read_or_posted_and_nothing_else(home, client):
    make_page(title="Simple", slug="simple")
    for method in ("put", "delete", "patch"):
        assert getattr(client, method)("/simple/").status_code == 405, method
    response = client.options("/simple/")
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS, POST"
    assert response.content == b""


def test_hooks_of_the_cms_are_called(home, client):
    from django.http import HttpResponse

    make_page(title="Simple", slug="simple")
    with hooks.register_temporarily("before_serve_page", lambda page, *_: HttpResponse(f"accroché à {page.title}")):
        assert client.get("/simple/").content.decode() == "accroché à Simple"


def test_an_address_survives_what_another_process_has_kept(home, client):
    page = make_page(title="Simple", slug="simple")
    Site.get_site_root_paths()
    cache.set("wagtail_site_root_paths", [], 3600, version=2)  # kept before the site was planted
    assert Site.get_site_root_paths() == []
    assert ContentPage.objects.get(pk=page.pk).url == "/simple/"
    cache.set("wagtail_site_root_paths", [], 3600, version=2)
    html = client.get("/simple/").content.decode()
    assert "None" not in re.findall(r'(?:href|content)="([^"]*)"', html)
    assert "/simple/" in html


def test_the_home_page_has_no_address_to_change(home, officer_client):
    html = officer_client.get(f"/cms/pages/{home.pk}/edit/").content.decode()
    assert 'name="title"' in html
    assert 'name="slug"' not in html
    assert HomePage.objects.get().slug == "accueil"


def test_broken_links_cost_the_same_for_any_number_of_addresses(home):
    def links(slug, number):
        html = "".join(f'<p><a href="/rien-{slug}-{rank}/la/">x</a></p>' for rank in range(number))
        return make_page(slug=slug, body=[{"type": "text", "value": {"title": "", "text": html}}])

    links("un", 1)
    with CaptureQueriesContext(connection) as few:
        assert len(find_broken_links()) == 1
    links("beaucoup", 40)
    with CaptureQueriesContext(connection) as more:
        assert len(find_broken_links()) == 41
    assert len(more) == len(few)
    assert len(more) <= 6 + len(page_models())


def test_links_to_the_contact_page_follow_it_and_go_with_it(home, client):
    make_page(title="Simple", slug="simple")
    assert "objet=erreur" not in client.get("/simple/").content.decode()
    contact = make_page(model=ContactPage, title="Nous écrire", slug="nous-ecrire")
    kept.forget_all()
    pagecache.store.clear()
    html = client.get("/simple/").content.decode()
    assert 'href="/nous-ecrire/?objet=erreur&amp;sur=/simple/"' in html
    assert 'href="/contact/' not in html.partition("<main")[2].partition("</main>")[0]
    contact.unpublish()
    kept.forget_all()
    pagecache.store.clear()
    assert "objet=erreur" not in client.get("/simple/").content.decode()
