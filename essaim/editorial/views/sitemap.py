"""The map of the site, for people and for search engines."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from essaim.editorial import sitemap
from essaim.foundation.context import structures_are_invented
from essaim.foundation.pagecache import cache_anonymous

PARTS = {
    "pages": sitemap.page_entries,
    "annuaire": sitemap.directory_entries,
    "observatoire": sitemap.observatory_entries,
}
CLOSED = ("/equipe/", "/cms/", "/espace/", "/connexion/", "/suggestions/", "/recherche/", "/outbox/")
"""What engines have nothing to look for in; none of it is protected by this."""


@require_safe
@cache_anonymous(seconds=60, params=())
def for_people(request: HttpRequest) -> HttpResponse:
    """Every page and every room, indented."""
    context = {"branches": sitemap.branches(), "rooms": sitemap.room_branches()}
    return render(request, "editorial/sitemap.html", context)


@require_safe
@cache_anonymous(seconds=60, params=())
def index(request: HttpRequest) -> HttpResponse:
    """`/sitemap.xml`: the files that follow."""
    names = [*PARTS, *(f"structures-{number}" for number in range(1, sitemap.structure_chunks() + 1))]
    context = {"files": [f"{settings.SITE_URL}/sitemap-{name}.xml" for name in names]}
    return render(request, "editorial/sitemap_index.xml", context, content_type="application/xml")


@require_safe
@cache_anonymous(seconds=60, params=())
def part(request: HttpRequest, name: str) -> HttpResponse:
    """`/sitemap-pages.xml` and its sisters."""
    if name not in PARTS:
        raise Http404("Ce fichier du plan n’existe pas.")
    return _entries(request, PARTS[name]())


@require_safe
@cache_anonymous(seconds=60, params=())
def structures(request: HttpRequest, number: int) -> HttpResponse:
    """`/sitemap-structures-1.xml`: 5 000 structures at most."""
    entries = sitemap.structure_entries(number) if 1 <= number <= sitemap.MOST_CHUNKS else []
    if not entries:
        raise Http404("Ce fichier du plan n’existe pas.")
    return _entries(request, entries)


def _entries(request: HttpRequest, entries: list[sitemap.Entry]) -> HttpResponse:
    return render(request, "editorial/sitemap_part.xml", {"entries": entries}, content_type="application/xml")


@require_safe
@cache_anonymous(seconds=60, params=())
def robots(_request: HttpRequest) -> HttpResponse:
    """`/robots.txt`: everything public may be read; a demonstration, whose structures are invented, must not be."""
    if structures_are_invented():
        lines = ["# Démonstration : les structures sont inventées.", "User-agent: *", "Disallow: /"]
    else:
        lines = ["User-agent: *", *(f"Disallow: {path}" for path in CLOSED), "Disallow: /*/export/", ""]
        lines.append(f"Sitemap: {settings.SITE_URL}/sitemap.xml")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
