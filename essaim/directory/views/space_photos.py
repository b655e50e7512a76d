"""The photos of a card: added, described, put in order, removed, taken back."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from essaim.directory import rules
from essaim.directory.actions.card_space import MandateOver
from essaim.directory.actions.photos import (
    PhotoRefused,
    add_photo,
    describe_photo,
    move_photo,
    remove_photo,
    take_back_photo,
)
from essaim.directory.enums import Moderation
from essaim.directory.forms.space import PhotoForm, PhotoWordsForm
from essaim.directory.models import CardPhoto, Structure
from essaim.directory.photos import MOST_PHOTOS, kept_photos, removed_photos
from essaim.directory.settings import directory_settings
from essaim.directory.views.space_door import mandate_over, own_space
from essaim.foundation.ratelimit import Limit, limited
from essaim.people.access import kept_form, signed_in

READ = ["GET", "HEAD", "POST"]
SENDING = Limit("photo", count=40, seconds=3600)
"""Drawing a photo again costs a second: more than that from one address in an hour is no structure's need."""


@require_http_methods(READ)
@limited(lambda request, **_: SENDING if request.method == "POST" else None)
@own_space(rules.may_edit_card)
def photos(request: HttpRequest, shown: Structure) -> HttpResponseBase:
    """Every photo of the structure, and the form to add one."""
    kept = kept_form(request)
    form = PhotoForm(request.POST or None, request.FILES or None, initial=kept.dict() if kept else None)
    if request.method == "POST" and form.is_valid():
        try:
            photo = add_photo(
                structure=shown,
                by=signed_in(request),
                upload=form.cleaned_data["image"],
                alt=form.cleaned_data["alt"],
                credit=form.cleaned_data["credit"],
            )
        except MandateOver:
            return mandate_over(request, shown)
        except ValidationError as error:
            form.add_error("image", error)
        except PhotoRefused as error:
            form.add_error(None, str(error))
        else:
            messages.success(
                request,
                "La photo est en ligne." if photo.accepted_at else "La photo est gardée : l’équipe ESS va la regarder.",
            )
            return redirect("space:photos", key=shown.key)
    row = list(kept_photos(shown))
    context = {
        "structure": shown,
        "form": form,
        "is_kept": kept is not None,
        "photos": row,
        "removed": list(removed_photos(shown)),
        "most": MOST_PHOTOS,
        "is_full": len(row) >= MOST_PHOTOS,
        "is_read_first": directory_settings().moderation == Moderation.REVIEWED,
    }
    return render(request, "directory/space/photos.html", context)


@require_http_methods(READ)
@own_space(rules.may_edit_card)
def photo(request: HttpRequest, shown: Structure, pk: int) -> HttpResponseBase:
    """Describe one photo again."""
    found = _photo(shown, pk)
    kept = kept_form(request)
    initial = {"alt": found.alt, "credit": found.credit} | (kept.dict() if kept else {})
    form = PhotoWordsForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            describe_photo(photo=found, by=signed_in(request), **form.cleaned_data)
        except MandateOver:
            return mandate_over(request, shown)
        except PhotoRefused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "C’est enregistré.")
            return redirect("space:photos", key=shown.key)
    context = {"structure": shown, "photo": found, "form": form, "is_kept": kept is not None}
    return render(request, "directory/space/photo.html", context)


@require_POST
@own_space(rules.may_edit_card)
def photo_move(request: HttpRequest, shown: Structure, pk: int) -> HttpResponseBase:
    """One place earlier, or later."""
    try:
        move_photo(photo=_photo(shown, pk), by=signed_in(request), earlier=request.POST.get("to") == "earlier")
    except MandateOver:
        return mandate_over(request, shown)
    except PhotoRefused as error:
        messages.error(request, str(error))
    return redirect("space:photos", key=shown.key)


@require_http_methods(READ)
@own_space(rules.may_edit_card)
def photo_remove(request: HttpRequest, shown: Structure, pk: int) -> HttpResponseBase:
    """Ask, then take a photo off."""
    found = _photo(shown, pk)
    if request.method == "POST":
        try:
            remove_photo(photo=found, by=signed_in(request))
        except MandateOver:
            return mandate_over(request, shown)
        except PhotoRefused as error:
            messages.error(request, str(error))
        else:
            messages.success(request, "La photo est retirée. Vous pouvez la reprendre pendant trente jours.")
        return redirect("space:photos", key=shown.key)
    return render(request, "directory/space/photo_remove.html", {"structure": shown, "photo": found})


@require_POST
@own_space(rules.may_edit_card)
def photo_back(request: HttpRequest, shown: Structure, pk: int) -> HttpResponseBase:
    """Take back a photo that was removed."""
    try:
        take_back_photo(photo=_photo(shown, pk), by=signed_in(request))
    except MandateOver:
        return mandate_over(request, shown)
    except PhotoRefused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "La photo est de retour.")
    return redirect("space:photos", key=shown.key)


def _photo(shown: Structure, pk: int) -> CardPhoto:
    """A photo of this structure, and of no other."""
    found = CardPhoto.objects.filter(structure=shown, pk=pk).select_related("structure").first()
    if found is None:
        raise Http404("Cette photo n’existe plus.")
    return found
