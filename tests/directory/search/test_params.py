from urllib.parse import quote

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from essaim.directory.search.params import FILTERS, NAMES, Order, SearchParams
from essaim.foundation.search import Box


def read(text):
    return SearchParams.from_querydict(QueryDict(text))


def test_the_bare_address():
    params = read("")
    assert params == SearchParams()
    assert params.urlencode() == ""
    assert params.engine_filters() == {"state": ("ouverte",)}
    assert not params.is_filtered


def test_a_full_address_is_canonical_whatever_its_order():
    one = read(
        "page=3&famille=mutual&famille=association&q=%20v%C3%A9lo%20%20vert&tri=nom&commune=86194&rayon=10&pres=Lusignan"
    )
    other = read(
        "q=vélo vert&pres=Lusignan&rayon=10.0&commune=86194&famille=association,mutual&tri=nom&page=3&utm_source=x"
    )
    assert one == other
    assert one.urlencode() == (
        "q=v%C3%A9lo+vert&famille=association&famille=mutual&commune=86194&tri=nom&pres=Lusignan&rayon=10&page=3"
    )
    assert one.notes == ()


@pytest.mark.parametrize(
    ("page", "clean"),
    [
        ("-1", 1),
        ("0", 1),
        ("", 1),
        ("2", 2),
        ("abc", 1),
        ("1e3", 1),
        ("9" * 30, 10_000),
        ("١٢", 12),
        (" 4 ", 4),
        ("2.5", 1),
    ],
)
def test_page(page, clean):
    assert read(f"page={quote(page)}").page == clean


def test_a_value_that_does_not_exist_finds_nothing_and_is_told():
    params = read("famille=secte&commune=ici&tri=hasard&couleur=bleu")
    assert params.filters == {"famille": ("secte",), "commune": ("ici",)}
    assert params.order is Order.RELEVANCE
    assert len(params.notes) == 3
    assert "secte" in params.notes[0]


def test_an_empty_choice_is_no_choice():
    assert read("famille=&commune=,&label=%20").filters == {}


def test_closed_ones_are_asked_for():
    assert read("etat=fermee").engine_filters() == {"state": ("fermee",)}
    assert read("etat=toutes").engine_filters() == {}
    assert read("etat=toutes&etat=ouverte").engine_filters() == {}


@pytest.mark.parametrize(
    "zone", ["", "1,2,3", "a,b,c,d", "47,0,46,1", "46,1,47,0", "46,0,47,nan", "46,0,inf,1", "91,0,92,1"]
)
def test_a_bad_box_is_no_box(zone):
    assert read(f"zone={zone}").box is None


def test_position_and_box():
    params = read("lat=46.58&lon=0.34&zone=46,0,47,1&rayon=5")
    assert params.position == (46.58, 0.34)
    assert params.box == Box(46, 0, 47, 1)
    assert params.near(None).radius_km == 5
    assert read("lat=46.58").position is None
    typed = read("lat=46.58&lon=0.34&pres=Lusignan&rayon=5")
    assert typed.position is None
    assert typed.urlencode() == "pres=Lusignan&rayon=5"
    assert read("lat=1000&lon=3").position is None
    assert read("rayon=-3").radius_km is None
    assert read("rayon=9999").radius_km is None


def test_a_text_is_one_line_of_200_characters():
    assert read("q=" + "x" * 10_000).text == "x" * 200
    assert read("q=a%00b%0Ac%E2%80%AEd%E2%80%8B").text == "a b cd"


def test_moving_from_a_state_to_another():
    params = read("q=velo&famille=association&page=4")
    assert params.toggled("famille", "mutual").urlencode() == "q=velo&famille=association&famille=mutual"
    assert params.toggled("famille", "association").urlencode() == "q=velo"
    assert params.at_page(2).urlencode() == "q=velo&famille=association&page=2"
    assert params.at_page(-1).page == 1


def test_a_plain_mapping_will_do():
    assert SearchParams.from_querydict({"q": "velo", "famille": ["association"]}).filters == {
        "famille": ("association",)
    }


@given(
    st.dictionaries(
        st.sampled_from([*FILTERS, "q", "tri", "pres", "lat", "lon", "rayon", "zone", "page"]), st.text(max_size=30)
    )
)
def test_reading_an_address_never_fails_and_its_canonical_form_is_stable(given_params):
    params = SearchParams.from_querydict(given_params)
    again = SearchParams.from_querydict(QueryDict(params.urlencode()))
    assert again.urlencode() == params.urlencode()
    assert again.filters == params.filters


def test_what_an_address_may_hold_is_what_is_read_of_it():
    """The page cache takes every other parameter out of the address before the search sees it."""
    asked = set()

    class Telling(QueryDict):
        def getlist(self, key, default=None):
            asked.add(key)
            return super().getlist(key, default)

        def get(self, key, default=None):
            asked.add(key)
            return super().get(key, default)

    SearchParams.from_querydict(Telling(""))
    assert asked == set(NAMES)
