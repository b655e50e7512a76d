"""How often one address may use a public form or ask a costly answer.

Counts live in the cache of each process: the base keeps nothing about visitors.
"""

from __future__ import annotations

import functools
import hashlib
import hmac
import ipaddress
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render


class TooMany(Exception):
    """This address has used this too often; `wait` = seconds to wait. The message is for the visitor."""

    def __init__(self, wait: int) -> None:
        self.wait = wait
        minutes = max(1, round(wait / 60))
        super().__init__(
            f"Vous avez déjà envoyé plusieurs messages. Réessayez dans {minutes} minute{'s' if minutes > 1 else ''}."
        )


@dataclass(frozen=True)
class Limit:
    """At most `count` uses of `name` per address during `seconds`."""

    name: str
    count: int
    seconds: int


def client_address(request: HttpRequest) -> str:
    """Return the visitor's IP address.

    `settings.TRUSTED_PROXIES` says how many proxies of ours stand before us. Each appends the address that it saw, so
    only that many items from the right of X-Forwarded-For can be believed; whatever a visitor wrote before is ignored.
    None = not said: whoever speaks from this very machine is taken for one proxy, anybody else is believed in nothing.
    """
    peer = str(request.META.get("REMOTE_ADDR", ""))
    count = settings.TRUSTED_PROXIES
    if count is None:
        count = int(_is_this_machine(peer))
    if count:
        seen = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
        if len(seen) >= count:
            peer = seen[-count]
    try:
        found = ipaddress.ip_address(peer)
    except ValueError:
        return "inconnue"
    # A server that listens in IPv6 sees an IPv4 visitor as « ::ffff:1.2.3.4 »: all of them would share one /64.
    return str(getattr(found, "ipv4_mapped", None) or found)


def _is_this_machine(peer: str) -> bool:
    """Loopback, or no address at all: a local socket."""
    try:
        found = ipaddress.ip_address(peer)
    except ValueError:
        return not peer
    return (getattr(found, "ipv4_mapped", None) or found).is_loopback


def _network(address: str) -> str:
    """Return what counts as one visitor: the address in IPv4, the /64 in IPv6 (a home owns billions of addresses)."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.ip_network(f"{found}/64", strict=False))
    return str(found)


def hit(request: HttpRequest, limit: Limit) -> None:
    """Count one use; raise TooMany when it is one too many. Addresses are hashed with the installation's secret."""
    window = int(time.time()) // limit.seconds
    who = hmac.new(settings.SECRET_KEY.encode(), _network(client_address(request)).encode(), hashlib.sha256).hexdigest()
    key = f"ratelimit:{limit.name}:{who[:32]}:{window}"
    cache.add(key, 0, limit.seconds + 1)
    try:
        used = cache.incr(key)
    except ValueError:
        # Evicted between the two calls: it counts again from one.
        cache.set(key, 1, limit.seconds + 1)
        used = 1
    if used > limit.count:
        raise TooMany(wait=(window + 1) * limit.seconds - int(time.time()))


View = Callable[..., HttpResponseBase]


def limited(limit_of: Callable[..., Limit | None]) -> Callable[[View], View]:
    """Mark a view that costs: one use too many gets a page (429, `Retry-After`) instead of the view's answer.

    `limit_of(request, **kwargs of the address)` says which limit counts for this request, or None for none.
    """

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            limit = limit_of(request, *args, **kwargs)
            if limit is not None:
                try:
                    hit(request, limit)
                except TooMany as refusal:
                    return _refusal(request, refusal.wait)
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def _refusal(request: HttpRequest, wait: int) -> HttpResponseBase:
    minutes = max(1, math.ceil(wait / 60))
    response = render(request, "foundation/too_many.html", {"minutes": minutes}, status=429)
    response["Retry-After"] = str(max(1, wait))
    response["Cache-Control"] = "no-store"
    return response
