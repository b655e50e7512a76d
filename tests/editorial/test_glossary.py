"""The glossary of the whole site: the officer's words and those of the rooms, each with its anchor and its source."""

from __future__ import annotations

import re

import pytest
from django.core.exceptions import ValidationError

from essaim.editorial.models import GlossaryPage, Term
from essaim.editorial.models.glossary import by_letter
from essaim.foundation.glossary import Explainer, Word, all_words
from essaim.observatory.glossary import TERMS
from tests.editorial.factories import make_page


def test_every_word_of_every_room_is_on_the_page_once(client, planted):
    html = client.get("/comprendre/glossaire/").content.decode()
    terms = list(Term.objects.all())
    assert len(terms) >= 35
    for key in {*TERMS, *(term.key for term in terms)}:
        assert html.count(f'id="{key}"') == 1, key
    assert set(re.findall(r'href="#([a-z0-9-]+)"', html)) <= set(re.findall(r'id="([a-z0-9-]+)"', html))
    assert client.get("/observatoire/glossaire/").status_code == 200


def test_each_planted_word_is_sound_sourced_and_found_in_a_text(planted):
    for term in Term.objects.all():
        term.full_clean()
        assert term.source, term
        for form in term.written:
            page = Explainer(lambda term=term: [word for word in all_words() if word.key == term.key])
            assert f'popovertarget="mot-{term.key}"' in page.explained(f"<p>Voici {form}.</p>"), form


def test_the_longest_word_wins(planted):
    """« Entreprise d'insertion » is the beginning of another word: each keeps its own explanation."""
    told = Explainer().explained("<p>Une entreprise d’insertion par le travail indépendant aide.</p>")
    assert 'popovertarget="mot-eiti"' in told
    assert 'popovertarget="mot-ei"' not in told


def test_a_glossary_without_word_is_a_page(client, home, monkeypatch):
    monkeypatch.setattr("essaim.editorial.models.glossary.all_words", list)
    page = make_page(model=GlossaryPage, slug="mots", title="Les mots")
    assert "Aucun mot" in client.get(page.url).content.decode()


def test_words_are_filed_without_their_accents():
    words = [Word("e", "Épicerie", "x"), Word("f", "Esus", "x"), Word("n", "40 communes", "x")]
    assert [(letter, len(found)) for letter, found in by_letter(words)] == [("E", 2), ("#", 1)]


@pytest.mark.parametrize("key", ["Scop", "é", "a b", "", "-x", "x\n"])
def test_an_anchor_is_small_letters(db, key):
    with pytest.raises(ValidationError):
        Term(key=key, word="x", text="x").full_clean()
