"""The search of the observatory: what a text names, on its page and in the box of the header."""

from __future__ import annotations

import pytest

from essaim.foundation.registries import search_nouns
from essaim.observatory.lookup import communes_of, indicators_of, suggest, terms_of
from tests.observatory.test_home import plain, shown
from tests.observatory.town import load_everything, make_town

ADDRESS = "/observatoire/chiffres/"
HOSTILE = ["", " ", "%", "\x00", "é" * 5000, "<script>", "'; DROP TABLE", "de la", "🐝", "\u202e"]


@pytest.fixture
def town(db):
    make_town()


def test_indicators_are_found_by_the_beginning_of_their_words():
    assert [one.key for one in indicators_of("part des FEMMES")] == ["ess-women-share"]
    assert "ess-jobs" in [one.key for one in indicators_of("emploi ess")]
    assert not indicators_of("mplois")


def test_words_of_the_glossary_are_found_without_their_accents():
    assert [term.key for term in terms_of("millesime")] == ["millesime"]


def test_communes_of_the_territory_lead_to_their_pages(town):
    assert [(one.name, href) for one, href in communes_of("bois d ici")] == [
        ("Les Bois-d’Ici", "/observatoire/communes/les-bois-dici-86004/")
    ]
    assert not communes_of("Niort")


@pytest.mark.parametrize("text", HOSTILE)
def test_any_text_is_answered_by_nothing_rather_than_an_error(client, town, text):
    assert suggest(text, 4) == []
    assert client.get(ADDRESS, {"q": text}).status_code == 200


def test_never_more_than_asked(town):
    assert len(suggest("emplois", 2)) == 2
    assert suggest("emplois", 0) == []


def test_before_any_territory_there_is_nothing_but_words(db):
    assert [hit.context for hit in suggest("secret", 4)] == ["Glossaire"]


def test_the_box_of_the_header_finds_a_commune_and_its_page_of_results_exists(client, town):
    noun = next(one for one in search_nouns if one.key == "observatoire")
    html = client.get("/suggestions/?q=lusignan").content.decode()
    assert "/observatoire/communes/lusignan-86139/" in html
    text = plain(shown(client, f"{noun.url}?q=lusignan"))
    assert "Lusignan" in text


def test_the_page_keeps_what_the_text_names(client, town):
    load_everything()
    html = shown(client, f"{ADDRESS}?q=femmes")
    assert "ess-women-share" in html
    assert "ess-gross-pay" not in html
    assert "noindex" in html
    nothing = plain(shown(client, f"{ADDRESS}?q=zzzz"))
    assert "Rien ne répond à ces mots" in nothing
    assert "Rien ne répond" not in plain(shown(client, ADDRESS))
