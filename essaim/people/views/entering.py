"""The door: one page for everybody, the code, the link that works on any device, the demonstration's buttons."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from allauth.account.views import LoginView
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from essaim.foundation.onebutton import OneButton
from essaim.foundation.ratelimit import Limit, TooMany, hit
from essaim.people import personas, second_factor
from essaim.people.actions.entering import EntryRefused, ask_entry, enter_by_code, enter_by_link
from essaim.people.adapter import OWN_SPACE, TEAM_SPACE
from essaim.people.entry import entry_of
from essaim.people.forms_entering import AskForm, CodeForm
from essaim.people.models import EntryCode, Person
from essaim.people.rules import is_officer

ASKED_OFTEN = Limit("entrer", count=60, seconds=600)
"""From one network: a room full of people who sign in together stays under it."""
TYPED_OFTEN = Limit("code", count=120, seconds=600)
_ENTRY = "entry"


def safe_next(wanted: object) -> str:
    """Return a page of this very site, else nothing: nobody is led elsewhere by an address made for it."""
    text = str(wanted or "")
    if len(text) <= 500 and text.startswith("/") and url_has_allowed_host_and_scheme(text, allowed_hosts=None):
        return text
    return ""


class Door(LoginView):  # type: ignore[misc]
    """`/connexion/`: an address and a message, or a passkey, or a password (allauth's own form)."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """allauth's context, and the first form."""
        wanted = safe_next(self.request.POST.get("next") or self.request.GET.get("next"))
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | _door(wanted, AskForm(initial={"next": wanted}))


def _door(wanted: str, ask: AskForm) -> dict[str, Any]:
    return {"ask": ask, "wanted": wanted, "demo_doors": personas.are_open()}


door = Door.as_view()


@never_cache
@require_POST
def ask(request: HttpRequest) -> HttpResponseBase:
    """Send the message, whoever the address belongs to, and lead to the page of the code."""
    wanted = safe_next(request.POST.get("next"))
    if request.user.is_authenticated:
        return redirect(wanted or settings.LOGIN_REDIRECT_URL)
    form = AskForm(request.POST)
    if form.is_valid():
        try:
            hit(request, ASKED_OFTEN)
        except TooMany as refusal:
            form.add_error(None, str(refusal))
    if not form.is_valid():
        view = Door()
        view.setup(request)
        context = view.get_context_data(form=view.get_form_class()(request=request)) | _door(wanted, form)
        return render(request, "account/login.html", context)
    former = request.session.get(_ENTRY)
    entry = ask_entry(address=form.cleaned_data["email"], wanted=wanted, former=former)
    request.session[_ENTRY] = entry.pk
    return redirect("entry_code")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponseBase:
    """Type the code: it is good in the browser that asked for it, and nowhere else."""
    if request.user.is_authenticated:
        return redirect(settings.LOGIN_REDIRECT_URL)
    asked: int | None = request.session.get(_ENTRY)
    entry = EntryCode.objects.filter(pk=asked).first() if asked is not None else None
    if entry is None:
        return redirect("account_login")
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            hit(request, TYPED_OFTEN)
            person = enter_by_code(entry_id=entry.pk, code=form.cleaned_data["code"])
        except (EntryRefused, TooMany) as refusal:
            form.add_error("code", str(refusal))
        else:
            return _let_in(request, person, entry, remember=form.cleaned_data["remember"])
    again = AskForm(initial={"email": entry.address, "next": entry.wanted}, auto_id="again_%s")
    return render(request, "account/code.html", {"form": form, "entry": entry, "again": again})


def _let_in(request: HttpRequest, person: Person, entry: EntryCode, *, remember: bool) -> HttpResponseBase:
    """Hand over to allauth: the second factor, the signals, a new key for the session."""
    request.session.pop(_ENTRY, None)
    request.session.set_expiry(settings.SESSION_COOKIE_AGE if remember else 0)
    record_authentication(request, person, method="code")
    answer: HttpResponseBase = perform_login(
        request, person, email=person.email, redirect_url=safe_next(entry.wanted) or None
    )
    return answer


class EntryLink(OneButton):
    """What the link of the message opens, on any device: scanners follow it, only a person presses."""

    template_name = "account/link.html"
    title = "Entrer sur le site"
    button = "Entrer"

    def prepare(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        """The request, while it is good."""
        return {"entry": entry_of(kwargs["token"])}

    def act(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """Come in."""
        entry = entry_of(kwargs["token"])
        if entry is None:
            return self.get(request, **kwargs)
        try:
            person = enter_by_link(entry_id=entry.pk)
        except EntryRefused:
            return self.get(request, **kwargs)
        if request.user.is_authenticated and request.user.pk == person.pk:
            return redirect(safe_next(entry.wanted) or settings.LOGIN_REDIRECT_URL)
        return _let_in(request, person, entry, remember="remember" in request.POST)


@never_cache
@require_safe
def own_space(request: HttpRequest) -> HttpResponse:
    """« Mon espace »: the team's, one's own, or the door."""
    if not request.user.is_authenticated:
        return redirect("account_login")
    return redirect(TEAM_SPACE if is_officer(request.user) else OWN_SPACE)


@require_safe
def signup(request: HttpRequest) -> HttpResponse:
    """An account opens at the door, as one comes in."""
    return HttpResponseRedirect(reverse("account_login"), status=301)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def demonstration(request: HttpRequest) -> HttpResponseBase:
    """One button a role, where every structure is invented and nowhere else."""
    if not personas.are_open():
        raise Http404("Rien n’est ouvert ici.")
    wanted = safe_next(request.POST.get("next") or request.GET.get("next"))
    if request.method != "POST":
        return render(request, "account/demonstration.html", {"personas": personas.listed(), "wanted": wanted})
    person = personas.persona(request.POST.get("person", ""))
    if person is None:
        raise Http404("Ce compte n’est pas de la démonstration.")
    adapter = get_adapter(request)
    request.session.set_expiry(0)
    adapter.login(request, person)
    second_factor.let_through(request)
    messages.success(request, f"Vous voilà {person}, dans la démonstration.")
    return redirect(wanted or adapter.get_login_redirect_url(request))
