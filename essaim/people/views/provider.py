"""Coming in, and going out, through the sign-in provider. Nothing else of the site ever asks it anything.

Its addresses are reached by a page that leads there at once, never by the answer to a form: the content policy lets
forms be sent to this site alone, and browsers apply it to every address that such an answer leads through.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable

from allauth.account import views as account_views
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from essaim.foundation.ratelimit import Limit, limited
from essaim.foundation.signin import SignInProvider
from essaim.people.access import only, signed_in, waiting_page
from essaim.people.actions.provider import enter_by_provider, tie_identity, untie_identity
from essaim.people.provider import session
from essaim.people.provider.client import CONNECT, LOGIN, Identity, begin, finish, provider
from essaim.people.provider.refusals import Refused
from essaim.people.rules import is_signed_in

logger = logging.getLogger(__name__)

OFTEN = Limit("fournisseur", count=300, seconds=60)
"""Each try asks the provider: a whole office behind one address stays well under, a machine gone mad does not."""

View = Callable[[HttpRequest, SignInProvider], HttpResponseBase]


def _with_provider(view: View) -> Callable[[HttpRequest], HttpResponseBase]:
    """Give the view the provider; without one in the settings, these pages do not exist."""

    @functools.wraps(view)
    def asked(request: HttpRequest) -> HttpResponseBase:
        config = provider()
        if config is None:
            raise Http404("Ce site n’a pas de fournisseur d’identité.")
        return view(request, config)

    return never_cache(asked)


@require_POST
@limited(lambda _request: OFTEN)
@_with_provider
def start(request: HttpRequest, config: SignInProvider) -> HttpResponseBase:
    """Lead to the provider, to sign in."""
    return _go(request, config, LOGIN, request.POST.get("next", ""))


@require_POST
@only(is_signed_in, "Connectez-vous d’abord.")
@_with_provider
def connect(request: HttpRequest, config: SignInProvider) -> HttpResponseBase:
    """Lead to the provider, to tie an identity to one's own account."""
    return _go(request, config, CONNECT, "")


@require_POST
@only(is_signed_in, "Connectez-vous d’abord.")
@_with_provider
def disconnect(request: HttpRequest, config: SignInProvider) -> HttpResponseBase:
    """Untie one's identity; the account opens by the site's own means."""
    person = signed_in(request)
    if untie_identity(person=person, by=person):
        messages.success(request, f"{config.name} n’ouvre plus votre compte.")
    return redirect("account_home")


def _go(request: HttpRequest, config: SignInProvider, process: str, wanted: str) -> HttpResponse:
    wanted = _ours(request, wanted)
    try:
        address = begin(request, config, process=process, next_url=wanted)
    except Refused as refusal:
        refusal.wanted = wanted
        return _refused(request, config, refusal)
    return render(request, "people/provider_go.html", {"provider": config, "address": address})


def _ours(request: HttpRequest, address: str) -> str:
    is_ours = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if is_ours else ""


@require_safe
@_with_provider
def back(request: HttpRequest, config: SignInProvider) -> HttpResponseBase:
    """Somebody comes back from the provider."""
    try:
        identity, state = finish(request, config)
    except Refused as refusal:
        return _refused(request, config, refusal)
    try:
        if state["process"] == CONNECT:
            return _connected(request, config, identity)
        return _enter(request, identity, state.get("next") or "")
    except Refused as refusal:
        refusal.wanted = state.get("next") or ""
        return _refused(request, config, refusal)


def _connected(request: HttpRequest, config: SignInProvider, identity: Identity) -> HttpResponseBase:
    tie_identity(person=signed_in(request), identity=identity)
    messages.success(request, f"{config.name} ouvre maintenant votre compte.")
    return redirect("account_home")


def _enter(request: HttpRequest, identity: Identity, wanted: str) -> HttpResponseBase:
    """Open the session, by the same steps as any other way in: a second factor is still asked of who has one."""
    person = enter_by_provider(identity=identity)
    if request.user.is_authenticated and request.user != person:
        get_adapter().logout(request)
    session.remember(request, identity)
    record_authentication(request, person, "socialaccount", provider=identity.provider, uid=identity.number)
    answer: HttpResponseBase = perform_login(request, person, email_verification="none", redirect_url=wanted or None)
    return answer


def _refused(request: HttpRequest, config: SignInProvider, refusal: Refused) -> HttpResponse:
    """Say what happened and what to do; what was typed before stays in the session."""
    problem = refusal.problem
    logger.info("connexion par le fournisseur : %s (%s)", problem.name, refusal.detail or "sans détail")
    context = {
        "provider": config,
        "title": problem.title.format(name=config.name),
        "text": problem.text.format(name=config.name),
        "wanted": refusal.wanted or waiting_page(request),
    }
    return render(request, "people/provider_refused.html", context, status=problem.status)


def sign_out(request: HttpRequest) -> HttpResponseBase:
    """The way out of the site; who came by the provider is led out of it too, whatever page was to follow."""
    came = session.came_by(request) if request.method == "POST" else None
    answer: HttpResponseBase = account_views.logout(request)
    if came is None:
        return answer
    session.will_leave(request, came)
    return redirect("provider_leave")


@require_safe
@_with_provider
def leave(request: HttpRequest, config: SignInProvider) -> HttpResponseBase:
    """After our session has ended, lead to the end of the provider's."""
    address = session.take_leave(request)
    if not address:
        return redirect("/")
    return render(request, "people/provider_go.html", {"provider": config, "address": address, "leaving": True})


@require_safe
@_with_provider
def left(request: HttpRequest, config: SignInProvider) -> HttpResponseBase:
    """The provider's session has ended too."""
    if session.has_left(request):
        messages.success(request, f"Votre session est fermée, ici et chez {config.name}.")
    return redirect("/")
