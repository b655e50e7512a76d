"""What the editors' pages refuse to do: take the door of the site away, move a page to an address of another's.

Hooks of Wagtail, found through `wagtail_hooks`. They answer with a message and the way back; what they let through
returns None.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from wagtail import hooks
from wagtail.models import Page

from essaim.editorial.addresses import holds_site_root, refused_place

DOOR_STAYS = (
    "La page d’accueil ne peut être ni dépubliée, ni supprimée, ni déplacée : le menu, le pied de page, le plan et "
    "l’adresse de chaque page tiennent à elle. Pour changer ce qu’elle dit, modifiez ses blocs."
)
TAKING = {"unpublish", "delete", "move"}
"""What a bulk action may be that takes pages from where they are."""


def _kept(request: HttpRequest, pages: Iterable[Page]) -> bool:
    if holds_site_root(pages):
        messages.error(request, DOOR_STAYS)
        return True
    return False


@hooks.register("before_unpublish_page")
@hooks.register("before_delete_page")
def keep_the_door(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Refuse to take the root page of the site away."""
    return redirect("wagtailadmin_pages:edit", page.pk) if _kept(request, [page]) else None


@hooks.register("before_move_page")
def keep_in_place(request: HttpRequest, page: Page, destination: Page) -> HttpResponse | None:
    """Refuse to move the root page of the site, or a page to an address where it would not be read."""
    if _kept(request, [page]):
        return redirect("wagtailadmin_pages:edit", page.pk)
    # Asked again when it comes back to where it stands, nothing changes for it.
    refusal = "" if page.get_parent().pk == destination.pk else refused_place(destination, page)
    if refusal:
        messages.error(request, refusal)
        return redirect("wagtailadmin_pages:move", page.pk)
    return None


@hooks.register("before_bulk_action")
def keep_in_bulk(request: HttpRequest, action_type: str, objects: Sequence[Any], action: Any) -> HttpResponse | None:
    """The same for several at once: one refusal, and none of them changes."""
    pages = [one for one in objects if isinstance(one, Page)]
    if action_type not in TAKING or not pages:
        return None
    if _kept(request, pages):
        return redirect(action.next_url)
    if action_type == "move":
        destination = action.cleaned_form.cleaned_data["chooser"]
        moved = (page for page in pages if page.get_parent().pk != destination.pk)
        refusals = [refusal for page in moved if (refusal := refused_place(destination, page))]
        for refusal in refusals:
            messages.error(request, refusal)
        if refusals:
            return redirect(action.next_url)
    return None
