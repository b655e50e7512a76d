from __future__ import annotations

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from essaim.foundation import journal
from essaim.foundation.models import JournalEntry
from essaim.foundation.pagination import keyset, numbered, page_number, page_of, query_without, window


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (None, 1), ("", 1), ("-1", 1), ("0", 1), ("1", 1), ("3", 3), ("99", 5), ("9" * 400, 5), ("2.5", 1), ("deux", 1),
        ("٣", 1), ("²", 1), (" 2 ", 2), ("1e9", 1), ("\x00", 1),
    ],
)  # fmt: skip
def test_any_text_gives_a_page_that_exists(text, wanted):
    assert page_number(text, 5) == wanted


@given(st.text(), st.integers(0, 10_000), st.integers(1, 100))
def test_a_page_always_exists(text, total, size):
    params = QueryDict(mutable=True)
    params["page"] = text
    number, offset = window(total, params, size)
    assert number >= 1
    assert 0 <= offset < max(total, 1)


def test_numbered_pages_cover_everything_once():
    items = list(range(45))
    pages = [numbered(items, QueryDict(f"page={n}"), 20) for n in (1, 2, 3)]
    assert [row for page in pages for row in page.object_list] == items
    assert (pages[0].has_previous(), pages[2].has_next(), pages[1].paginator.num_pages) == (False, False, 3)
    assert list(numbered([], QueryDict("page=7")).object_list) == []


def test_a_queryset_costs_two_queries(db, django_assert_num_queries):
    for n in range(25):
        journal.record(by="x", verb=str(n))
    with django_assert_num_queries(2):
        assert len(numbered(JournalEntry.objects.all(), QueryDict("page=2")).object_list) == 5


def test_a_page_whose_items_come_from_elsewhere():
    page = page_of(["a", "b"], total=1_000_002, number=3, size=20)
    assert (list(page), page.paginator.count, page.paginator.num_pages) == (["a", "b"], 1_000_002, 50_001)
    assert (page.start_index(), page.has_next()) == (41, True)


def test_the_query_is_the_same_whatever_the_order():
    first = query_without(QueryDict("b=2&a=1&page=4&b=1"), "page")
    assert first == query_without(QueryDict("b=1&page=9&a=1&b=2"), "page") == "a=1&b=1&b=2"


@pytest.mark.parametrize("before", ["", "abc", "-3", "1.5", "9" * 30, "٣"])
def test_a_key_that_is_none_gives_the_top(db, before):
    entry = journal.record(by="x", verb="y")
    part = keyset(JournalEntry.objects.all(), QueryDict(f"avant={before}"))
    assert list(part.items) == [entry]
    assert part.is_first
