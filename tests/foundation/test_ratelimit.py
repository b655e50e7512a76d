from __future__ import annotations

import pytest
import time_machine
from django.test import RequestFactory, override_settings

from essaim.foundation.ratelimit import Limit, TooMany, client_address, hit

LIMIT = Limit("essai", count=3, seconds=60)


@pytest.mark.parametrize(
    ("proxies", "forwarded", "peer", "wanted"),
    [
        (0, "9.9.9.9", "1.2.3.4", "1.2.3.4"),
        (1, "9.9.9.9", "10.0.0.1", "9.9.9.9"),
        (1, "6.6.6.6, 9.9.9.9", "10.0.0.1", "9.9.9.9"),
        (1, "", "10.0.0.1", "10.0.0.1"),
        (2, "6.6.6.6, 9.9.9.9, 10.0.0.2", "10.0.0.1", "9.9.9.9"),
        (2, "9.9.9.9", "10.0.0.1", "10.0.0.1"),
        (1, "<script>", "10.0.0.1", "inconnue"),
        (0, "", "::ffff:1.2.3.4", "1.2.3.4"),
        (0, "", "", "inconnue"),
        # Nothing said: a proxy on this machine is believed, for what it added itself.
        (None, "6.6.6.6, 9.9.9.9", "127.0.0.1", "9.9.9.9"),
        (None, "9.9.9.9", "::1", "9.9.9.9"),
        (None, "9.9.9.9", "::ffff:127.0.0.1", "9.9.9.9"),
        (None, "9.9.9.9", "", "9.9.9.9"),
        (None, "", "127.0.0.1", "127.0.0.1"),
        # … and a visitor who comes straight from elsewhere is not.
        (None, "9.9.9.9", "1.2.3.4", "1.2.3.4"),
        (None, "127.0.0.1", "10.0.0.1", "10.0.0.1"),
        (0, "9.9.9.9", "127.0.0.1", "127.0.0.1"),
    ],
)
def test_only_our_own_proxies_are_believed(proxies, forwarded, peer, wanted):
    request = RequestFactory().get("/", REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=forwarded)
    with override_settings(TRUSTED_PROXIES=proxies):
        assert client_address(request) == wanted


def use(rf, address="1.2.3.4", limit=LIMIT):
    hit(rf.get("/", REMOTE_ADDR=address), limit)


def test_one_too_many_is_refused_with_the_time_to_wait(rf):
    with time_machine.travel("2026-10-12T10:00:00+00:00", tick=False) as clock:
        for _ in range(3):
            use(rf)
        with pytest.raises(TooMany, match="1 minute") as refusal:
            use(rf)
        assert refusal.value.wait == 60
        use(rf, "5.6.7.8")
        use(rf, limit=Limit("autre", 3, 60))
        clock.shift(61)
        use(rf)


def test_an_ipv6_home_counts_as_one_visitor(rf):
    for n in range(3):
        use(rf, f"2001:db8:1:2::{n}")
    with pytest.raises(TooMany):
        use(rf, "2001:db8:1:2:ffff::1")
    use(rf, "2001:db8:1:3::1")


def test_the_cache_knows_no_address(rf):
    from django.core.cache import cache

    use(rf, "203.0.113.77")
    assert all("203.0.113" not in key for key in cache._cache)
