"""The anonymous page cache: a visitor's repeat is answered before sessions, addresses and views.

What may be kept: a GET answered 200 by a view marked with `@cache_anonymous`, for a visitor without session, CSRF or
messages cookie and without Authorization, that sets no cookie, weighs 1 MB at most and is not `private`/`no-store`.
When it stops being true: at the next journal entry or index generation, seen at once by every worker (one light query
and one `stat` per hit), and at latest at the next multiple of `seconds` on the clock (places open on a round minute).
"""

from __future__ import annotations

import functools
import gzip
import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ParamSpec
from urllib.parse import unquote_plus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

from essaim.foundation import journal, memo

P = ParamSpec("P")
Version = tuple[object, ...]

MAX_BODY = 1_000_000
MAX_QUERY = 1_000
MAX_TOTAL = 32_000_000
COMPRESSIBLE = ("text/", "application/json", "application/geo+json", "image/svg+xml", "application/ld+json")

_version_parts: list[Callable[[], object]] = []


def add_version_part(part: Callable[[], object]) -> None:
    """Add something whose change must empty the cache for all workers (an index's generation). It must cost little."""
    if part not in _version_parts:
        _version_parts.append(part)


def current_version() -> Version:
    """Return the version of everything that pages show: the journal's, then each added part.

    Inside a request it is the one of the request's first read, so never newer than what the page shows.
    """
    return (journal.version(), *(part() for part in _version_parts))


@dataclass(frozen=True)
class _Page:
    """One kept answer, with its compressed twin ready to leave."""

    version: Version
    expires: float
    headers: tuple[tuple[str, str], ...]
    etag: str
    body: bytes
    gzipped: bytes | None

    @property
    def weight(self) -> int:
        """Bytes held in memory, roughly."""
        return len(self.body) + len(self.gzipped or b"") + 1_000


class PageStore:
    """Pages of this process, at most `max_total` bytes; the least recently served leave first. Thread-safe."""

    def __init__(self, max_total: int = MAX_TOTAL) -> None:
        self.max_total = max_total
        self.total = 0
        self._pages: OrderedDict[tuple[Any, ...], _Page] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: tuple[Any, ...]) -> _Page | None:
        """Return the page of that key, which becomes the most recently served."""
        with self._lock:
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
            return page

    def put(self, key: tuple[Any, ...], page: _Page) -> None:
        """Keep a page, making room for it."""
        with self._lock:
            former = self._pages.pop(key, None)
            if former is not None:
                self.total -= former.weight
            self._pages[key] = page
            self.total += page.weight
            while self.total > self.max_total and self._pages:
                _, oldest = self._pages.popitem(last=False)
                self.total -= oldest.weight

    def drop(self, key: tuple[Any, ...]) -> None:
        """Forget one page."""
        with self._lock:
            former = self._pages.pop(key, None)
            if former is not None:
                self.total -= former.weight

    def clear(self) -> None:
        """Forget every page."""
        with self._lock:
            self._pages.clear()
            self.total = 0

    def __len__(self) -> int:
        return len(self._pages)


store = PageStore()


@dataclass(frozen=True)
class _Wish:
    """What the view asked for, with the version read before it read anything."""

    seconds: int
    version: Version


