"""« Signaler une erreur »: a form without account, kept from robots without any third party."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from essaim.directory.actions.reports import LONGEST, ReportRefused, report_error
from essaim.directory.enums import ErrorTopic
from essaim.directory.models import Structure
from essaim.directory.naming import shown_name
from essaim.directory.queries import by_key, structures_visible_to
from essaim.foundation.ratelimit import Limit, TooMany, hit
from essaim.foundation.territories import current_scope

# Nobody reads, chooses and writes in less; a robot does.
SHORTEST_SECONDS = 3
PER_ADDRESS = Limit("report", count=10, seconds=600)
_signer = signing.TimestampSigner(salt="essaim.directory.report")


def _stamp() -> str:
    """A signed text that says when the form was opened."""
    return _signer.sign("signaler")


class ReportForm(forms.Form):
    """What is wrong, in one's own words."""

    topic = forms.ChoiceField(
        label="Qu’est-ce qui est faux ?",
        choices=ErrorTopic.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez ce qui est faux."},
    )
    message = forms.CharField(
        label="Dites-nous ce qu’il faudrait lire à la place",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Dites en quelques mots ce qui est faux."},
    )
    email = forms.EmailField(
        label="Votre courriel",
        required=False,
        help_text="Pour vous répondre, et pour rien d’autre. Sans lui, nous ne pourrons pas vous dire la suite.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    opened = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            self.initial["opened"] = _stamp()

    def clean(self) -> dict[str, Any]:
        """Refuse what no person sends: too fast, or without the stamp of the form."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        try:
            _signer.unsign(data.get("opened", ""), max_age=SHORTEST_SECONDS)
        except signing.SignatureExpired:
            return data
        except signing.BadSignature:
            # A new stamp, so that a second try succeeds.
            self.data = {**dict(self.data.items()), "opened": _stamp()}
            raise forms.ValidationError("Le formulaire était incomplet. Relisez, puis envoyez de nouveau.") from None
        raise forms.ValidationError("C’était très rapide. Relisez votre message, puis envoyez de nouveau.")


def _structure(request: HttpRequest, key: str) -> Structure:
    found = by_key(key)
    visible = None
    if found is not None:
        visible = structures_visible_to(request.user, current_scope()).filter(pk=found.structure.pk).first()
    if visible is None:
        raise Http404("Cette structure n’est pas dans l’annuaire de ce territoire.")
    return visible


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report_page(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Show the form, keep the report, then say thank you on a page of its own."""
    structure = _structure(request, key)
    form = ReportForm(request.POST if request.method == "POST" else None)
    trap = request.POST.get("site", "")
    status = 200
    if request.method == "POST" and form.is_valid():
        if trap:
            form.add_error(None, "Le dernier champ doit rester vide : videz-le, puis envoyez de nouveau.")
        else:
            try:
                hit(request, PER_ADDRESS)
                data = form.cleaned_data
                report_error(structure=structure, topic=data["topic"], message=data["message"], email=data["email"])
                return HttpResponseRedirect(f"{structure.get_absolute_url()}signaler/merci/")
            except TooMany as refusal:
                form.add_error(None, str(refusal))
                status = 429
            except ReportRefused as refusal:
                form.add_error(None, str(refusal))
    context = {
        "structure": structure,
        "name": shown_name(structure),
        "form": form,
        "trap": trap,
        "shows_structures": structure.fictitious,
    }
    return render(request, "directory/report.html", context, status=status)


@never_cache
@require_safe
def report_thanks(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Say that the report has arrived, and what happens next."""
    structure = _structure(request, key)
    context = {"structure": structure, "name": shown_name(structure), "shows_structures": structure.fictitious}
    return render(request, "directory/report_thanks.html", context)
