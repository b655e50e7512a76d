"""One's own account: what others see, the address, the proofs, the open sessions."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from essaim.foundation.onebutton import OneButton
from essaim.foundation.ratelimit import Limit, TooMany, hit
from essaim.people.access import kept_form, signed_in
from essaim.people.actions.account import LINK_OVER, ask_address, change_address, change_name, end_sessions
from essaim.people.adapter import moment
from essaim.people.forms_account import AddressForm, NameForm
from essaim.people.links import ADDRESS_LASTS, ADDRESS_SALT
from essaim.people.models import Person
from essaim.people.second_factor import is_missing, needs_second_factor
from essaim.people.sessions import live_sessions, open_sessions
from essaim.people.views.entering import safe_next

ADDRESS_OFTEN = Limit("adresse", count=10, seconds=3600)


@require_safe
@never_cache
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Everything of one's account on one page."""
    person = signed_in(request)
    factors = factors_of(person)
    context = {
        "person": person,
        "factors": factors,
        "must_have": needs_second_factor(person),
        "sessions": open_sessions(request, person),
    }
    return render(request, "people/account.html", context)


def factors_of(person: Person) -> dict[str, Any]:
    """What proves a second time who somebody is: application, keys, codes left. One query."""
    found: dict[str, Any] = {"totp": None, "keys": [], "codes": None}
    for one in Authenticator.objects.filter(user=person).order_by("pk"):
        if one.type == Authenticator.Type.TOTP:
            found["totp"] = one
        elif one.type == Authenticator.Type.WEBAUTHN:
            found["keys"].append(one)
        else:
            found["codes"] = len(one.wrap().get_unused_codes())
    return found


@require_safe
@never_cache
@login_required
def second_factor(request: HttpRequest) -> HttpResponse:
    """Say why a second factor is asked, and how to set one; whoever has one proves it for this session."""
    person = signed_in(request)
    has_one = Authenticator.objects.filter(user=person).exclude(type=Authenticator.Type.RECOVERY_CODES).exists()
    context = {
        "has_one": has_one,
        "missing": is_missing(request),
        "must_have": needs_second_factor(person),
        "wanted": safe_next(request.GET.get("next")),
    }
    return render(request, "people/second_factor.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def name(request: HttpRequest) -> HttpResponseBase:
    """Change the name that others see."""
    person = signed_in(request)
    form = NameForm(request.POST or None, initial=(kept_form(request) or {"name": person.name}))
    if request.method == "POST" and form.is_valid():
        change_name(person=person, name=form.cleaned_data["name"])
        messages.success(request, "Votre nom est enregistré.")
        return redirect("account_home")
    return render(request, "people/account_name.html", {"form": form})


@never_cache
@login_required
@reauthentication_required  # type: ignore[untyped-decorator]
@require_http_methods(["GET", "HEAD", "POST"])
def address(request: HttpRequest) -> HttpResponseBase:
    """Ask for another address; the new one is written to, and nothing has changed yet."""
    person = signed_in(request)
    form = AddressForm(request.POST or None, initial=kept_form(request))
    if request.method == "POST" and form.is_valid():
        try:
            hit(request, ADDRESS_OFTEN)
            ask_address(person=person, address=form.cleaned_data["email"])
        except TooMany as refusal:
            form.add_error(None, str(refusal))
        except ValidationError as refusal:
            form.add_error("email", refusal)
        else:
            return render(request, "people/account_address_sent.html", {"address": form.cleaned_data["email"]})
    return render(request, "people/account_address.html", {"form": form, "person": person})


class ConfirmAddress(OneButton):
    """What the link sent to the new address opens, on any device."""

    template_name = "people/account_address_confirm.html"
    title = "Utiliser cette adresse"
    button = "Utiliser cette adresse"

    def prepare(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        """Read the link."""
        try:
            pk, former, address = signing.loads(kwargs["token"], salt=ADDRESS_SALT, max_age=ADDRESS_LASTS)
        except (signing.BadSignature, ValueError, TypeError):
            return {"asked": None, "why_not": LINK_OVER}
        good = Person.objects.filter(pk=pk, email=former, is_active=True).exists()
        return {"asked": (pk, former, address) if good else None, "address": address, "why_not": LINK_OVER}

    def act(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """Change it."""
        context = self.prepare(request, **kwargs)
        if context["asked"] is None:
            return self.get(request, **kwargs)
        pk, former, address = context["asked"]
        try:
            change_address(person_id=pk, former=former, address=address, at=moment())
        except ValidationError as refusal:
            refused = {"title": self.title, "asked": None, "why_not": " ".join(refusal.messages)}
            return render(request, self.template_name, refused)
        messages.success(request, f"Votre adresse est maintenant {address}.")
        return redirect("account_home")


@never_cache
@login_required
@require_POST
def end_session(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Close one session of one's own, on another device."""
    mine = live_sessions(signed_in(request)).filter(pk=pk).exclude(session_key=request.session.session_key)
    if not end_sessions(mine):
        raise Http404("Cette session est déjà fermée.")
    messages.success(request, "Cette session est fermée.")
    return redirect("account_home")


@never_cache
@login_required
@require_POST
def end_other_sessions(request: HttpRequest) -> HttpResponseBase:
    """Close all one's sessions but this one."""
    end_sessions(live_sessions(signed_in(request)).exclude(session_key=request.session.session_key))
    messages.success(request, "Toutes vos autres sessions sont fermées.")
    return redirect("account_home")
