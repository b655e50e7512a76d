import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from essaim.foundation.geo import KM_PER_DEGREE
from essaim.foundation.search import (
    Box,
    Document,
    IndexWriter,
    Near,
    Request,
    Sort,
    Synonym,
    Synonyms,
)
from tests.foundation.search.toys import SPEC, brute_counts, built, keeps, named

ATELIERS = "Les Ateliers Cord’âges"


def names_of(searcher, documents, text, **kwargs):
    by_id = {d.id: d.names[0] for d in documents}
    return [by_id[i] for i in searcher.search(Request(text, **kwargs), limit=50).ids]


@pytest.fixture(scope="module")
def village(tmp_path_factory):
    documents = [
        *named(
            ATELIERS,
            "Épicerie solidaire du Pont",
            "Vélo pour tous",
            "Les vélos de la Boivre",
            "CORD AGES BIS",
            "L’Escale",
            "A.D.A.P.E.I. de la Vienne",
            "Vélocité",
            "Club de lecture",
        ),
        Document(20, ["La Boucle"], texts=["vente de vêtements d’occasion"], codes=["999000020", "99900002000018"]),
        Document(21, ["Le Panier"], texts=["épicerie", "commerce de détail"], facets={"naf": ["47", "4711"]}),
        Document(22, ["Atelier du cycle"], texts=["réparation"], facets={"naf": ["95", "9529"]}),
    ]
    return built(tmp_path_factory.mktemp("village"), documents), documents


@pytest.mark.parametrize("text", ["velo", "vélo", "vélos", "VELOS", "  vélo  ", "« vélo »"])
def test_velo_however_written_finds_the_same(village, text):
    searcher, documents = village
    assert names_of(searcher, documents, text) == ["Les vélos de la Boivre", "Vélo pour tous"]


@pytest.mark.parametrize("text", ["cordages", "cord'âges", "Cord’Ages", "cord ages", "cord-ages", "cordage"])
def test_cordages(village, text):
    searcher, documents = village
    assert set(names_of(searcher, documents, text)) == {ATELIERS, "CORD AGES BIS"}


def test_an_exact_name_comes_first_whatever_its_rank(tmp_path):
    documents = [
        Document(1, ["Le Pont vert"], rank=0),
        Document(2, ["Le Pont"], rank=99, back=True),
        Document(3, ["Sous le pont"], rank=10),
    ]
    searcher = built(tmp_path, documents)
    assert names_of(searcher, documents, "le pont") == ["Le Pont", "Le Pont vert", "Sous le pont"]


def test_a_name_beats_a_description_and_what_is_held_back_is_last(tmp_path):
    documents = [
        Document(1, ["Épicerie des Halles"], rank=60),
        Document(2, ["Le Panier"], texts=["épicerie"], rank=0),
        Document(3, ["Vieille épicerie"], rank=99, back=True),
    ]
    searcher = built(tmp_path, documents)
    assert names_of(searcher, documents, "epicerie") == ["Épicerie des Halles", "Le Panier", "Vieille épicerie"]
    assert names_of(searcher, documents, "") == ["Le Panier", "Épicerie des Halles", "Vieille épicerie"]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("epicrie solidaire", "Épicerie solidaire du Pont"),
        ("epiceire solidiare", "Épicerie solidaire du Pont"),
        ("atelliers cordages", ATELIERS),
        ("lescale", "L’Escale"),
        ("escale", "L’Escale"),
        ("adapei", "A.D.A.P.E.I. de la Vienne"),
        ("a d a p e i", "A.D.A.P.E.I. de la Vienne"),
        ("velo cite", "Vélocité"),
        ("999 000 020", "La Boucle"),
        ("999.000.020 00018", "La Boucle"),
        ("biblioclub lecture", "Club de lecture"),
        ("epic", "Épicerie solidaire du Pont"),
    ],
)
def test_found_first(village, text, first):
    searcher, documents = village
    assert names_of(searcher, documents, text)[0] == first


def test_a_mended_word_is_told(village):
    hits = village[0].search(Request("epicrie"))
    assert hits.mended == {"epicrie": ("epicerie",)}
    assert not hits.loosened


def test_a_word_well_spelt_is_left_alone(village):
    assert village[0].search(Request("epicerie")).mended == {}


def test_a_known_word_is_mended_only_when_the_whole_query_finds_nothing(tmp_path):
    documents = named("Maison verte", "Saison rouge")
    searcher = built(tmp_path, documents)
    assert names_of(searcher, documents, "maison") == ["Maison verte"]
    assert names_of(searcher, documents, "maison rouge") == ["Saison rouge"]


