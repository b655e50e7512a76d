import pytest
from hypothesis import given
from hypothesis import strategies as st

from essaim.foundation.search.text import (
    MAX_QUERY_WORDS,
    document_words,
    fold,
    sort_key,
    stem,
    tokenize,
    whole_key,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("vélo", "vélos"),
        ("jeu", "jeux"),
        ("lieu", "lieux"),
        ("tissu", "tissus"),
        ("chou", "choux"),
        ("bijou", "bijoux"),
        ("ami", "amies"),
        ("canoë", "canoës"),
        ("journal", "journaux"),
        ("bateau", "bateaux"),
        ("travail", "travaux"),
        ("épicerie", "EPICERIES"),
        ("école", "écoles"),
        ("abri", "abris"),
        ("menu", "menus"),
        ("coopérative", "cooperatives"),
    ],
)
def test_singular_and_plural_meet(one, other):
    assert stem(fold(one)) == stem(fold(other))


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("L’Escale", [("escale",)]),
        ("aujourd'hui", [("aujourd", "hui")]),
        ("d'œuvre", [("oeuvre",)]),
        ("A.D.A.P.E.I. 86", [("adapei",), ("86",)]),
        ("A D M R", [("admr",)]),
        ("l a", [("l",), ("a",)]),
        ("Cord’âges", [("cord", "ages")]),
        ("qu'ils", [("ils",)]),
        ("\u202eעברית\u202c 😀 café", [("עברית",), ("cafe",)]),
        ("un\x00deux\x07", [("un",), ("deux",)]),
        ("", []),
        ("* \" ' - .", []),
    ],
)
def test_words(typed, words):
    assert [token.parts for token in tokenize(typed)] == words


def test_a_name_in_one_piece_is_the_same_however_it_is_spaced():
    keys = {
        whole_key(name)
        for name in ["Les Ateliers Cord’âges", "ateliers cordages", "ATELIERS CORD AGES", "atelier cord-âge"]
    }
    assert keys == {"ateliercordage"}


def test_a_name_made_of_small_words_keeps_them():
    assert whole_key("À nous") == "anou"


def test_what_a_sign_or_a_short_space_cuts_is_also_whole():
    assert "cordag" in document_words(["Les Ateliers Cord'âges"]).stems
    assert "cordag" in document_words(["ATELIERS CORD AGES"]).stems
    assert "lescal" in document_words(["L ESCALE"]).stems


def test_numbers_are_not_glued():
    assert document_words(["86 000"]).stems == {"86", "000"}


@given(st.text(max_size=400))
def test_any_text_is_cut_without_fear(text):
    tokens = tokenize(text)
    assert len(tokens) <= MAX_QUERY_WORDS
    for token in tokens:
        assert token.parts
        assert all(part and not any(c.isspace() or c in "\x00\x01" for c in part) for part in token.parts)
    whole_key(text)
    sort_key(text)
    assert all(" " not in value for value in document_words([text]).stems)


@given(st.text(max_size=60))
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)
