"""What stands around the editors' pages: their door, and what they may choose for themselves."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.views.defaults import permission_denied
from wagtail.admin.views.account import AccountView, BaseSettingsPanel, NotificationsSettingsPanel, ThemeSettingsPanel

from essaim.editorial.rules import may_write
from essaim.foundation import journal
from essaim.people import second_factor

View = Callable[..., HttpResponseBase]

REFUSAL = "Les pages du site sont écrites par l’équipe, et par les personnes à qui elle a ouvert la rédaction."


def _frame_here(answer: HttpResponseBase) -> None:
    """A page that is previewed brings the policy of public pages, which no frame may hold: the editors' may."""
    policy = answer.get("Content-Security-Policy", "")
    if policy:
        answer["Content-Security-Policy"] = policy.replace("frame-ancestors 'none'", "frame-ancestors 'self'")


def door(view: View) -> View:
    """Let editors in; nobody signed in → the site's sign-in page and back; somebody else → a plain refusal.

    Wagtail's own door would send whoever has no role to the sign-in page, which sends them back: for ever. A script
    that saves gets a 403, never a page of another form. What one request does is one group of the journal.
    """

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: Any, **kwargs: Any) -> HttpResponseBase:
        answer: HttpResponseBase
        by_script = request.headers.get("x-requested-with") == "XMLHttpRequest"
        if not request.user.is_authenticated and not by_script:
            answer = redirect_to_login(request.get_full_path())
        elif not may_write(request.user) or (by_script and second_factor.is_missing(request)):
            answer = permission_denied(request, PermissionDenied(REFUSAL))
        elif second_factor.is_missing(request):
            answer = redirect_to_login(request.get_full_path(), reverse("second_factor"))
        else:
            with journal.group():
                answer = view(request, *args, **kwargs)
            _frame_here(answer)
            answer.as_typed = True  # type: ignore[attr-defined]  # see `ui.middleware`
            return answer
        add_never_cache_headers(answer)
        return answer

    return guarded


class Account(AccountView):
    """What an editor chooses: which messages come, light or dark. Name, address and password are the account's."""

    def get_panels(self) -> list[BaseSettingsPanel]:
        """Without portrait (its file would be kept as it came) and without the name that Wagtail believes we have."""
        kept = (NotificationsSettingsPanel, ThemeSettingsPanel)
        return [panel for panel in super().get_panels() if isinstance(panel, kept)]