def test_half_of_the_words_are_enough_when_all_are_nowhere(village):
    searcher, _ = village
    hits = searcher.search(Request("club vélo lecture"))
    assert hits.loosened
    assert hits.ids[0] == 9


def test_synonyms_add_after_the_literal(village):
    searcher, documents = village
    synonyms = Synonyms(
        [
            Synonym(("fringues", "habits"), texts=("vêtements",)),
            Synonym(("courses pas chères",), texts=("épicerie",), facets=(("naf", "4711"),)),
            Synonym(("réparer un vélo",), facets=(("naf", "9529"),)),
        ]
    )

    def found(text):
        by_id = {d.id: d.names[0] for d in documents}
        return [by_id[i] for i in searcher.search(Request(text), synonyms=synonyms).ids]

    assert found("fringues") == ["La Boucle"]
    assert found("Fringue") == ["La Boucle"]
    assert set(found("courses pas chères")) == {"Le Panier", "Épicerie solidaire du Pont"}
    assert found("réparer des vélos") == ["Atelier du cycle"]
    assert found("fringues panier") == []


@pytest.mark.parametrize(
    "text",
    [
        "x" * 10_000,
        "velo " * 2_000,
        '"',
        '"velo',
        "*",
        "velo*",
        "AND",
        "velo AND OR NOT (",
        "text:velo^3",
        "[a TO z]",
        "\\",
        "😀",
        "\u202evelo",
        "\x00\x01\x02",
        "'" * 500,
        "-velo",
        "+",
        "~2",
        "\ud800",
        "ﷺ",
        "İ",
        "1" * 40,
        "W" * 10,
    ],
)
def test_hostile_text_is_only_text(village, text):
    searcher, _ = village
    hits = searcher.search(Request(text))
    assert len(hits.ids) == min(hits.total, 20)
    assert len(searcher.all_ids(Request(text))) == hits.total
    searcher.complete(Request(text))


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=40))
def test_any_text(village, text):
    hits = village[0].search(Request(text))
    assert len(hits.ids) == min(hits.total, 20)


VALUES = {
    "family": st.lists(st.sampled_from("ab"), min_size=1, max_size=1),
    "label": st.lists(st.sampled_from("xyz"), max_size=3, unique=True),
    "commune": st.lists(st.sampled_from(["86001", "86002", "86003", "86004"]), max_size=2, unique=True),
    "naf": st.lists(st.sampled_from(["47", "88"]), max_size=1),
    "epci": st.just(["1"]),
}
DOCUMENTS = st.lists(
    st.builds(
        lambda names, facets, rank: Document(0, [names], facets=facets, rank=rank),
        st.sampled_from(["vélo", "vélos du pont", "pont", "épicerie du pont", ""]),
        st.fixed_dictionaries(VALUES),
        st.integers(0, 3),
    ),
    max_size=25,
)
FILTERS = st.fixed_dictionaries(
    {},
    optional={
        "family": st.lists(st.sampled_from("abc"), min_size=1, max_size=2, unique=True),
        "label": st.lists(st.sampled_from("xyz"), min_size=1, max_size=2, unique=True),
        "commune": st.lists(st.sampled_from(["86001", "86002", "99999"]), min_size=1, max_size=2, unique=True),
        "naf": st.lists(st.sampled_from(["47", "88"]), min_size=1, max_size=1),
    },
)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(DOCUMENTS, FILTERS, st.sampled_from(["", "pont", "velo"]), st.integers(0, 20))
def test_counts_order_and_pages_against_brute_force(tmp_path_factory, documents, filters, text, kept):
    documents = [Document(i, d.names, facets=d.facets, rank=d.rank) for i, d in enumerate(documents, 1)]
    folder = tmp_path_factory.mktemp("corpus")
    searcher = built(folder, documents[:kept])
    for at in range(kept, len(documents), 7):  # several segments, some replaced documents
        IndexWriter(folder, SPEC).update(documents[max(0, at - 2) : at + 7])
    matching = [d for d in documents if not text or stems_match(d, text)]
    hits = searcher.search(Request(text, filters), limit=7)
    expected = sorted((d for d in matching if keeps(d, filters)), key=lambda d: order(d, text))
    if matching or not text:
        assert hits.facets == brute_counts(matching, filters)
    assert hits.total == len(expected)
    whole = searcher.all_ids(Request(text, filters)).tolist()
    assert whole == [d.id for d in expected]
    assert searcher.all_ids(Request(text, filters), ordered=False).tolist() == sorted(whole)
    paged = [i for page in range(5) for i in searcher.search(Request(text, filters), offset=page * 7, limit=7).ids]
    assert paged == whole


