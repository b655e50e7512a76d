"""A deep page is the same page, whatever the shortcut that leads to it."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from essaim.foundation.search import Document, IndexWriter, Request, Searcher, Sort
from essaim.foundation.search.deep import SHALLOW
from essaim.foundation.search.text import sort_key
from tests.foundation.search.toys import SPEC, built

# Names that share eight, sixteen, twenty-four letters and more, short ones, signs, another alphabet, none at all.
WORDS = ("amicale", "association", "associations", "comité", "des fêtes", "é", "de", "Ωμέγα", "2", "l’orée", "zut", "")


def _toys(seed: int, number: int) -> list[Document]:
    draw = random.Random(seed)
    return [
        Document(
            i,
            [" ".join(draw.choices(WORDS, k=draw.randint(0, 4)))],
            texts=["pain"] if i % 3 else [],
            facets={"family": [draw.choice("ab")]},
            rank=draw.choice((0, 7, 50, 99)),
            back=i % 11 == 0,
        )
        for i in range(1, number + 1)
    ]


def _pages(searcher: Searcher, request: Request, limit: int) -> list[int]:
    total = searcher.search(request, limit=0).total
    return [i for offset in range(0, total, limit) for i in searcher.search(request, offset=offset, limit=limit).ids]


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10_000), limit=st.sampled_from((7, 20, 33)), sort=st.sampled_from((Sort.RANK, Sort.NAME)))
def test_the_pages_put_end_to_end_are_the_whole_in_order(tmp_path_factory, seed, limit, sort):
    toys = _toys(seed, 400)
    searcher = built(tmp_path_factory.mktemp("deep"), toys)

    def key(toy: Document) -> tuple[int, str, int]:
        return (toy.rank if sort is Sort.RANK else 0, sort_key(toy.names[0]), toy.id)

    expected = [toy.id for toy in sorted(toys, key=key)]
    assert _pages(searcher, Request(sort=sort), limit) == expected
    kept = {toy.id for toy in toys if "a" in toy.facets["family"]}
    assert _pages(searcher, Request(filters={"family": ["a"]}, sort=sort), limit) == [i for i in expected if i in kept]


@pytest.mark.parametrize("sort", [Sort.RANK, Sort.NAME])
def test_layers_of_a_worded_search_follow_one_another_on_deep_pages(tmp_path, sort):
    searcher = built(tmp_path, _toys(5, 600))
    request = Request("pain", sort=sort)
    paged = _pages(searcher, request, 20)
    assert paged == searcher.all_ids(request).tolist()
    assert len(set(paged)) == len(paged) == 400


def test_one_name_borne_by_all_is_still_cut_into_pages(tmp_path):
    toys = [Document(i, ["Comité des fêtes et de la jeunesse"]) for i in range(1, 3 * SHALLOW)]
    searcher = built(tmp_path, toys)
    assert _pages(searcher, Request(), 20) == [toy.id for toy in toys]


def test_what_changed_since_the_index_was_built_has_its_place(tmp_path):
    toys = _toys(1, 300)
    searcher = built(tmp_path, toys)
    IndexWriter(tmp_path, SPEC).update([Document(1000, ["comité des fêtes"]), Document(7, ["zut"])], delete=[8, 9])
    kept = [toy for toy in toys if toy.id not in {7, 8, 9}]
    kept += [Document(1000, ["comité des fêtes"]), Document(7, ["zut"])]
    expected = [toy.id for toy in sorted(kept, key=lambda toy: (sort_key(toy.names[0]), toy.id))]
    assert _pages(searcher, Request(sort=Sort.NAME), 20) == expected


def test_past_the_end_there_is_nothing(tmp_path):
    searcher = built(tmp_path, _toys(2, 100))
    assert searcher.search(Request(), offset=100, limit=20).ids == []
    assert len(searcher.search(Request(), offset=90, limit=20).ids) == 10
