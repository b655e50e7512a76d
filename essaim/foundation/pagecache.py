"""The anonymous page cache: a visitor's repeat is answered before sessions, addresses and views.

What may be kept: a GET answered 200 by a view marked with `@cache_anonymous`, for a visitor without session, CSRF or
messages cookie and without Authorization, that sets no cookie, weighs 1 MB at most and is not `private`/`no-store`.
When it stops being true: at the next journal entry or index generation, seen at once by every worker (one light query
and one `stat` per hit), and at latest at the next multiple of `seconds` on the clock (places open on a round minute).

A view says which parameters it reads (`params=`). The others leave the request before anything sees it, for everybody:
« ?z=1 » and « ?utm_source=… » are the same page as the bare address, so nobody fills the memory with copies of it, and
since no view sees what a stranger added, no page kept for all can repeat it in a link. Pages of a bare address have
their own room: those with parameters, whose values anyone may invent, turn over in theirs.
"""

from __future__ import annotations

import functools
import gzip
import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, ParamSpec
from urllib.parse import unquote_plus

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, get_urlconf, resolve
from django.utils.cache import patch_vary_headers

from essaim.foundation import journal, memo

P = ParamSpec("P")
Version = tuple[object, ...]
Key = tuple[Any, ...]
"""What two requests share to get the same page; its first item: whether more than an address was asked."""

MAX_BODY = 1_000_000
MAX_QUERY = 1_000
MAX_TOTAL = 32_000_000
MAX_ASKED = 16_000_000
"""Bytes of MAX_TOTAL that pages with parameters may take."""
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
    """Pages of this process, at most `max_total` bytes, of which `max_asked` for addresses with parameters.

    The least recently served leave first. Thread-safe.
    """

    def __init__(self, max_total: int = MAX_TOTAL, max_asked: int = MAX_ASKED) -> None:
        self.max_total = max_total
        self.max_asked = max_asked
        self._lock = threading.Lock()
        self._rooms: tuple[OrderedDict[Key, _Page], OrderedDict[Key, _Page]] = (OrderedDict(), OrderedDict())
        self._weights = [0, 0]

    @property
    def total(self) -> int:
        """Bytes held."""
        return sum(self._weights)

    def get(self, key: Key) -> _Page | None:
        """Return the page of that key, which becomes the most recently served."""
        with self._lock:
            room = self._rooms[_is_asked(key)]
            page = room.get(key)
            if page is not None:
                room.move_to_end(key)
            return page

    def put(self, key: Key, page: _Page) -> None:
        """Keep a page, making room for it among those of its kind."""
        asked = _is_asked(key)
        for_asked = min(self.max_asked, self.max_total)
        most = for_asked if asked else self.max_total - for_asked
        with self._lock:
            room = self._rooms[asked]
            former = room.pop(key, None)
            room[key] = page
            self._weights[asked] += page.weight - (former.weight if former is not None else 0)
            while self._weights[asked] > most and room:
                _, oldest = room.popitem(last=False)
                self._weights[asked] -= oldest.weight

    def drop(self, key: Key) -> None:
        """Forget one page."""
        asked = _is_asked(key)
        with self._lock:
            former = self._rooms[asked].pop(key, None)
            if former is not None:
                self._weights[asked] -= former.weight

    def clear(self) -> None:
        """Forget every page."""
        with self._lock:
            for room in self._rooms:
                room.clear()
            self._weights = [0, 0]

    def __len__(self) -> int:
        return sum(map(len, self._rooms))


store = PageStore()


@dataclass(frozen=True)
class _Wish:
    """What the view asked for, with the version read before it read anything."""

    seconds: int
    version: Version


