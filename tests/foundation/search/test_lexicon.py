from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from essaim.foundation.search.lexicon import MOST, Lexicon, edits_allowed

WORDS = st.text(alphabet="abcde2", min_size=1, max_size=10)


def test_one_wrong_letter_two_in_a_long_word_none_beside_a_digit():
    lexicon = Lexicon([("epicerie", 5), ("velo", 9), ("velos", 3), ("menuiserie", 2), ("t4x8", 1), ("lac", 1)])
    assert lexicon.mend("epicrie") == ["epicerie"]
    assert lexicon.mend("epicreie") == ["epicerie"]
    assert lexicon.mend("menuissrei") == ["menuiserie"]
    assert lexicon.mend("vello") == ["velo", "velos"][:1]
    assert lexicon.mend("t4x9") == []
    assert lexicon.mend("lcc") == []


def test_the_most_frequent_first():
    assert Lexicon([("pain", 2), ("bain", 9), ("main", 5)]).mend("tain") == ["bain", "main", "pain"]


def test_completion():
    lexicon = Lexicon([("velo", 3), ("velos", 9), ("vert", 1), ("zoo", 4)])
    assert lexicon.complete("ve") == ["velos", "velo", "vert"]
    assert lexicon.complete("ve", most=1) == ["velos"]
    assert lexicon.complete("x") == []


def test_empty():
    assert Lexicon([]).mend("velo") == []
    assert Lexicon([]).complete("") == []


@settings(max_examples=150)
@given(st.dictionaries(WORDS, st.integers(1, 50), max_size=30), WORDS)
def test_nothing_near_is_missed(words, typed):
    found = Lexicon(list(words.items())).mend(typed)
    for edits in range(1, edits_allowed(typed) + 1):
        near = {w for w in words if w != typed and OSA.distance(w, typed) <= edits}
        if near:
            assert len(found) == min(len(near), MOST)
            assert set(found) <= near
            return
    assert found == []
