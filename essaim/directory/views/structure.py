"""The page of one structure: who it is, why it is ESS, where it acts, who stands near."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.shortcuts import render
from django.templatetags.static import static

from essaim.directory import rules
from essaim.directory.jsonld import structure_jsonld
from essaim.directory.models import CardContact, Establishment, Structure
from essaim.directory.naming import shown_name
from essaim.directory.neighbours import neighbourhood
from essaim.directory.photos import shown_photos
from essaim.directory.presentation import StructureView, Successor
from essaim.directory.queries import last_sync, successors_of, visible_by_key, with_card_data
from essaim.foundation.pagecache import cache_anonymous
from essaim.foundation.registries import structure_panels
from essaim.foundation.territories import current_scope


@cache_anonymous(seconds=60, params=())
def structure_page(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Show a structure; a former key or another slug redirects to the address of today."""
    scope = current_scope()
    structure = with_card_data(visible_by_key(key, request.user, scope), scope).first()
    if structure is None:
        raise Http404("Cette structure n’est pas dans l’annuaire de ce territoire.")
    if structure.key != key:
        return HttpResponsePermanentRedirect(structure.get_absolute_url())
    if structure.slug != slug:
        # A name may change again: a browser must not remember this one for ever.
        return HttpResponseRedirect(structure.get_absolute_url())
    return render(request, "directory/structure.html", page_context(request, structure, scope))


def page_context(request: HttpRequest, structure: Structure, scope: frozenset[str]) -> dict[str, Any]:
    """What the page of a structure fetched by `with_card_data` shows; its own space shows it before publishing too."""
    places = structure.scoped_establishments
    url = settings.SITE_URL + structure.get_absolute_url()
    return {
        "structure": structure,
        "shown": StructureView(structure, successors=_successors(places, scope)),
        "photos": list(shown_photos(structure)),
        "contacts": list(CardContact.objects.filter(structure=structure, is_public=True).order_by("name", "pk")),
        "neighbours": neighbourhood(structure, places, request.user, scope),
        "panels": [
            (panel, context) for panel in structure_panels if (context := panel.context(structure, request.user))
        ],
        "sync": last_sync(scope),
        "jsonld": structure_jsonld(structure, url),
        "canonical": url,
        "share_image": settings.SITE_URL + static("ui/partage.png"),
        "shows_structures": structure.fictitious,
        "preview": None,
        "represents": rules.represents(request.user, structure),
        "shows_easy": False,
    }


def _successors(places: list[Establishment], scope: frozenset[str]) -> dict[str, Successor]:
    return {
        siret: Successor(shown_name(place.structure), place.structure.get_absolute_url())
        for siret, place in successors_of(places, scope).items()
    }
