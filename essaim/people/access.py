"""The door of the screens kept for some: who comes in, who is told why not, and nothing typed is lost on the way."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.views.defaults import permission_denied

from essaim.foundation.ratelimit import Limit, TooMany, hit
from essaim.people import second_factor
from essaim.people.models import Person
from essaim.people.rules import is_officer

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

_KEPT = "kept_form"
_LONGEST = 20_000
_KEPT_FOR = 3600
"""Seconds. Signing in gives the session its own, longer, time."""
_OFTEN = Limit("formulaire", count=10, seconds=3600)
_NEVER_KEPT = ("password", "csrfmiddlewaretoken")

NOT_KEPT = (
    "Votre session était finie, et ce que vous aviez écrit n’a pas pu être gardé : revenez en arrière pour le copier, "
    "puis connectez-vous."
)


class TooLong(Exception):
    """What was typed is too long to be kept in a session."""


def only(rule: Callable[[Any], bool], refusal: str) -> Callable[[View[P]], View[P]]:
    """Let in whom a rule allows: nobody signed in → the sign-in page, which leads back here; somebody else → 403.

    An officer without a second factor is led to set one first. A form posted after the session has ended is kept until
    its author has signed in again (see `kept_form`).
    """

    def door(view: View[P]) -> View[P]:
        @functools.wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                if request.method == "POST":
                    _keep(request)
                away = redirect_to_login(request.get_full_path())
                # Whoever signs in next at this computer must not be sent away by a kept answer.
                add_never_cache_headers(away)
                return away
            if second_factor.is_missing(request):
                if request.method == "POST":
                    _keep(request)
                away = redirect(f"{reverse('second_factor')}?{urlencode({'next': request.get_full_path()})}")
                add_never_cache_headers(away)
                return away
            if not rule(request.user):
                # Django's own page of refusals, at once: raised further, nobody could say that it must not be kept.
                denied = permission_denied(request, PermissionDenied(refusal))
                add_never_cache_headers(denied)
                return denied
            response = view(request, *args, **kwargs)
            add_never_cache_headers(response)
            return response

        return guarded

    return door


def officer_required(view: View[P]) -> View[P]:
    """Let only officers in."""
    return only(is_officer, "Cet espace est réservé à l’équipe qui tient le site.")(view)


def _keep(request: HttpRequest) -> None:
    """Keep the posted texts in the visitor's own session, for an hour; no file, no password.

    Whoever posts is not known yet: what is too long, or too often, is not kept, and its author is told so.
    """
    typed = request.POST.copy()
    for name in list(typed):
        if any(word in name.lower() for word in _NEVER_KEPT):
            del typed[name]
    text = typed.urlencode()
    if not text:
        return
    try:
        if len(text) > _LONGEST:
            raise TooLong
        hit(request, _OFTEN)
    except (TooLong, TooMany):
        messages.warning(request, NOT_KEPT)
        return
    request.session[_KEPT] = {"path": request.path, "form": text}
    if not request.user.is_authenticated:
        # Whoever is known keeps the session's own time: nothing would give it back to them.
        request.session.set_expiry(_KEPT_FOR)


def give_whole_session(request: HttpRequest) -> None:
    """Signing in gives the session its own time: what a kept form had shortened lasts as the browser does."""
    if request.session.get("_session_expiry") == _KEPT_FOR:
        request.session.set_expiry(0)


def kept_form(request: HttpRequest) -> QueryDict | None:
    """Return what was typed on this very page before the session ended, once; None when there is nothing.

    A form that is being posted is newer than what was kept: None as well.
    """
    kept = None if request.method == "POST" else request.session.get(_KEPT)
    if not isinstance(kept, dict) or kept.get("path") != request.path:
        return None
    del request.session[_KEPT]
    return QueryDict(kept["form"])


def waiting_page(request: HttpRequest) -> str:
    """The page whose form was kept, for the doors that know no other page to lead to; else nothing."""
    kept = request.session.get(_KEPT)
    path = kept.get("path") if isinstance(kept, dict) else None
    return path if isinstance(path, str) else ""


def signed_in(request: HttpRequest) -> Person:
    """Return the person who has signed in; only behind a door that asked for it (else PermissionDenied)."""
    if not isinstance(request.user, Person):
        raise PermissionDenied("Connectez-vous d’abord.")
    # Django hands a lazy wrapper, which asks to be a person but whose type is not: the journal would not know it.
    person: Person = getattr(request.user, "_wrapped", request.user)
    return person