def cache_anonymous(
    seconds: int = 60, *, params: Iterable[str] | Callable[[str], Iterable[str]] | None = None
) -> Callable[[Callable[P, HttpResponseBase]], Callable[P, HttpResponseBase]]:
    """Mark a view whose answer is the same for every anonymous visitor; kept `seconds` at most. Never on a form.

    `params`: the parameters that the view and its templates read; any other leaves the request before they see it. None
    (nothing said) keeps one page for each query. A function tells those of a path, when one view serves many pages.
    """
    declared = params if params is None or callable(params) else frozenset(params)
    if isinstance(declared, frozenset) and not all(name.isascii() for name in declared):
        raise ImproperlyConfigured("Un paramètre de page s’écrit sans accent.")

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

        # Other decorators of the view hand this on, as `functools.wraps` does.
        marked._page_params = declared  # type: ignore[attr-defined]
        return marked

    return decorate


def _declared(path: str) -> frozenset[str] | None:
    """The parameters that the view of this path reads; None when it does not say, or when there is no such view."""
    declared = _declared_in(path, get_urlconf() or settings.ROOT_URLCONF)
    return frozenset(declared(path)) if callable(declared) else declared


@functools.lru_cache(maxsize=4096)
def _declared_in(path: str, urlconf: str) -> frozenset[str] | Callable[[str], Iterable[str]] | None:
    try:
        found = resolve(path, urlconf)
    except Resolver404:
        return None
    declared: frozenset[str] | Callable[[str], Iterable[str]] | None = getattr(found.func, "_page_params", None)
    return declared


def _keep_declared(request: HttpRequest) -> None:
    """Take out of the address what the view does not read, before anything reads the address."""
    query = request.META.get("QUERY_STRING", "")
    if query and (declared := _declared(request.path_info)) is not None:
        kept = (pair for pair in query.split("&") if unquote_plus(pair.partition("=")[0]) in declared)
        request.META["QUERY_STRING"] = "&".join(kept)


class AnonymousPageCacheMiddleware:
    """Answers from memory when it may; else lets the request through and keeps the answer when it may."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.personal = tuple(
            f"{name}=" for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, "messages", "sessionid")
        )

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Serve, or let through and keep; a HEAD gets no body, whoever answers it."""
        response = self._response(request)
        return _without_body(response) if request.method == "HEAD" else response

    def _response(self, request: HttpRequest) -> HttpResponseBase:
        if request.method in ("GET", "HEAD"):
            _keep_declared(request)
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
        if key is None and not response.has_header("Cache-Control"):
            # Answered for one person (or to a request that is kept for nobody): no proxy may hand it to another.
            response["Cache-Control"] = "private, no-cache"
        if key is not None:
            wish = getattr(response, "_page_wish", None)
            if wish is not None and isinstance(response, HttpResponse) and request.method == "GET":
                page = _page(response, wish)
                if page is not None:
                    store.put(key, page)
                    return _answer(request, page)
        return response

    def _key(self, request: HttpRequest) -> Key | None:
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
    def _make(request: HttpRequest, query: str) -> Key:
        meta = request.META
        fragment = tuple(meta.get(f"HTTP_HX_{name}") for name in ("REQUEST", "HISTORY_RESTORE_REQUEST", "TARGET"))
        return (
            bool(query) or any(fragment),
            # The view sees the second, links are written under the first: joined, two pages would share a key.
            meta.get("SCRIPT_NAME", ""),
            request.path_info,
            _in_order(query),
            meta.get("HTTP_HOST") or meta.get("SERVER_NAME"),
            request.scheme,
            fragment,
        )


def _is_asked(key: Key) -> bool:
    return key[0] is True


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


def _without_body(response: HttpResponseBase) -> HttpResponseBase:
    """The same headers, no body (RFC 9110 §9.3.2): a server that gets one to send for a HEAD complains each time."""
    if isinstance(response, StreamingHttpResponse):
        response.streaming_content = ()
    elif isinstance(response, HttpResponse):
        if not response.has_header("Content-Length") and response.status_code != 304:
            response.headers["Content-Length"] = str(len(response.content))
        response.content = b""
    return response
