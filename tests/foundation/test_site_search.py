"""`/recherche/`: every noun in its turn, each told apart, none able to break the page."""

from __future__ import annotations

import pytest

from essaim.foundation import registries, sitesearch
from essaim.foundation.registries import Found, Registry, SearchHit, SearchNoun
from essaim.foundation.search import IndexUnavailable
from tests.support import assert_get_writes_nothing

pytestmark = pytest.mark.django_db


def hits(key, number):
    return [
        SearchHit(f"{key} {rank}", f"Nature de {key}", f"/{key}/{rank}/", f"Extrait {rank}") for rank in range(number)
    ]


@pytest.fixture
def nouns(monkeypatch, territory):
    """Three nouns: one with its own page of results, one without, one whose index is gone."""
    registry: Registry[SearchNoun] = Registry("essai")

    def noun(key, number, url, order):
        def find(text, offset, limit):
            return Found(number, hits(key, number)[offset : offset + limit], [f"compris : {text}"])

        return SearchNoun(key, key.capitalize(), lambda text, limit: [], find, url, order)

    def broken(text, offset, limit):
        raise IndexUnavailable("L’index dort.")

    registry.register(noun("lieu", 12, "/lieux/", 10))
    registry.register(noun("page", 42, "", 20))
    registry.register(SearchNoun("cassé", "Cassé", lambda text, limit: [], broken, "/x/", 30))
    monkeypatch.setattr(registries, "search_nouns", registry)
    monkeypatch.setattr(sitesearch, "search_nouns", registry)


def test_each_noun_shows_its_best_and_where_the_others_are(client, nouns):
    html = assert_get_writes_nothing(client, "/recherche/?q=vélo+%26+co").content.decode()
    assert html.count('<h3 class="card__title">') == 10
    assert 'href="/lieux/?q=v%C3%A9lo+%26+co"' in html
    assert 'href="/recherche/?q=v%C3%A9lo+%26+co&amp;quoi=page"' in html
    assert "54 résultats" in html.replace("\u00a0", " ")
    assert "L’index dort." in html
    assert html.count("<h1") == 1


def test_one_noun_is_leafed_through(client, nouns):
    html = client.get("/recherche/?q=x&quoi=page&page=3").content.decode()
    assert '<a href="/page/40/">' in html
    assert '<a href="/page/39/">' not in html
    assert "chercher partout" in html
    assert client.get("/recherche/?q=x&quoi=page&page=999").content.decode().count('<h3 class="card__title">') == 2


@pytest.mark.parametrize("query", ["", "q=", "q=%20%20", "q=%00", "quoi=page", "q=a&quoi=inconnu", "q=" + "x" * 5000])
def test_odd_questions_get_a_page(client, nouns, query):
    assert client.get(f"/recherche/?{query}").status_code == 200


def test_what_is_typed_stays_text(client, nouns):
    html = client.get("/recherche/", {"q": '"><script>alert(1)</script>'}).content.decode()
    assert "<script>alert" not in html


def test_the_whole_house_answers(client, territory):
    """The real nouns, without any index nor row: sentences, no failure."""
    html = client.get("/recherche/?q=emploi").content.decode()
    assert 'id="observatoire"' in html
    assert client.get('/recherche/?q="').status_code == 200
