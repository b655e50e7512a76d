"""Where a form was sent from, for the public forms that hold no token: they sit on pages that set no cookie.

What they do, anybody may ask for without being known; nothing of who sends them is read. So another site gains nothing
by posting in a visitor's name, and this check is here only to keep such messages out.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest


def sent_from_here(request: HttpRequest) -> bool:
    """Whether the browser says that a page of this site sent the form (`Origin`, else `Referer`).

    A browser that says neither is believed; « null » (a sandboxed page, a file) is another site.
    """
    told = request.META.get("HTTP_ORIGIN") or request.META.get("HTTP_REFERER")
    if not told:
        return True
    try:
        host = urlsplit(told).netloc.lower()
    except ValueError:
        return False
    return host in {request.get_host().lower(), urlsplit(settings.SITE_URL).netloc.lower()}
