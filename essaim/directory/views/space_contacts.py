"""The contacts that a structure gives: public with that person's agreement, else for the team."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from essaim.directory import rules
from essaim.directory.actions.card_contacts import ContactRefused, remove_contact, save_contact
from essaim.directory.actions.card_space import MandateOver
from essaim.directory.forms.space import ContactForm
from essaim.directory.models import CardContact, Structure
from essaim.directory.views.space_door import mandate_over, own_space
from essaim.people.access import kept_form, signed_in

READ = ["GET", "HEAD", "POST"]


@require_safe
@own_space(rules.may_edit_card)
def contacts(request: HttpRequest, shown: Structure) -> HttpResponse:
    """Every contact of the structure."""
    found = CardContact.objects.filter(structure=shown).order_by("-is_public", "name", "pk")
    return render(request, "directory/space/contacts.html", {"structure": shown, "contacts": list(found)})


@require_http_methods(READ)
@own_space(rules.may_edit_card)
def contact(request: HttpRequest, shown: Structure, pk: int | None = None) -> HttpResponseBase:
    """Add a contact, or change one."""
    found = _contact(shown, pk) if pk is not None else None
    kept = kept_form(request)
    typed = {**kept.dict(), **{name: name in kept for name in ("is_public", "agreed")}} if kept else None
    form = ContactForm(request.POST or None, initial=typed or (ContactForm.initial_of(found) if found else None))
    if request.method == "POST" and form.is_valid():
        try:
            save_contact(structure=shown, by=signed_in(request), words=form.words(), contact=found)
        except MandateOver:
            return mandate_over(request, shown)
        except ContactRefused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Le contact est enregistré.")
            return redirect("space:contacts", key=shown.key)
    context = {"structure": shown, "contact": found, "form": form, "is_kept": kept is not None}
    return render(request, "directory/space/contact.html", context)


@require_http_methods(READ)
@own_space(rules.may_edit_card)
def contact_remove(request: HttpRequest, shown: Structure, pk: int) -> HttpResponseBase:
    """Ask, then forget a contact."""
    found = _contact(shown, pk)
    if request.method == "POST":
        try:
            remove_contact(structure=shown, contact=found, by=signed_in(request))
        except MandateOver:
            return mandate_over(request, shown)
        messages.success(request, "Le contact est effacé.")
        return redirect("space:contacts", key=shown.key)
    return render(request, "directory/space/contact_remove.html", {"structure": shown, "contact": found})


def _contact(shown: Structure, pk: int) -> CardContact:
    """A contact of this structure, and of no other."""
    found = CardContact.objects.filter(structure=shown, pk=pk).first()
    if found is None:
        raise Http404("Ce contact n’existe plus.")
    return found
