"""The door of every page that the officer has written."""

from __future__ import annotations

from django.apps import apps
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from wagtail.models import Page
from wagtail.views import serve

from essaim.editorial.tree import tree
from essaim.foundation.pagecache import cache_anonymous

PARAMS = (
    *("commune", "famille", "theme", "annee", "page"),
    *("forme", "but", "gouvernance", "benefices", "utilite"),
    *("objet", "sur"),
)
"""Every parameter that a page of the tree reads; any other leaves the address before the page is made."""


@cache_anonymous(seconds=60, params=PARAMS)
def page(request: HttpRequest, path: str = "") -> HttpResponseBase:
    """Serve the page of that address; what holds a form is never kept.

    The tree has told already which addresses are published pages that anybody may read: those take one query.
    Everything else (pages behind a restriction, addresses below a page, unknown ones) goes by Wagtail's own way.
    """
    found = _open_page(path)
    if found is None:
        answer: HttpResponseBase = serve(request, path)
    else:
        routed, args, kwargs = found.route(request, [])
        answer = routed.serve(request, *args, **kwargs)
    return answer


def _open_page(path: str) -> Page | None:
    leaf = tree().at(f"/{path}")
    if leaf is None:
        return None
    page: Page | None = apps.get_model("editorial", leaf.model).objects.live().filter(pk=leaf.pk).first()
    return page
