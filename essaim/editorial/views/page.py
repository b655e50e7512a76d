"""The door of every page that the officer has written."""

from __future__ import annotations

from collections.abc import Iterable

from django.apps import apps
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from wagtail import hooks
from wagtail.models import Page
from wagtail.views import serve, serve_chain
from wagtail.wagtail_hooks import check_view_restrictions

from essaim.editorial.models import SitePage
from essaim.editorial.tree import page_models, tree
from essaim.editorial.views.preparing import preparing
from essaim.foundation.pagecache import cache_anonymous

_EASY = "facile/"


def params_of(path: str) -> Iterable[str]:
    """What the page at that address reads of it: any other parameter leaves the address before the page is made.

    An address that the tree does not know (reserved for some, old, unknown) keeps whatever any page may read: it is
    answered by a page that is not kept, or sends elsewhere with what was asked.
    """
    known = tree()
    leaf = known.at(path)
    if leaf is None and path.endswith(f"/{_EASY}") and known.at(path.removesuffix(_EASY)) is not None:
        return ()
    if leaf is None and not known.closed:
        leaf = known.holding(path)  # another view of that page, such as « sans/ » under the day
    if leaf is not None:
        return _model(leaf.model).params
    return {name for model in page_models() for name in model.params}


@csrf_exempt
@cache_anonymous(seconds=60, params=params_of)
def page(request: HttpRequest, path: str = "") -> HttpResponseBase:
    """Serve the page of that address; what holds a form is never kept.

    No token against forgeries, so no cookie: the one page that takes what is sent (« Contact ») reads nothing of who
    sends it, and looks at where it comes from (see `foundation.origin`).

    The tree has told already which addresses are published pages that anybody may read: those take one query.
    Everything else (pages behind a restriction, addresses below a page, unknown ones) goes by Wagtail's own way.
    """
    found = _open_page(path)
    unplanted = preparing(request) if found is None and not path else None
    if unplanted is not None:
        return unplanted
    answer: HttpResponseBase = serve(request, path) if found is None else _serve_open(found, request)
    return answer


def _model(name: str) -> type[SitePage]:
    model: type[SitePage] = apps.get_model("editorial", name)
    return model


def _open_page(path: str) -> SitePage | None:
    leaf = tree().at(f"/{path}")
    return None if leaf is None else _model(leaf.model).objects.live().filter(pk=leaf.pk).first()


def _serve_open(found: SitePage, request: HttpRequest) -> HttpResponseBase:
    """As Wagtail's `serve`, every hook called but the one that reads the restrictions: the tree says there is none."""
    routed: tuple[Page, list[object], dict[str, object]] = found.route(request, [])
    chain = serve_chain
    for link in reversed(hooks.get_hooks("on_serve_page")):
        chain = chain if link is check_view_restrictions else link(chain)
    for check in hooks.get_hooks("before_serve_page"):
        result = check(routed[0], request, *routed[1:])
        if isinstance(result, HttpResponse):
            return result
    answer: HttpResponseBase = chain(routed[0], request, *routed[1:])
    return answer