def stems_match(document, text):
    return text[:3] in document.names[0].replace("é", "e")


def order(document, text):
    name = document.names[0].replace("é", "e")
    return (text == "" or name.rstrip("s") != text, document.rank, name, document.id)


def test_names_in_order_and_ties_by_id(tmp_path):
    documents = [Document(3, ["Zoé"]), Document(2, ["égal"]), Document(1, ["Égal"]), Document(4, ["L’abri"])]
    searcher = built(tmp_path, documents)
    assert searcher.all_ids(Request(sort=Sort.NAME)).tolist() == [4, 1, 2, 3]


def test_an_empty_choice_of_values_keeps_nothing(village):
    assert village[0].search(Request(filters={"family": []})).total == 0


def test_scope_is_imposed(tmp_path):
    documents = [Document(i, ["pont"], facets={"epci": [e]}) for i, e in enumerate("aab", 1)]
    searcher = built(tmp_path, documents)
    assert searcher.search(Request("pont", scope={"epci": ["a"]})).ids == [1, 2]
    assert searcher.search(Request("pont", scope={"epci": ["a", "b", "c"]})).total == 3
    assert searcher.search(Request("pont", scope={"epci": []})).total == 0


def test_typos_are_judged_within_the_scope(tmp_path):
    documents = [Document(1, ["maison"], facets={"epci": ["a"]}), Document(2, ["saison"], facets={"epci": ["b"]})]
    searcher = built(tmp_path, documents)
    assert searcher.search(Request("maison", scope={"epci": ["b"]})).ids == [2]
    assert searcher.search(Request("maison", filters={"epci": ["b"]})).ids == []


POINTS = st.lists(st.tuples(st.floats(46, 47), st.floats(0, 1)), max_size=3)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(POINTS, max_size=20), st.tuples(st.floats(46, 47), st.floats(0, 1)), st.floats(0.5, 60))
def test_geography_against_brute_force(tmp_path_factory, places, centre, radius):
    documents = [Document(i, [f"lieu {i:03d}"], points=points) for i, points in enumerate(places, 1)]
    searcher = built(tmp_path_factory.mktemp("geo"), documents)
    near = Near(*centre)

    def km(document):
        if not document.points:
            return np.inf
        lat, lon = np.array([(round(a, 5), round(o, 5)) for a, o in document.points]).T
        return float(near.distances(lat, lon).min())

    kilometres = {d.id: km(d) for d in documents}
    found = searcher.search(Request(sort=Sort.DISTANCE, near=near), limit=50)
    assert found.ids == sorted(kilometres, key=lambda i: (round(kilometres[i], 9), i))
    assert found.distances == pytest.approx({i: d for i, d in kilometres.items() if d < np.inf})
    paged = [
        i
        for offset in range(0, 21, 3)
        for i in searcher.search(Request(sort=Sort.DISTANCE, near=near), offset=offset, limit=3).ids
    ]
    assert paged == found.ids
    circle = searcher.search(Request(near=Near(*centre, radius_km=radius)), limit=50)
    assert set(circle.ids) == {i for i, d in kilometres.items() if d <= radius}
    box = Box(46.2, 0.1, 46.7, 0.6)
    inside = {d.id for d in documents if any(46.2 <= a <= 46.7 and 0.1 <= o <= 0.6 for a, o in d.points)}
    close = {
        d.id
        for d in documents
        for a, o in d.points
        if min(abs(a - 46.2), abs(a - 46.7), abs(o - 0.1), abs(o - 0.6)) < 2e-5
    }
    assert set(searcher.search(Request(box=box), limit=50).ids) - close == inside - close


def test_a_circle_holds_its_own_border():
    box = Near(46.5, 0.3, 10).box(10)
    assert box.north - 46.5 >= 10 / KM_PER_DEGREE
    assert Near(89.99, 0).box(50).west == -180


def test_completion(village):
    searcher, documents = village
    by_id = {d.id: d.names[0] for d in documents}
    assert [by_id[i] for i in searcher.complete(Request("les ateliers co"))] == [ATELIERS]
    assert [by_id[i] for i in searcher.complete(Request("les at"))] == ["Atelier du cycle", ATELIERS]
    assert by_id[searcher.complete(Request("vélo"))[0]] == "Les vélos de la Boivre"
    assert {by_id[i] for i in searcher.complete(Request("ve"))} == {
        "Vélo pour tous",
        "Vélocité",
        "Les vélos de la Boivre",
    }
    assert [by_id[i] for i in searcher.complete(Request("epicrie"))] == ["Épicerie solidaire du Pont"]
    assert searcher.complete(Request("")) == []
    assert searcher.complete(Request("999000020")) == [20]
