import pytest
from hypothesis import given
from hypothesis import strategies as st

from essaim.geography.queries import communes_by_text
from essaim.geography.text import fold_place, place_index
from tests.geography.factories import HOME, OTHER, load_small_cog


def names(text, **scope):
    return [commune.name for commune in communes_by_text(text, **scope)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("poitiers", ["Poitiers"]),
        ("POITIERS", ["Poitiers"]),
        ("poit", ["Poitiers"]),
        ("st julien l'ars", ["Saint-Julien-l'Ars"]),
        ("St-Julien", ["Saint-Julien-l'Ars"]),
        ("saint julien l’ars", ["Saint-Julien-l'Ars"]),
        ("ars", ["Saint-Julien-l'Ars"]),
        ("Beaumont", ["Beaumont Saint-Cyr"]),
        ("saint-cyr", ["Beaumont Saint-Cyr"]),
        ("ile de brehat", ["Île-de-Bréhat"]),
        ("lyon 3e", ["Lyon"]),
        ("86490", ["Beaumont Saint-Cyr"]),
        ("86000 Poitiers", ["Poitiers"]),
        ("86021 Poitiers Cedex 9", ["Poitiers"]),
        ("69000 Poitiers", []),
        ("861", ["Saint-Martin-la-Pallu", "Beaumont Saint-Cyr"]),
        ("", []),
        ("   ", []),
        ("-'’", []),
        ("%", []),
        ("_", []),
        (";", []),
        ("🐝", []),
        ("بواتييه", []),
        ("x" * 10_000, []),
    ],
)
def test_what_a_visitor_types(typed, expected):
    load_small_cog()
    assert names(typed) == expected


@pytest.mark.django_db
def test_exact_name_comes_before_a_bigger_commune():
    load_small_cog()
    assert names("saint")[0] == "Saint-Martin-la-Pallu"
    assert names("beaumont saint cyr") == ["Beaumont Saint-Cyr"]


@pytest.mark.django_db
def test_scope_keeps_to_the_territory():
    load_small_cog()
    assert names("saint", sirens=[HOME]) == ["Beaumont Saint-Cyr", "Saint-Julien-l'Ars"]
    assert names("poitiers", sirens=[OTHER]) == []
    assert names("poitiers", sirens=[]) == []


@given(st.text(max_size=200))
def test_folding_is_stable_and_plain(text):
    folded = fold_place(text)
    assert fold_place(folded) == folded
    assert set(folded) <= set("abcdefghijklmnopqrstuvwxyz0123456789 ")


def test_index_names_each_place_once():
    assert place_index(["Poitiers", "POITIERS", ""], ["86000"]) == ";poitiers;86000;"
