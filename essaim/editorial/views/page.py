"""The door of every page that the officer has written."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from wagtail.views import serve

from essaim.foundation.pagecache import cache_anonymous

PARAMS = ("commune", "famille", "theme", "annee", "page")
"""Every parameter that a page of the tree reads; any other leaves the address before the page is made."""


@cache_anonymous(seconds=60, params=PARAMS)
def page(request: HttpRequest, path: str = "") -> HttpResponseBase:
    """Serve the page of that address; what holds a form is never kept."""
    answer: HttpResponseBase = serve(request, path)
    return answer
