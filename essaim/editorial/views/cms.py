"""Our pages among those of `/cms/`."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from wagtail.documents.views.serve import serve

from essaim.editorial.links import broken_links


def elsewhere(_request: HttpRequest) -> HttpResponseBase:
    """An address of Wagtail's whose matter is kept elsewhere on this site."""
    raise Http404("Cette page de Wagtail n’est pas utilisée ici.")


def broken_links_report(request: HttpRequest) -> HttpResponseBase:
    """The links of published pages that lead nowhere, and what to do about each."""
    context = {"links": broken_links(), "page_title": "Liens cassés", "header_icon": "link"}
    return render(request, "editorial/cms/broken_links.html", context)


def document(request: HttpRequest, document_id: str, document_filename: str) -> HttpResponseBase:
    """A document of the library, as Wagtail serves it, in a box where nothing runs."""
    try:
        response: HttpResponseBase = serve(request, int(document_id), document_filename)
    except FileNotFoundError as error:
        raise Http404("Ce document n’est plus là.") from error
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
