"""Broken links: found without the network, told with what to do."""

from __future__ import annotations

import json

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents.models import Document
from wagtail.models import Collection
from wagtail.rich_text import RichText

from essaim.editorial.actions.planting import plant
from essaim.editorial.links import ADVICE, GONE, HIDDEN, NO_ADDRESS, NO_DOCUMENT, NO_PICTURE, UNKNOWN, find_broken_links
from essaim.editorial.models import ContentPage, Picture
from tests.editorial.factories import make_page
from tests.editorial.pictures import make_picture
from tests.support import no_writes


def text(html):
    return {"type": "text", "value": {"title": "", "text": html}}


def problems(html):
    page = make_page(slug="liens", body=[text(html)])
    return [(link.words, link.problem) for link in find_broken_links() if link.page_id == page.pk]


@pytest.fixture
def document(db):
    Collection.get_first_root_node() or Collection.add_root(name="Racine")
    document = Document(title="Le guide")
    document.file.save("guide.pdf", ContentFile(b"%PDF-1.7"), save=False)
    document.save()
    return document


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("/", None),
        ("/annuaire/", None),
        ("/annuaire/?famille=association#liste", None),
        ("/liens/", None),
        ("/liens", None),
        ("/liens/facile/", UNKNOWN),
        ("/n-existe-pas/", UNKNOWN),
        ("/observatoire/", None),
        ("/equipe/", None),
        ("/vieux/", None),
        ("/documents/999/guide.pdf", UNKNOWN),
        ("http://127.0.0.1:8000/n-existe-pas/", UNKNOWN),
        ("https://www.legifrance.gouv.fr/loda/id/JORFTEXT000029313296", None),
        ("mailto:ess@exemple.fr", None),
        ("tel:+33549523535", None),
        ("#plus-bas", None),
        ("annuaire", NO_ADDRESS),
        ("//ailleurs.example/", NO_ADDRESS),
        ("javascript:alert(1)", NO_ADDRESS),
        ("http://[", NO_ADDRESS),
        ("", NO_ADDRESS),
    ],
)
def test_addresses(home, address, problem, settings):
    settings.SITE_URL = "http://127.0.0.1:8000"
    Redirect.objects.create(old_path="/vieux", redirect_page=home)
    found = problems(f'<p><a href="{address}">voir <b>ici</b></a></p>')
    assert found == ([("voir ici", problem)] if problem else [])


def test_pages_documents_and_pictures_by_their_number(home, document):
    target = make_page(home, slug="cible", title="La cible")
    picture = make_picture()
    image = {"image": picture.pk, "decorative": False, "alt_text": "Un étal"}
    page = make_page(
        home,
        slug="liens",
        body=[
            text(f'<p><a linktype="page" id="{target.pk}">la cible</a>, '
                 f'<a linktype="document" id="{document.pk}">le guide</a></p>'),
            {"type": "action", "value": {"title": "Agir", "button": "Y aller", "page": target.pk, "address": ""}},
            {"type": "action", "value": {"title": "Agir", "button": "Y aller", "page": None, "address": "/rien/"}},
            {"type": "picture", "value": {"picture": image, "caption": ""}},
            {"type": "questions", "value": {"title": "", "questions": [
                {"question": "Où ?", "answer": '<p><a href="/nulle-part/">là</a></p>'}]}},
        ],
    )  # fmt: skip
    found = find_broken_links()
    assert [(link.problem, link.target) for link in found] == [(UNKNOWN, "/rien/"), (UNKNOWN, "/nulle-part/")]
    assert found[0].where == "contenu, bloc 3 : Appel à agir"
    target.unpublish()
    document.delete()
    Picture.objects.all().delete()
    found = find_broken_links()
    assert [link.problem for link in found] == [HIDDEN, NO_DOCUMENT, HIDDEN, UNKNOWN, NO_PICTURE, UNKNOWN]
    assert found[0].target == "La cible"
    target.delete()
    assert find_broken_links()[0].problem == GONE
    page.unpublish()
    assert find_broken_links() == []


def test_who_cannot_read_a_page_is_not_sent_to_it(home, client, territory):
    target = make_page(home, slug="cible", title="La cible")
    html = f'<p><a linktype="page" id="{target.pk}">la cible</a></p>'
    assert str(RichText(html)).strip() == '<p><a href="/cible/">la cible</a></p>'
    target.unpublish()
    assert str(RichText(html)).strip() == "<p><a>la cible</a></p>"


def test_links_of_a_text_cost_one_query_for_all(home, django_assert_max_num_queries):
    targets = [make_page(home, slug=f"cible-{rank}") for rank in range(5)]
    html = "".join(f'<p><a linktype="page" id="{page.pk}">x</a></p>' for page in targets)
    with django_assert_max_num_queries(3):
        str(RichText(html))


def test_every_problem_says_what_to_do():
    assert all(problem.endswith(".") and advice.endswith((".", "…")) for problem, advice in ADVICE.items())


def test_the_officer_sees_them_in_both_spaces(officer_client, territory, home):
    make_page(home, slug="liens", title="Nos liens", body=[text('<p><a href="/rien/">ici</a></p>')])
    for path in ("/equipe/", "/cms/reports/liens/"):
        with no_writes():
            html = officer_client.get(path).content.decode()
        assert "Nos liens" in html, path
        assert UNKNOWN in html, path
    ContentPage.objects.all().delete()
    assert "mènent quelque part" in officer_client.get("/cms/reports/liens/").content.decode()


def test_the_command(home, capsys):
    make_page(home, slug="liens", title="Nos liens", body=[text('<p><a href="/rien/">ici</a></p>')])
    call_command("editorial", "links")
    assert "/liens/ (contenu, bloc 1 : Texte) : « ici » → /rien/. " + UNKNOWN in capsys.readouterr().out
    call_command("editorial", "links", "--json")
    [link] = json.loads(capsys.readouterr().out)["broken"]
    assert (link["target"], link["advice"]) == ("/rien/", ADVICE[UNKNOWN])


def test_the_first_content_has_no_broken_link(territory, planted):
    assert [(link.url, link.where, link.target, link.problem) for link in find_broken_links()] == []


def test_nor_that_of_another_territory(db):
    from tests.foundation.factories import TerritoryFactory

    plant(by="test", territory=TerritoryFactory(siren="200000172", name="Ailleurs", short_name="Ailleurs"))
    assert [(link.url, link.where, link.target, link.problem) for link in find_broken_links()] == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(address=st.text(max_size=60))
def test_no_address_breaks_the_report(home, address):
    from essaim.editorial.links import _address_problem, _Known

    assert _address_problem(address, _Known.read([home])) in {None, UNKNOWN, NO_ADDRESS}
