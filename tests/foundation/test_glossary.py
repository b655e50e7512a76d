"""Words explained where texts use them: nothing of the text changes, nothing is explained where it must not be."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from essaim.foundation.glossary import Explainer, Glossary, Word, all_words, find_word, folded, glossaries

WORDS = [
    Word("scop", "Scop", "Une coopérative de <salariés>.", forms=("SCOP", "société coopérative de production")),
    Word("ai", "Association intermédiaire", "Prête du personnel.", forms=("AI", "association intermédiaire")),
    Word("association", "Association", "Des personnes.", forms=("association",)),
    Word("reserve", "Réserves impartageables", "Restent.", forms=("réserve impartageable",)),
    Word("tiers-lieu", "Tiers-lieu", "Un lieu.", forms=("tiers-lieu",)),
    Word("insertion", "Chantier d’insertion", "Un chantier.", forms=("chantier d’insertion",)),
    Word("silent", "Observé", "Trop commun."),
]
ADDED = re.compile(
    r'<button class="definition" type="button" popovertarget="[^"]*">(.*?)<span class="definition__mark".*?</button>'
    r'<span class="definition__text".*?</span>(?!</a>)',
    re.DOTALL,
)


def explained(html: str, **options) -> str:
    return Explainer(lambda: WORDS, **options).explained(html)


def found(html: str) -> list[str]:
    return [match[1] for match in ADDED.finditer(explained(html))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<p>Une association.</p>", ["association"]),
        ("<p>Les Associations, l’association.</p>", ["Associations"]),
        ("<p>L’ASSOCIATION</p>", ["ASSOCIATION"]),
        ("<p>d&#x27;une asso\u0301ciation, d&rsquo;association</p>", ["asso\u0301ciation"]),
        ("<p>une RESERVE IMPARTAGEABLE, des réserves impartageables</p>", ["RESERVE IMPARTAGEABLE"]),
        ("<p>des réserves\n impartageables</p>", ["réserves\n impartageables"]),
        ("<p>des associations intermédiaires</p>", ["associations intermédiaires"]),
        ("<p>un chantier d&#39;insertion, une SCOP, deux Scops</p>", ["chantier d&#39;insertion", "SCOP"]),
        ("<p>j’ai, ai-je, AI : ai</p>", ["AI"]),
        ("<p>un tiers lieu</p>", ["tiers lieu"]),
        ("<p>des tiers\u2011lieux</p>", ["tiers\u2011lieux"]),
        ("<p>associationnisme, sous-association, associations-nous</p>", []),
        ("<p>contact@association.fr, www.association.fr/liste, https://x.fr/association</p>", []),
        ("<p>Observé</p>", []),
        ("", []),
    ],
)
def test_words_are_found_as_people_write_them(text, expected):
    assert found(text) == expected


@pytest.mark.parametrize(
    "html",
    [
        '<a href="/x/">association</a>',
        '<a href="/x/"><b>association</b></a>',
        "<h3>association</h3>",
        '<img alt="association" src="/association.png">',
        '<p title="une association">x</p>',
        "<!-- association -->",
        "<script>association</script>",
        "<style>.association {}</style>",
        '<button class="definition" type="button" popovertarget="x">association</button>',
        '<span class="definition__text" id="x" popover><b>association</b><span>association</span> association</span>',
        "<details><summary>association</summary></details>",
        '<p data-x="a > association">x</p>',
        "<a>association",
    ],
)
def test_what_must_not_be_touched_is_not(html):
    assert explained(html) == html


def test_a_word_is_explained_once_in_a_page_whatever_its_texts():
    page = Explainer(lambda: WORDS)
    first, second = page.explained("<p>association</p>"), page.explained("<p>association et SCOP</p>")
    assert first.count("popovertarget") == 1
    assert [match[1] for match in ADDED.finditer(second)] == ["SCOP"]


def test_a_page_explains_no_more_words_than_it_is_told():
    html = "<p>association, SCOP, tiers-lieu, chantier d’insertion</p>"
    assert explained(html, most=2).count("popovertarget") == 2
    assert explained(html, most=0) == html


def test_the_meaning_is_text_never_markup():
    html = explained("<p>SCOP</p>")
    assert "&lt;salariés&gt;" in html
    assert "<salariés>" not in html


def test_forms_typed_by_a_stranger_break_nothing():
    odd = [Word("x", "X", "x", forms=("(", "[a-z]+", "<b>", "a|b", "", "   ", "\\", "é" * 400))]
    assert Explainer(lambda: odd).explained("<p>(a|b) [a-z]+ \\ <b>gras</b></p>").startswith("<p>")
    assert Explainer(list).explained("<p>association</p>") == "<p>association</p>"


_PIECES = st.sampled_from(
    [
        *("association", "SCOP", "réserves impartageables", "<p>", "</p>", "<a href='x'>", "</a>", "<b>", "</b>"),
        *("<h2>", "</h2>", "&amp;", "&lt;", "<", ">", '"', "'", "&", "&#39;", "\u00ad", "\u0301", "<!--", "-->"),
        *("<br>", "</", "<script>", "</script>", "<span popover>", "</span>", " ", "\n", "œ", "ﬁ", "ß", "İ", "½"),
    ]
)


@given(st.lists(_PIECES | st.text(max_size=6), max_size=30).map("".join))
def test_nothing_of_any_text_changes(html):
    assert ADDED.sub(lambda match: match[1], explained(html)) == html


class _Tree(HTMLParser):
    """Fails on an element that is not closed where it was opened."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open
        assert self.open.pop() == tag


_sound = st.recursive(
    st.sampled_from(["une association", "la SCOP", "du texte", "des réserves impartageables", "AI &amp; ai"]),
    lambda inner: st.tuples(st.sampled_from(["p", "b", "i", "a", "h3", "li", "ul", "em"]), st.lists(inner)).map(
        lambda pair: f"<{pair[0]}>{''.join(pair[1])}</{pair[0]}>"
    ),
)


@given(_sound)
def test_sound_markup_stays_sound(html):
    tree = _Tree()
    tree.feed(explained(html))
    assert tree.open == []


@given(st.text(max_size=60))
def test_folding_knows_where_each_letter_came_from(text):
    plain, starts = folded(text)
    assert len(plain) == len(starts)
    assert starts == sorted(starts)
    assert all(0 <= start < len(text) for start in starts)


@pytest.fixture
def two_rooms():
    mine = Glossary("test-1", "Un", lambda: {"zz": Word("zz", "Zèbre", "Du premier.")}, order=1)
    other = Glossary(
        "test-2", "Deux", lambda: {"zz": Word("zz", "Zèbre", "Du second."), "a": Word("a", "Âne", "x")}, 99
    )
    for glossary in (mine, other):
        glossaries.register(glossary)
    yield
    for glossary in (mine, other):
        glossaries.unregister(glossary.key)


@pytest.mark.django_db
@pytest.mark.usefixtures("two_rooms")
def test_each_word_of_every_room_once_in_the_order_of_the_dictionary():
    words = all_words()
    assert [word.text for word in words if word.key == "zz"] == ["Du premier."]
    plain = [folded(word.term)[0] for word in words]
    assert plain == sorted(plain)
    assert find_word("zz").text == "Du second."  # the code's own words first
    with pytest.raises(KeyError):
        find_word("nobody")
