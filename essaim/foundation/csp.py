"""The content security policy: nothing inline, nothing from elsewhere; another policy for the editors' pages."""

from __future__ import annotations

from typing import TypeVar

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

R = TypeVar("R", bound=HttpResponseBase)


def replace_directives(response: R, directives: dict[str, list[str]]) -> R:
    """Give one answer other directives than the site's, for these names only."""
    response._csp_replace = directives  # type: ignore[attr-defined]
    return response


def message_alone(html: str) -> HttpResponse:
    """Serve a message's HTML for a frame of the site: it wears its own styles, and has no other right."""
    response = HttpResponse(html, headers={"X-Frame-Options": "SAMEORIGIN"})
    return replace_directives(
        response,
        {
            "frame-ancestors": ["'self'"],
            "script-src": ["'none'"],
            "style-src": ["'unsafe-inline'"],
            "img-src": ["'none'"],
            "sandbox": [""],
        },
    )


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """Sends `CONTENT_SECURITY_POLICY`, or the policy of `CONTENT_SECURITY_POLICY_BY_PREFIX` that fits the path."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        """Choose the directives by the path; a view's own decorator still wins."""
        parts: PolicyParts = super().get_policy_parts(request, response, report_only)
        if not report_only and parts.config is None:
            for prefix, directives in settings.CONTENT_SECURITY_POLICY_BY_PREFIX.items():
                if request.path_info.startswith(prefix):
                    parts.config = directives
                    break
        return parts
