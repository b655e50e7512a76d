"""How accounts behave here: one door, our own messages, addresses that no visitor can forge."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from essaim.foundation import mails
from essaim.foundation.ratelimit import client_address
from essaim.people.actions.signing import sign_in
from essaim.people.devices import device_name
from essaim.people.mails import AccountNews, PasswordReset
from essaim.people.models import Person
from essaim.people.rules import is_officer
from essaim.ui.typography import clock, day_name

TEAM_SPACE, OWN_SPACE = "/equipe/", "/espace/"
"""Where the rooms above stand."""

NEWS = {
    "account/email/password_changed": "Votre mot de passe a changé.",
    "account/email/password_set": "Votre compte a maintenant un mot de passe.",
    "account/email/password_reset": "Votre mot de passe a changé.",
    "mfa/email/totp_activated": "Une application de codes protège maintenant votre compte.",
    "mfa/email/totp_deactivated": "L’application de codes ne protège plus votre compte.",
    "mfa/email/recovery_codes_generated": "De nouveaux codes de secours ont remplacé les anciens.",
    "mfa/email/webauthn_added": "Une clé d’accès a été ajoutée à votre compte.",
    "mfa/email/webauthn_removed": "Une clé d’accès a été retirée de votre compte.",
}
"""What allauth tells by its own templates, said by one message of ours."""

NEW_DEVICE = "Votre compte vient d’être ouvert sur un nouvel appareil."

UNKNOWN_ADDRESS, NO_ADDRESS = "inconnue", "::"

_WAYS = {
    "reauthenticate": "Avec mon mot de passe",
    "mfa_reauthenticate": "Avec un code de l’application ou de secours",
    "mfa_reauthenticate:webauthn": "Avec ma clé d’accès",
}


def moment() -> str:
    """Now, as a message tells it."""
    now = timezone.localtime()
    return f"le {day_name(now)} à {clock(now)}"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """One door: nobody signs up elsewhere, and each lands where their role has its place."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """An account opens at the door (see `actions.entering`), never by a form of allauth."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Officers go to the team's space, everybody else to their own."""
        return TEAM_SPACE if is_officer(request.user) else OWN_SPACE

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Back to one's account."""
        return reverse("account_home")

    def login(self, request: HttpRequest, user: Person) -> None:
        """Sign in, through the one action that does."""
        sign_in(super().login, request, user)

    def send_password_reset_mail(self, user: Person, email: str, context: dict[str, Any]) -> None:
        """Send our own message, by a task; allauth's context (and its link built on the request's host) is not used."""
        mails.send(PasswordReset(person_id=user.pk), user.email)

    def send_notification_mail(
        self, template_prefix: str, user: Person, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Tell somebody that the safety of their account has changed, in our words."""
        del context
        self.tell(NEWS[template_prefix], user, email=email)

    def tell(self, what: str, user: Person, *, email: str | None = None) -> None:
        """Send one piece of news about an account, with the device that this request comes from."""
        device = device_name(self.request.META.get("HTTP_USER_AGENT", ""))
        mails.send(AccountNews(what=what, at=moment(), device=device), email or user.email)

    def get_reauthentication_methods(self, user: Person | AnonymousUser) -> list[dict[str, Any]]:
        """allauth's ways to prove again who one is, in our words."""
        return [way | {"description": _WAYS[way["id"]]} for way in super().get_reauthentication_methods(user)]

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the visitor's address as the whole site knows it; a column of addresses holds nothing else."""
        seen = client_address(request)
        return NO_ADDRESS if seen == UNKNOWN_ADDRESS else seen
