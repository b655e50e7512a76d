"""How the team runs the directory: when what a structure writes is public, the delay promised, codes by post."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from essaim.directory import rules
from essaim.directory.actions.settings import DirectoryChoices, save_directory_settings
from essaim.directory.forms.settings import DirectorySettingsForm
from essaim.directory.settings import directory_settings
from essaim.directory.views.doors import allowed
from essaim.people.access import kept_form, signed_in


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(rules.may_set_directory)
def settings(request: HttpRequest) -> HttpResponse:
    """Show and save the settings of the directory."""
    kept = kept_form(request)
    typed = {**kept.dict(), "offers_post": "offers_post" in kept} if kept else None
    form: forms.Form = DirectorySettingsForm(
        request.POST or None, initial=typed or DirectorySettingsForm.initial_of(directory_settings())
    )
    if request.method == "POST" and form.is_valid():
        try:
            save_directory_settings(by=signed_in(request), choices=DirectoryChoices(**form.cleaned_data))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, "Les réglages de l’annuaire sont enregistrés.")
            return redirect("officer:settings")
    return render(request, "directory/officer/settings.html", {"form": form, "is_kept": kept is not None})
