"""Second factors: allauth's views, with our rule for officers and the way back to the page that one wanted."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.recovery_codes.views import ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.internal import auth
from allauth.mfa.webauthn.views import AddWebAuthnView, RemoveWebAuthnView
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from essaim.people.mfa import MFAAdapter
from essaim.people.views.entering import safe_next

REFUSED = MFAAdapter.error_messages["cannot_delete_authenticator"]


class _Onwards:
    """After the set-up: the recovery codes when they are new, then the page that one wanted."""

    request: HttpRequest
    did_generate_recovery_codes: bool

    def wanted(self) -> str:
        """A page of this site, or nothing."""
        return safe_next(self.request.POST.get("next") or self.request.GET.get("next"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the page that one wanted."""
        found: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        return found | {"wanted": self.wanted()}

    def form_valid(self, form: Any) -> HttpResponse:
        """Set it. Whoever has just shown that they hold it is not asked again to see the codes that come with it."""
        answer: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        record_authentication(self.request, self.request.user, method="mfa", reauthenticated=True)
        return answer

    def get_success_url(self) -> str:
        """Where to go on."""
        if self.did_generate_recovery_codes:
            wanted = self.wanted()
            return reverse("mfa_view_recovery_codes") + (f"?{urlencode({'next': wanted})}" if wanted else "")
        return self.wanted() or reverse("account_home")


@method_decorator(never_cache, name="dispatch")
class ActivateTOTP(_Onwards, ActivateTOTPView):  # type: ignore[misc]
    """Set the application of codes."""


@method_decorator(never_cache, name="dispatch")
class AddPasskey(_Onwards, AddWebAuthnView):  # type: ignore[misc]
    """Add a key. It is asked to be one that signs in alone (« passkey »), with its own lock."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The options of the browser's own ceremony, as passkeys want them."""
        found = super().get_context_data(**kwargs)
        found["js_data"] = {"creation_options": auth.begin_registration(self.request.user, True)}
        return found


@method_decorator(never_cache, name="dispatch")
class RemovePasskey(RemoveWebAuthnView):  # type: ignore[misc]
    """Remove a key; not the last factor of whoever must have one (allauth asks that of applications alone)."""

    success_url = "/compte/"

    def form_valid(self, form: Any) -> HttpResponse:
        """Refuse, or remove."""
        if not MFAAdapter().can_delete_authenticator(self.get_object()):
            messages.error(self.request, REFUSED)
            return redirect("account_home")
        answer: HttpResponse = super().form_valid(form)
        return answer


@method_decorator(never_cache, name="dispatch")
class RecoveryCodes(ViewRecoveryCodesView):  # type: ignore[misc]
    """The codes to keep, then the page that one wanted."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the page that one wanted."""
        found: dict[str, Any] = super().get_context_data(**kwargs)
        return found | {"wanted": safe_next(self.request.GET.get("next"))}


@require_safe
def to_account(_request: HttpRequest) -> HttpResponse:
    """allauth's own lists of factors: they are on the page of the account."""
    return redirect("account_home")


@never_cache
@require_safe
@login_required
def prove(request: HttpRequest) -> HttpResponse:
    """Prove one's factor for a session that was opened before it was set; a password would prove something else."""
    ways = get_adapter(request).get_reauthentication_methods(request.user)
    way = next((one for one in ways if one["id"].startswith("mfa")), None)
    if way is None:
        return redirect("second_factor")
    wanted = safe_next(request.GET.get("next"))
    return redirect(way["url"] + (f"?{urlencode({'next': wanted})}" if wanted else ""))