def cache_anonymous(seconds: int = 60) -> Callable[[Callable[P, HttpResponseBase]], Callable[P, HttpResponseBase]]:
    """Mark a view whose answer is the same for every anonymous visitor; kept `seconds` at most. Never on a form."""

    def decorate(view: Callable[P, HttpResponseBase]) -> Callable[P, HttpResponseBase]:
        @functools.wraps(view)
        def marked(*args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            request = args[0]
            # Read before the view reads the database: a change during the rendering must not hide under its version.
            wanted = isinstance(request, HttpRequest) and getattr(request, "_page_key", None) is not None
            wish = _Wish(seconds, current_version()) if wanted else None
            response = view(*args, **kwargs)
            if wish is not None:
                response._page_wish = wish  # type: ignore[attr-defined]
            return response

        return marked

    return decorate


class AnonymousPageCacheMiddleware:
    """Answers from memory when it may; else lets the request through and keeps the answer when it may."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.personal = tuple(
            f"{name}=" for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, "messages", "sessionid")
        )

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Serve, or let through and keep."""
        key = self._key(request)
        if key is not None:
            page = store.get(key)
            if page is not None:
                if page.expires > time.time() and page.version == current_version():
                    return _answer(request, page)
                store.drop(key)
            request._page_key = key  # type: ignore[attr-defined]
        with memo.request_memory():
            response = self.get_response(request)
        if key is not None:
            wish = getattr(response, "_page_wish", None)
            if wish is not None and isinstance(response, HttpResponse) and request.method == "GET":
                page = _page(response, wish)
                if page is not None:
                    store.put(key, page)
                    return _answer(request, page)
        return response

    def _key(self, request: HttpRequest) -> tuple[Any, ...] | None:
        """Return the page's key, or None when this visitor or request must see nothing kept."""
        meta = request.META
        if request.method not in ("GET", "HEAD") or "HTTP_AUTHORIZATION" in meta:
            return None
        cookies = meta.get("HTTP_COOKIE", "")
        if cookies and any(name in cookies for name in self.personal):
            return None
        query = meta.get("QUERY_STRING", "")
        return None if len(query) > MAX_QUERY else self._make(request, query)

    @staticmethod
    def _make(request: HttpRequest, query: str) -> tuple[Any, ...]:
        meta = request.META
        return (
            # The view sees the second, links are written under the first: joined, two pages would share a key.
            meta.get("SCRIPT_NAME", ""),
            request.path_info,
            _in_order(query),
            meta.get("HTTP_HOST") or meta.get("SERVER_NAME"),
            request.scheme,
            meta.get("HTTP_HX_REQUEST"),
            meta.get("HTTP_HX_HISTORY_RESTORE_REQUEST"),
            meta.get("HTTP_HX_TARGET"),
        )


def _in_order(query: str) -> str:
    """Return the query string with its pairs sorted by name, those of one name as they came: their last value wins.

    Names are compared as the view will read them (`%71` is `q`); bytes that are no ASCII are left as they came.
    """
    if "&" not in query or not query.isascii():
        return query
    return "&".join(sorted(query.split("&"), key=lambda pair: unquote_plus(pair.partition("=")[0])))


def _page(response: HttpResponse, wish: _Wish) -> _Page | None:
    """Make the page to keep, or None when the answer must not be kept."""
    if response.status_code != 200 or response.streaming or response.cookies:
        return None
    control = response.get("Cache-Control", "")
    if "no-store" in control or "private" in control or response.has_header("Content-Encoding"):
        return None
    body = response.content
    if len(body) > MAX_BODY:
        return None
    now = time.time()
    patch_vary_headers(response, ["Accept-Encoding", "Cookie", "HX-Request"])
    # The browser keeps its copy but asks first: the page changes when its visitor signs in.
    response["Cache-Control"] = "no-cache"
    etag = f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    response["ETag"] = etag
    kind = response.get("Content-Type", "")
    gzipped = gzip.compress(body, 4, mtime=0) if len(body) > 500 and kind.startswith(COMPRESSIBLE) else None
    if gzipped is not None and len(gzipped) >= len(body):
        gzipped = None
    headers = tuple((name, value) for name, value in response.items() if name != "Content-Length")
    return _Page(wish.version, now - now % wish.seconds + wish.seconds, headers, etag, body, gzipped)


def _answer(request: HttpRequest, page: _Page) -> HttpResponse:
    """Make the answer from a kept page: 304, compressed or plain, as the visitor's browser can take it."""
    meta = request.META
    if page.etag in meta.get("HTTP_IF_NONE_MATCH", ""):
        response: HttpResponse = HttpResponseNotModified()
    elif page.gzipped is not None and "gzip" in meta.get("HTTP_ACCEPT_ENCODING", ""):
        response = HttpResponse(page.gzipped)
        response.headers["Content-Encoding"] = "gzip"
        response.headers["Content-Length"] = str(len(page.gzipped))
    else:
        response = HttpResponse(page.body)
        response.headers["Content-Length"] = str(len(page.body))
    for name, value in page.headers:
        if name != "Content-Type" or response.status_code == 200:
            response.headers[name] = value
    return response
