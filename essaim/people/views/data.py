"""« Mes données »: what is kept about me, take it away, be contacted or not, leave for good."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from essaim.foundation.ratelimit import Limit, TooMany, hit
from essaim.foundation.registries import erasures, personal_records
from essaim.people.access import kept_form, only, signed_in
from essaim.people.actions.consent import set_contact_consent
from essaim.people.actions.erasing import ErasureRefused, erase_account, why_not
from essaim.people.forms_data import EraseForm
from essaim.people.register import export_of, held_of
from essaim.people.rules import is_signed_in

door = only(is_signed_in, "Connectez-vous pour voir vos données.")
OFTEN = Limit("mes-donnees", count=20, seconds=3600)


@require_safe
@door
def mine(request: HttpRequest) -> HttpResponse:
    """What one may do with one's data; nothing is searched for yet."""
    return render(request, "people/data.html", {"person": signed_in(request), "kinds": len(personal_records)})


@require_safe
@door
def everything(request: HttpRequest) -> HttpResponse:
    """Everything that is kept about the person, to be read."""
    person = signed_in(request)
    return render(request, "people/data_all.html", {"person": person, "held": held_of(person)})


@require_safe
@door
def download(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """The same, whole, in a file that a machine reads too."""
    try:
        hit(request, OFTEN)
    except TooMany as error:
        messages.error(request, str(error))
        return redirect("my_data")
    name = f"mes-donnees-{timezone.localdate():%Y-%m-%d}.json"
    return StreamingHttpResponse(
        (part.encode() for part in export_of(signed_in(request))),
        content_type="application/json; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_POST
@door
def consent(request: HttpRequest) -> HttpResponse:
    """Accept to be contacted, or take it back."""
    person = signed_in(request)
    agrees = request.POST.get("agrees") == "oui"
    set_contact_consent(person=person, agrees=agrees, by=person)
    messages.success(
        request,
        "C’est noté : l’équipe peut vous écrire." if agrees else "C’est noté : l’équipe ne vous écrira plus pour cela.",
    )
    return redirect("my_data")


@require_http_methods(["GET", "HEAD", "POST"])
@door
def erase(request: HttpRequest) -> HttpResponse:
    """Tell what will happen, then do it once the person has typed their own address again."""
    person = signed_in(request)
    form = EraseForm(request.POST if request.method == "POST" else None, initial=kept_form(request), person=person)
    refusal = why_not(person)
    if request.method == "POST" and form.is_valid() and not refusal:
        try:
            done = erase_account(person=person, by=person, reason="À la demande de la personne")
        except ErasureRefused as error:
            refusal = str(error)
        else:
            logout(request)
            answer = render(request, "people/data_erased.html", {"kept": done.kept})
            add_never_cache_headers(answer)
            return answer
    foreseen = [] if refusal else [words for erasure in erasures for words in erasure.foresee(person)]
    context = {"person": person, "form": form, "refusal": refusal, "foreseen": foreseen}
    return render(request, "people/data_erase.html", context, status=422 if refusal and form.is_bound else 200)
