"""Our pages among those of `/cms/`."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from wagtail.admin.auth import require_admin_access
from wagtail.admin.views.reports.audit_logging import LogEntriesView
from wagtail.documents.views.serve import serve

from essaim.editorial.links import broken_links
from essaim.editorial.ranges import in_pieces
from essaim.people.access import officer_required

site_history = officer_required(require_admin_access(LogEntriesView.as_view()))
site_history_results = officer_required(require_admin_access(LogEntriesView.as_view(results_only=True)))


def elsewhere(_request: HttpRequest) -> HttpResponseBase:
    """An address of Wagtail's whose matter is kept elsewhere on this site."""
    raise Http404("Cette page de Wagtail n’est pas utilisée ici.")


def broken_links_report(request: HttpRequest) -> HttpResponseBase:
    """The links of published pages that lead nowhere, and what to do about each."""
    context = {"links": broken_links(), "page_title": "Liens cassés", "header_icon": "link"}
    return render(request, "editorial/cms/broken_links.html", context)


def document(request: HttpRequest, document_id: str, document_filename: str) -> HttpResponseBase:
    """A document of the library, as Wagtail serves it, in a box where nothing runs; a film, piece by piece."""
    try:
        response = in_pieces(request, serve(request, int(document_id), document_filename))
    except FileNotFoundError as error:
        raise Http404("Ce document n’est plus là.") from error
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
