"""What follows a sign-in, and a change of the proofs of an account."""

from __future__ import annotations

from typing import Any

from allauth.account import signals as account_signals
from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset, authenticator_used
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from essaim.people import known_devices, second_factor
from essaim.people.access import give_whole_session
from essaim.people.actions.account import end_sessions, keep_session, trace_proof
from essaim.people.adapter import NEW_DEVICE
from essaim.people.models import Person
from essaim.people.sessions import live_sessions


@receiver([user_logged_in, authenticator_added, authenticator_removed])
def remember_second_factor(request: HttpRequest | None, user: Person, **_more: Any) -> None:
    """The session knows whether its person has a second factor."""
    if request is not None:
        second_factor.note(request, user)


@receiver(authenticator_used)
def remember_proof(request: HttpRequest, user: Person, **_more: Any) -> None:
    """Proved again in a session that was open before the factor was set."""
    if request.user.is_authenticated:
        second_factor.note(request, user)


@receiver(user_logged_in)
def lengthen_session(request: HttpRequest | None, **_more: Any) -> None:
    """A form kept before signing in had given the session an hour."""
    if request is not None:
        give_whole_session(request)


@receiver(user_logged_in)
def list_session(request: HttpRequest | None, user: Person, **_more: Any) -> None:
    """Every session is in the list of its person, who may close it: allauth writes those of its own doors only."""
    # A request that no middleware has seen (a command, a test) has neither person nor session to close.
    if request is not None and hasattr(request, "user"):
        keep_session(request=request, person=user)


@receiver(account_signals.user_logged_in)
def tell_new_device(request: HttpRequest, response: HttpResponseBase, user: Person, **_more: Any) -> None:
    """A browser that never opened this account: its owner learns it. The very first sign-in tells nothing."""
    if not known_devices.knows(request, user) and not getattr(request, "first_sign_in", False):
        get_adapter(request).tell(NEW_DEVICE, user)
    known_devices.remember(request, response, user)


@receiver(authenticator_added)
def trace_added(user: Person, authenticator: Authenticator, **_more: Any) -> None:
    """The journal knows when an account became safer."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        trace_proof(person=user, what="double vérification ajoutée")


@receiver(authenticator_removed)
def trace_removed(request: HttpRequest, user: Person, authenticator: Authenticator, **_more: Any) -> None:
    """The journal knows it, and the sessions that this factor had opened elsewhere end."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        trace_proof(person=user, what="double vérification retirée")
        end_sessions(live_sessions(user).exclude(session_key=request.session.session_key))


@receiver(authenticator_reset)
def trace_reset(user: Person, **_more: Any) -> None:
    """New recovery codes."""
    trace_proof(person=user, what="codes de secours remplacés")


@receiver([account_signals.password_set, account_signals.password_changed, account_signals.password_reset])
def trace_password(user: Person, **_more: Any) -> None:
    """The password itself is nowhere; that it changed is told."""
    trace_proof(person=user, what="mot de passe changé")
