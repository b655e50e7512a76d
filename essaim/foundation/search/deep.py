"""Deep pages: the engine reads the text of every key before the page asked for, some 15 µs each. Numbers cost nothing.

An order is a list of numbers compared one after the other (rank, then eight letters of the name, then eight more…),
then the whole key as a text. The number that stands at the page's place is found, and all that comes before it is left
out of the query, unread: what remains to skip is only what shares all the numbers with the page.
"""

from __future__ import annotations

import tantivy

from essaim.foundation.search.engine import Engine
from essaim.foundation.search.plan import all_of, how_many, without
from essaim.foundation.search.question import Sort
from essaim.foundation.search.schema import STEPS

Query = tantivy.Query
SHALLOW = 60
"""Keys before the page that cost no more to read than to avoid."""


def without_what_comes_before(
    searcher: Engine, schema: tantivy.Schema, query: Query, sort: Sort, offset: int
) -> tuple[Query, int]:
    """A query whose results at the offset returned are those of ``query`` at ``offset``, fewer to skip.

    ``offset`` must be under the number of results.
    """
    group, before = query, []
    for field in ("rank", *STEPS) if sort is Sort.RANK else STEPS:
        if offset <= SHALLOW:
            break
        found = searcher.search(
            group, limit=1, offset=offset, count=False, order_by_field=field, order=tantivy.Order.Asc
        )
        value = found.hits[0][0]
        smaller = all_of([group, _between(schema, field, 0, value, last=False)])
        skipped = how_many(searcher, smaller)
        if skipped:
            before.append(smaller)
            offset -= skipped
        group = all_of([group, _between(schema, field, value, value)])
    return without(query, before), offset


def _between(schema: tantivy.Schema, field: str, first: int, end: int, *, last: bool = True) -> Query:
    return Query.range_query(schema, field, tantivy.FieldType.Unsigned, first, end, include_upper=last)
