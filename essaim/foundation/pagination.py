"""Two ways to leaf: numbered pages for public lists (addresses that last), keyset for lists that grow at the top."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import QueryDict

T = TypeVar("T")
PAGE_SIZE = 20


def page_number(text: str | None, last: int) -> int:
    """Return a page between 1 and `last`: what is no positive number gives 1, what is beyond gives `last`."""
    digits = (text or "").strip()
    if not (digits.isascii() and digits.isdigit()):
        return 1
    return max(1, min(int(digits[:9]), max(last, 1)))


def last_page(total: int, size: int) -> int:
    """Return the number of the last page of `total` items, at least 1."""
    return max(1, -(-total // size))


def query_without(params: QueryDict, *names: str) -> str:
    """Return the query string of `params` without these names, in a stable order."""
    return urlencode(sorted((key, value) for key in params if key not in names for value in params.getlist(key)))


def numbered(items: QuerySet[Any] | Sequence[Any], params: QueryDict, size: int = PAGE_SIZE) -> Page[Any]:
    """Return the page that `params["page"]` asks for: two queries on a queryset, whatever its length."""
    paginator = Paginator(items, size)
    return paginator.page(page_number(params.get("page"), paginator.num_pages))


class _Counted(Sequence[Any]):
    """Stands for a list of which only the length and one page are known."""

    def __init__(self, total: int) -> None:
        self.total = total

    def __len__(self) -> int:
        return self.total

    def __getitem__(self, index: Any) -> Any:
        raise LookupError("Seule la page demandée est connue.")


def window(total: int, params: QueryDict, size: int = PAGE_SIZE) -> tuple[int, int]:
    """Return (page number, offset) for a list whose items come from elsewhere (the search index)."""
    number = page_number(params.get("page"), last_page(total, size))
    return number, (number - 1) * size


def page_of(items: Sequence[T], total: int, number: int, size: int = PAGE_SIZE) -> Page[T]:
    """Return the numbered page made of `items`, out of `total` that stay elsewhere."""
    return Page(items, number, Paginator(_Counted(total), size))


@dataclass(frozen=True)
class Slice(Generic[T]):
    """One page of a keyset list, newest first; `older_query` leads on, `newest_query` back to the top."""

    items: Sequence[T]
    older_query: str
    newest_query: str
    is_first: bool


def keyset(queryset: QuerySet[Any], params: QueryDict, size: int = 50) -> Slice[Any]:
    """Return the slice after `params["avant"]` (an id), ids going down: one query, stable while the list grows."""
    before = params.get("avant", "")
    rows = queryset.order_by("-pk")
    is_valid = before.isascii() and before.isdigit() and len(before) <= 18
    if is_valid:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows[: size + 1])
    base = query_without(params, "avant")
    older = ""
    if len(found) > size:
        found = found[:size]
        older = "?" + "&".join(part for part in (base, f"avant={found[-1].pk}") if part)
    return Slice(found, older, "?" + base if base else "?", is_first=not is_valid)
